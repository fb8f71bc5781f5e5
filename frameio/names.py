"""Names as Frame.io takes them: 1 to 255 characters, one folder or file each, in NFC."""

import re
import unicodedata

from django.utils.translation import gettext as _

from frameio.errors import Invalid

LONGEST = 255
_NOT_IN_A_NAME = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u2028\u2029]")
# They show nothing and turn the reading direction, so that "gpj.exe" can look like "exe.jpg".
_TURNS_TEXT = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def remote_name(name: str) -> str:
    """The name to use on Frame.io. Slashes and control characters become underscores, characters
    that turn the reading direction go.

    Raises `Invalid` for what cannot be a name: empty, too long, or not Unicode.
    """
    visible = _TURNS_TEXT.sub("", unicodedata.normalize("NFC", name))
    clean = _NOT_IN_A_NAME.sub("_", visible).strip()
    if not clean:
        raise Invalid(_("A file or folder on Frame.io needs a name, and this one is empty."))
    if len(clean) > LONGEST:
        raise Invalid(
            _(
                "The name %(start)s... has %(count)d characters; Frame.io takes %(most)d. Shorten"
                " it."
            )
            % {"start": clean[:40], "count": len(clean), "most": LONGEST}
        )
    if not _is_unicode(clean):
        raise Invalid(
            _(
                "The name %(name)s is not valid UTF-8, and Frame.io takes nothing else. Rename the"
                " file."
            )
            % {"name": readable(clean)}
        )
    return clean


def same_name(one: str, other: str) -> bool:
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def readable(name: str) -> str:
    """For messages: bytes that are no text are shown as question marks."""
    return name.encode("utf-8", "replace").decode()


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
