"""What a name may hold, and how to print one that holds more."""

import unicodedata

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
            return "bytes that are not UTF-8 text"
        if category in {"Cc", "Zl", "Zp"}:
            return f"a control character ({_escape(character)})"
        if character in _TURNS:
            return f"a mark that turns the direction of writing ({_escape(character)})"
    return ""


def clean_name(name: str) -> str:
    """The name in NFC, as all names are compared. Raises `NamingError`."""
    if not name:
        raise NamingError("There is no name to read.")
    if len(name) > LONGEST_NAME:
        raise NamingError(
            f"{printable(name)}: the name has {len(name)} characters, more than {LONGEST_NAME}."
            " Shorten it."
        )
    if fault := unseemly(name):
        raise NamingError(f"{printable(name)}: the name holds {fault}. Rename the file.")
    if "/" in name or "\\" in name:
        raise NamingError(
            f'{printable(name)}: the name holds a "/" or "\\", which part folders.'
            " A rule reads the file's own name."
        )
    return unicodedata.normalize("NFC", name)


def clean_folder(segment: str) -> str:
    """One folder's name in NFC, without blanks around it. Raises `NamingError`."""
    segment = unicodedata.normalize("NFC", segment.strip())
    if segment in {".", ".."}:
        raise NamingError(f'"{segment}" cannot be the name of a folder.')
    if fault := unseemly(segment):
        raise NamingError(f'The folder "{printable(segment)}" holds {fault}.')
    if len(segment) > LONGEST_FOLDER:
        raise NamingError(
            f'The folder "{printable(segment)}" has {len(segment)} characters,'
            f" more than {LONGEST_FOLDER}."
        )
    return segment
