"""Where a copy of a file lies and what it is called, made of the tokens of its name."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

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
        said = _('"%(text)s" may not hold "\\": folders are parted by "/".')
        if where == NAME:
            said = _('"%(text)s" may not hold "/" or "\\".')
        raise TemplateError(said % {"text": printable(text)}, where)
    parts = read(text, where, lambda name, spec: _kind(name, spec, where))
    try:
        _segments(parts, {token.name: token.name for token in tokens_of(parts)})
    except NamingError as error:
        raise TemplateError(str(error), where) from error
    return parts


def _kind(name: str, spec: str, where: str) -> Kind:
    if spec:
        said = _(
            "{%(token)s:%(kind)s}: what a token takes is said in the naming rule; here it is just"
            " {%(token)s}."
        )
        raise TemplateError(said % {"token": name, "kind": spec}, where)
    return kind_of(name, "")


def _segments(parts: Parts, fields: Mapping[str, str]) -> tuple[str, ...]:
    given = {token: text for token, text in fields.items() if text}
    for token in tokens_of(parts):
        if {"/", "\\"} & set(given.get(token.name, "")):
            text = printable(given[token.name])
            said = _('The %(token)s "%(text)s" cannot be part of a path.')
            raise NamingError(said % {"token": token.name, "text": text})
    try:
        path = write(parts, given)
    except KeyError as error:
        known = ", ".join(f"{{{token}}}" for token in given)
        said = _(
            "There is no %(token)s in this file's name, which gives %(known)s. Put it in <…> in the"
            " template, or leave it out."
        )
        raise NamingError(said % {"token": error.args[0], "known": known}) from None
    cleaned = (clean_folder(segment) for segment in path.split("/"))
    return tuple(segment for segment in cleaned if segment)
