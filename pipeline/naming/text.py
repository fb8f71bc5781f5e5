"""What a name may hold, and how to print one that holds more."""

import unicodedata

from django.utils.translation import gettext as _

from pipeline.naming.errors import NamingError

LONGEST_NAME = 1024
LONGEST_FOLDER = 255

# Marks that turn the direction of writing: sh010_[202E]vom.exe reads as sh010_exe.mov.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str, longest: int = 120) -> str:
    """Text fit for a page or a log: nothing invisible, no odd bytes, not endless."""
    if len(text) > longest:
        text = f"{text[: longest - 21]}…{text[-20:]}"
    return "".join(
        character if character.isprintable() else _escape(character) for character in text
    )


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # what os.fsdecode makes of a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}"


def unseemly(text: str) -> str:
    """Says what in a text belongs in no name; empty when all is well."""
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs":
            return _("bytes that are not UTF-8 text")
        if category in {"Cc", "Zl", "Zp"}:
            return _("a control character (%(code)s)") % {"code": _escape(character)}
        if character in _TURNS:
            text = _("a mark that turns the direction of writing (%(code)s)")
            return text % {"code": _escape(character)}
    return ""


def clean_name(name: str) -> str:
    """The name in NFC, as all names are compared. Raises `NamingError`."""
    if not name:
        raise NamingError(_("There is no name to read."))
    if len(name) > LONGEST_NAME:
        text = _("%(name)s: the name has %(count)d characters, more than %(most)d. Shorten it.")
        values = {"name": printable(name), "count": len(name), "most": LONGEST_NAME}
        raise NamingError(text % values)
    if fault := unseemly(name):
        text = _("%(name)s: the name holds %(fault)s. Rename the file.")
        raise NamingError(text % {"name": printable(name), "fault": fault})
    if "/" in name or "\\" in name:
        text = _(
            '%(name)s: the name holds a "/" or "\\", which part folders. A rule reads the file\'s'
            " own name."
        )
        raise NamingError(text % {"name": printable(name)})
    return unicodedata.normalize("NFC", name)


def clean_folder(segment: str) -> str:
    """One folder's name in NFC, without blanks around it. Raises `NamingError`."""
    segment = unicodedata.normalize("NFC", segment.strip())
    if segment in {".", ".."}:
        text = _('"%(folder)s" cannot be the name of a folder.')
        raise NamingError(text % {"folder": segment})
    if fault := unseemly(segment):
        text = _('The folder "%(folder)s" holds %(fault)s.')
        raise NamingError(text % {"folder": printable(segment), "fault": fault})
    if len(segment) > LONGEST_FOLDER:
        text = _('The folder "%(folder)s" has %(count)d characters, more than %(most)d.')
        values = {"folder": printable(segment), "count": len(segment), "most": LONGEST_FOLDER}
        raise NamingError(text % values)
    return segment
