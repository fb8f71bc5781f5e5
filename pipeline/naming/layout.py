"""Where a copy of a file lies and what it is called, made of the tokens of its name."""

from collections.abc import Mapping

from pipeline.naming.errors import NamingError, TemplateError
from pipeline.naming.kinds import Kind, kind_of
from pipeline.naming.language import read
from pipeline.naming.parts import Parts, tokens_of, write
from pipeline.naming.text import clean_folder, printable

FOLDERS = "folders"
NAME = "name"


class Layout:
    """Templates for folders and for a name; an empty one gives none.

    Raises `TemplateError`, whose `where` is FOLDERS or NAME. Which tokens a file has is known when
    it comes: one that is missing then is a `NamingError`.
    """

    def __init__(self, folders: str, name: str) -> None:
        self._folders = _checked(folders, FOLDERS)
        self._name = _checked(name, NAME)

    def folders(self, fields: Mapping[str, str]) -> tuple[str, ...]:
        return _segments(self._folders, fields)

    def name(self, fields: Mapping[str, str]) -> str:
        return "".join(_segments(self._name, fields))


def _checked(text: str, where: str) -> Parts:
    if "\\" in text or (where == NAME and "/" in text):
        separators = '"/" or "\\"' if where == NAME else '"\\": folders are parted by "/"'
        raise TemplateError(f'"{printable(text)}" may not hold {separators}.', where)
    parts = read(text, where, lambda name, spec: _kind(name, spec, where))
    try:
        _segments(parts, {token.name: token.name for token in tokens_of(parts)})
    except NamingError as error:
        raise TemplateError(str(error), where) from error
    return parts


def _kind(name: str, spec: str, where: str) -> Kind:
    if spec:
        raise TemplateError(
            f"{{{name}:{spec}}}: what a token takes is said in the naming rule; here it is just"
            f" {{{name}}}.",
            where,
        )
    return kind_of(name, "")


def _segments(parts: Parts, fields: Mapping[str, str]) -> tuple[str, ...]:
    given = {token: text for token, text in fields.items() if text}
    for token in tokens_of(parts):
        if {"/", "\\"} & set(given.get(token.name, "")):
            text = printable(given[token.name])
            raise NamingError(f'The {token.name} "{text}" cannot be part of a path.')
    try:
        path = write(parts, given)
    except KeyError as error:
        known = ", ".join(f"{{{token}}}" for token in given)
        raise NamingError(
            f"There is no {error.args[0]} in this file's name, which gives {known}. Put it in <…>"
            " in the template, or leave it out."
        ) from None
    cleaned = (clean_folder(segment) for segment in path.split("/"))
    return tuple(segment for segment in cleaned if segment)
