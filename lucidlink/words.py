"""What people are told, in the language of the product that has these tools.

They know of no Django: whoever has a translation hands it in when it starts. Without one, all of it
is English.
"""

from collections.abc import Callable
from typing import TypeAlias

Translate: TypeAlias = Callable[[str], str]


def gettext_noop(text: str) -> str:
    """For a text that stands in a table: it is found for the catalogue here, and translated where
    it is used."""
    return text


_translate: Translate = gettext_noop


def speak(translate: Translate) -> None:
    global _translate
    _translate = translate


def gettext(text: str) -> str:
    return _translate(text)
