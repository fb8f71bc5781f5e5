from collections.abc import Mapping
from dataclasses import dataclass

import regex
from django.utils.translation import gettext as _

from pipeline.naming.errors import NamingError
from pipeline.naming.expert import Expression
from pipeline.naming.folders import Folders
from pipeline.naming.kinds import Kind
from pipeline.naming.near import Near
from pipeline.naming.template import Template
from pipeline.naming.text import clean_name, printable

# What a database's integer holds on every engine.
_VERSION = regex.compile("[vV]?([0-9]{1,9})")


@dataclass(frozen=True)
class Parsed:
    """Fields as they stand in the name ("003"), in NFC; tokens of optional parts left out are not.

    Two more fields are there when the name's case differs from the template's, so that the name
    can be written again: `version_prefix` ("V") and `extension` ("MOV").
    """

    fields: dict[str, str]
    version: int | None
    folders: tuple[str, ...]


class Rule:
    """Raises `TemplateError` when either template is wrong; its `where` says which.

    `tokens` are the names a field can have, `example` is a name that fits ("" for an expert rule;
    a token that takes an expression may stand as its own name in brackets). `choices` has the
    tokens that take one of a list, `kinds` what each takes, `required` those that no name may leave
    out; of an expert rule neither is known.
    """

    def __init__(self, template: str, folder_template: str = "", *, expert: bool = False) -> None:
        self._name = Expression(template) if expert else Template(template)
        self._folders = Folders(folder_template, self._name.tokens)
        self.tokens: tuple[str, ...] = self._name.tokens
        self.example: str = self._name.example
        self.choices: dict[str, tuple[str, ...]] = self._name.choices
        self.kinds: dict[str, Kind] = self._name.kinds
        self.required: tuple[str, ...] = self._name.required

    def parse(self, name: str) -> Parsed:
        """Raises `NamingError`: the name does not fit, fits in two ways, or is no name."""
        name = clean_name(name)
        fields = self._name.read(name)
        version = version_of(name, fields)
        try:
            return Parsed(fields, version, self._folders.build(fields))
        except NamingError as error:
            raise NamingError(f"{printable(name)}: {error}") from error

    def near(self, name: str) -> Near:
        """What a name that does not fit was probably meant to say; empty when nothing is known."""
        try:
            return self._name.near(clean_name(name))
        except NamingError:
            return Near({})

    def format(self, fields: Mapping[str, str]) -> str:
        """The name that parses into these fields; others are ignored.

        Raises `NamingError` when there is no such name, `TemplateError` for an expert rule.
        """
        return self._name.write(fields)

    def faults(self, fields: Mapping[str, str]) -> dict[str, str]:
        """What is wrong with fields that a person gives, in words, by the token."""
        told = {token: self._fault(token, fields.get(token, "")) for token in self.kinds}
        return {token: fault for token, fault in told.items() if fault}

    def _fault(self, token: str, text: str) -> str:
        kind = self.kinds[token]
        if not text:
            said = _("It is missing: the rule needs %(words)s here.")
            return said % {"words": kind.words} if token in self.required else ""
        if kind.fits(text):
            return ""
        meant = kind.mended(text)
        said = _("“%(text)s” does not fit: the rule needs %(words)s here.")
        if meant != text:
            said = _(
                "“%(text)s” does not fit: the rule needs %(words)s here. Is “%(meant)s” meant?"
            )
        return said % {"text": printable(text), "words": kind.words, "meant": meant}

    def folders(self, fields: Mapping[str, str]) -> tuple[str, ...]:
        """Raises `NamingError` when a field is missing or cannot name a folder."""
        return self._folders.build(fields)


def version_of(name: str, fields: Mapping[str, str]) -> int | None:
    """Raises `NamingError` when the fields have a version that is no number."""
    if "version" not in fields:
        return None
    if found := _VERSION.fullmatch(fields["version"]):
        return int(found[1])
    said = _('%(name)s: the version "%(version)s" is not a number of at most nine digits.')
    raise NamingError(said % {"name": printable(name), "version": printable(fields["version"])})
