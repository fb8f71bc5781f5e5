"""A rule in a regular expression of the producer's own, its named groups the tokens."""

from bisect import bisect_left
from collections.abc import Mapping
from functools import partial

from django.utils.translation import gettext as _

from pipeline.naming.errors import Misfit, TemplateError, TooSlow
from pipeline.naming.kinds import Kind
from pipeline.naming.matching import check_template, compile_expression, fullmatch
from pipeline.naming.near import Near
from pipeline.naming.parts import is_token_name
from pipeline.naming.text import printable


class Expression:
    """Raises `TemplateError` when the text is no expression, or has no named group."""

    example = ""

    def __init__(self, text: str) -> None:
        check_template(text, "template")
        self.choices: dict[str, tuple[str, ...]] = {}
        self.required: tuple[str, ...] = ()
        self.kinds: dict[str, Kind] = {}  # what a group takes is not told apart from the rest
        self.text = text
        self._pattern = compile_expression(text, text)
        self.tokens = tuple(self._pattern.groupindex)
        if not self.tokens:
            said = _(
                "%(rule)s has no named group, so it says nothing of a name. Name at least one:"
                " (?P<shot>sh[0-9]+)"
            )
            raise TemplateError(said % {"rule": printable(text)})
        if odd := [token for token in self.tokens if not is_token_name(token)]:
            said = _(
                'The group "%(group)s" has a name that no token can have: small letters, digits and'
                " _, as in (?P<shot>…) or (?P<reel_2>…)."
            )
            raise TemplateError(said % {"group": printable(odd[0])})

    def read(self, name: str) -> dict[str, str]:
        """The named groups of a name in NFC that the whole of it fits. Raises `NamingError`."""
        found = fullmatch(self._pattern, name, self.text)
        if found is None:
            raise Misfit(printable(name), partial(self._why, name))
        return {token: found[token] for token in self.tokens if found[token]}

    def _why(self, name: str) -> str:
        far = self._fits(name)
        if far == len(name):
            text = _(
                "the name does not fit the rule, which expects more after it; expected %(rule)s"
            )
        elif far:
            text = _(
                'the name does not fit the rule from "%(met)s" on, after "%(read)s"; expected'
                " %(rule)s"
            )
        else:
            text = _("the name does not fit the rule; expected %(rule)s")
        return text % {
            "met": printable(name[far:], 60),
            "read": printable(name[:far], 60),
            "rule": printable(self.text, 200),
        }

    def near(self, _name: str) -> Near:
        """Nothing: what an expression nearly takes cannot be told."""
        return Near({})

    def write(self, _fields: Mapping[str, str]) -> str:
        raise TemplateError(
            _("A name cannot be made from an expert rule: its regular expression only reads names.")
        )

    def _fits(self, name: str) -> int:
        """So many characters of it; 0 when that takes too long to tell."""

        def fails(length: int) -> bool:
            return fullmatch(self._pattern, name[:length], self.text, partial=True) is None

        try:
            return bisect_left(range(1, len(name) + 1), 1, key=fails)
        except TooSlow:
            return 0
