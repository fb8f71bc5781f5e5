"""Names from a file system, made fit to be shown."""

import re
import unicodedata

# Control characters (a newline and a tab are wanted), and those that turn the reading direction,
# with which `fdp.mov` can look like another name.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Composed (NFC), encodable, and without characters that act instead of being seen."""
    encodable = text.encode("utf-8", "replace").decode("utf-8")
    return UNSEEN.sub("", unicodedata.normalize("NFC", encodable)).strip()
