"""A template for names, compiled: it reads them, writes them and explains itself."""

from collections.abc import Mapping
from functools import partial
from unicodedata import normalize

from django.utils.translation import gettext as _

from pipeline.naming.errors import Misfit, NamingError, TemplateError
from pipeline.naming.grammar import name_parts
from pipeline.naming.matching import Match, compile_expression, fullmatch
from pipeline.naming.mismatch import explain
from pipeline.naming.near import Near, near
from pipeline.naming.parts import (
    Literal,
    Token,
    expression,
    literals_of,
    required_tokens_of,
    tokens_of,
    write,
)
from pipeline.naming.text import clean_name, printable

_SAMPLES = {
    "project": "UNDLM",
    "scene": "010",
    "shot": "sh010",
    "task": "comp",
    "version": "003",
    "frame": "1001",
    "ext": "mov",
}
_MORE_SAMPLES = ("sh010", "SH010", "0010", "010", "A001", "C001", "A", "a", "1")


class Template:
    """Raises `TemplateError` when the text is no template for names."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = name_parts(text)
        if not any(isinstance(part, Literal | Token) for part in self.parts):
            said = _(
                "All of this template may be left out, so that nothing would be left of the name."
                " Write at least one token, such as {shot}, outside of <...>."
            )
            raise TemplateError(said, "template")
        self.tokens = tuple(dict.fromkeys(token.name for token in tokens_of(self.parts)))
        self.choices = {
            token.name: token.kind.choices for token in tokens_of(self.parts) if token.kind.choices
        }
        self.required = tuple(token.name for token in required_tokens_of(self.parts))
        self.kinds = {token.name: token.kind for token in reversed([*tokens_of(self.parts)])}
        self._written = {part.key: part.text for part in literals_of(self.parts) if part.key}
        self._eager = compile_expression(expression(self.parts, "eager"), text)
        # Takes as little as it can where the other takes as much: when the two differ, the name
        # can be read in two ways, and guessing would put a render into the wrong shot.
        self._shy = compile_expression(expression(self.parts, "shy"), text)
        self.example = write(
            self.parts, {token.name: _sample(token) for token in required_tokens_of(self.parts)}
        )
        self._check_that_tokens_end()

    def read(self, name: str) -> dict[str, str]:
        """The fields of a name in NFC. Raises `NamingError`."""
        eager, shy = self._readings(name)
        if eager != shy and self._free(eager) >= self._free(shy):
            said = _(
                "%(name)s: the name can be read in two ways, %(one)s or %(other)s. A producer has"
                " to tell them apart in the rule, with kinds such as {shot:4d} or {task:anim|comp}."
            )
            raise NamingError(said % {"name": printable(name), **_differences(eager, shy)})
        if self._compose(eager) != name:
            said = _(
                "%(name)s: the rule %(rule)s reads this name but cannot write it again, so it is"
                " not trusted. A producer has to simplify the rule."
            )
            raise NamingError(said % {"name": printable(name), "rule": printable(self.text)})
        return eager

    def near(self, name: str) -> Near:
        """What a name in NFC that does not fit was probably meant to say."""
        return near(self.parts, name, self.text)

    def write(self, fields: Mapping[str, str]) -> str:
        """The name that reads as these fields. Raises `NamingError` when there is none."""
        fields = {key: normalize("NFC", text) for key, text in fields.items() if text}
        name = clean_name(self._compose(fields))
        found = self.read(name)
        for token in self.tokens:
            if found.get(token) != fields.get(token):
                said = _('%(name)s: %(token)s would read as "%(read)s" here, not as "%(meant)s".')
                values = {
                    "name": printable(name),
                    "token": token,
                    "read": printable(found.get(token, "")),
                    "meant": printable(fields.get(token, "")),
                }
                raise NamingError(said % values)
        return name

    def _compose(self, fields: Mapping[str, str]) -> str:
        try:
            return write(self.parts, fields)
        except KeyError as error:
            said = _("There is no %(token)s, and a name such as %(example)s needs one.")
            values = {"token": error.args[0], "example": self.example}
            raise NamingError(said % values) from None

    def _readings(self, name: str) -> tuple[dict[str, str], dict[str, str]]:
        eager = fullmatch(self._eager, name, self.text)
        shy = fullmatch(self._shy, name, self.text)
        if eager is None or shy is None:
            raise Misfit(printable(name), partial(explain, self.parts, name, self.text))
        return self._fields(eager), self._fields(shy)

    def _fields(self, found: Match) -> dict[str, str]:
        fields = {token: found[token] for token in self.tokens if found[token]}
        for key, text in self._written.items():
            if found[key] not in (None, text):
                fields[key] = found[key]
        return fields

    def _free(self, fields: Mapping[str, str]) -> int:
        """How much the free tokens took: of two readings the one where they took less holds."""
        free = [token.name for token in tokens_of(self.parts) if token.kind.free]
        return sum(len(fields.get(name, "")) for name in free)

    def _check_that_tokens_end(self) -> None:
        try:
            eager, shy = self._readings(self.example)
        except NamingError:
            return  # no sample was found for an expression: nothing to be learned from it
        if eager != shy:
            said = _(
                'Nothing says where one token ends and the next begins: "%(example)s" reads as'
                " %(one)s, or as %(other)s. Put a _ between them, or a width: {shot:4d}."
            )
            raise TemplateError(said % {"example": self.example, **_differences(eager, shy)})


def _differences(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    return {"one": _difference(one, other), "other": _difference(other, one)}


def _difference(fields: Mapping[str, str], other: Mapping[str, str]) -> str:
    return ", ".join(
        f'{token} "{printable(text, 60)}"'
        for token, text in fields.items()
        if other.get(token) != text
    )


def _sample(token: Token) -> str:
    """A text that the token takes, or its blank when none is known."""
    kind = token.kind
    plain = token.name.replace("_", "-")
    usual = _SAMPLES.get(token.name, plain if len(plain) > 1 else plain * 2)
    filled = ("10".zfill(kind.least)[-kind.least :], "A" * kind.least)
    samples = (usual, *kind.choices, plain.upper(), *_MORE_SAMPLES, *filled)
    return next((text for text in samples if kind.fits(text)), kind.blank)
