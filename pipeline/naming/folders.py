"""The folders a file goes to on Frame.io, made of the tokens of its name."""

from collections.abc import Mapping
from difflib import get_close_matches

from django.utils.translation import gettext as _

from pipeline.naming.errors import NamingError, TemplateError
from pipeline.naming.kinds import Kind, kind_of
from pipeline.naming.language import read
from pipeline.naming.parts import tokens_of, write
from pipeline.naming.text import clean_folder, printable

WHERE = "folder_template"


class Folders:
    """Raises `TemplateError` for tokens which the name does not have."""

    def __init__(self, text: str, tokens: tuple[str, ...]) -> None:
        self.text = text
        self.tokens = tokens
        if "\\" in text:
            said = _('"%(text)s": folders are parted by "/", not "\\".')
            raise TemplateError(said % {"text": printable(text)}, WHERE)
        self.parts = read(text, WHERE, self._kind)
        try:
            self.build({token.name: token.name for token in tokens_of(self.parts)})
        except NamingError as error:
            raise TemplateError(str(error), WHERE) from error

    def build(self, fields: Mapping[str, str]) -> tuple[str, ...]:
        """The folders from the project's root down. Raises `NamingError`."""
        for token in tokens_of(self.parts):
            text = fields.get(token.name, "")
            if "/" in text or "\\" in text:
                said = _('The %(token)s "%(text)s" cannot name a folder: it holds a "/" or "\\".')
                raise NamingError(said % {"token": token.name, "text": printable(text)})
        given = {token: text for token, text in fields.items() if text}
        try:
            path = write(self.parts, given)
        except KeyError as error:
            said = _(
                "There is no %(token)s, and the folders need one: %(template)s. Give it, or put it"
                " in <…> in the rule's folder template."
            )
            values = {"token": error.args[0], "template": printable(self.text)}
            raise NamingError(said % values) from None
        cleaned = (clean_folder(segment) for segment in path.split("/"))
        return tuple(segment for segment in cleaned if segment)

    def _kind(self, name: str, spec: str) -> Kind:
        if spec:
            said = _(
                "{%(token)s:%(kind)s}: what a token takes is said in the name's template; here it"
                " is just {%(token)s}."
            )
            raise TemplateError(said % {"token": name, "kind": spec}, WHERE)
        if name not in self.tokens:
            near = get_close_matches(name, self.tokens, n=1)
            said = _("{%(token)s} is not a token of the name, which has %(known)s.")
            if near:
                said = _(
                    "{%(token)s} is not a token of the name, which has %(known)s. Did you mean"
                    " {%(near)s}?"
                )
            known = ", ".join(f"{{{token}}}" for token in self.tokens)
            values = {"token": name, "known": known, "near": "".join(near)}
            raise TemplateError(said % values, WHERE)
        return kind_of(name, "")
