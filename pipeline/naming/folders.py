"""The folders a file goes to on Frame.io, made of the tokens of its name."""

from collections.abc import Mapping
from difflib import get_close_matches

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
            raise TemplateError(f'"{printable(text)}": folders are parted by "/", not "\\".', WHERE)
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
                raise NamingError(
                    f'The {token.name} "{printable(text)}" cannot name a folder: it holds a "/"'
                    ' or "\\".'
                )
        given = {token: text for token, text in fields.items() if text}
        try:
            path = write(self.parts, given)
        except KeyError as error:
            raise NamingError(
                f"There is no {error.args[0]}, and the folders need one: {printable(self.text)}."
                f" Give it, or put it in <…> in the rule's folder template."
            ) from None
        cleaned = (clean_folder(segment) for segment in path.split("/"))
        return tuple(segment for segment in cleaned if segment)

    def _kind(self, name: str, spec: str) -> Kind:
        if spec:
            raise TemplateError(
                f"{{{name}:{spec}}}: what a token takes is said in the name's template;"
                f" here it is just {{{name}}}.",
                WHERE,
            )
        if name not in self.tokens:
            near = get_close_matches(name, self.tokens, n=1)
            question = f" Did you mean {{{near[0]}}}?" if near else ""
            known = ", ".join(f"{{{token}}}" for token in self.tokens)
            raise TemplateError(
                f"{{{name}}} is not a token of the name, which has {known}.{question}", WHERE
            )
        return kind_of(name, "")
