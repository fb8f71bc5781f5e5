"""Choosing a folder of the server for a form: from root to root by plain links, and back to the
form with its other fields as they stood. folder_chooser.js shows the same in a dialog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django import forms
from django.forms.renderers import BaseRenderer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pipeline.admin.filled import FILLED, address
from pipeline.browsing import browse

AT, OF = "at", "of"  # in the address: where one looks, and whose form it is; then the form's fields
NOT_KEPT = {"csrfmiddlewaretoken", AT, OF, FILLED, "bare"}


class FolderInput(forms.TextInput):
    """A path, with a button beside it. `view`: the page to choose on."""

    def __init__(self, view: str) -> None:
        super().__init__({"class": "vTextField wide-path", "spellcheck": "false"})
        self._view = view

    def render(
        self,
        name: str,
        value: object,
        attrs: Mapping[str, object] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        box = super().render(name, value, dict(attrs or {}), renderer)
        return render_to_string(
            "postflow/folder_input.html",
            {"box": box, "name": name, "page": reverse(self._view)},
        )


@dataclass(frozen=True)
class Link:
    path: Path
    url: str
    choose: str


@dataclass(frozen=True)
class Chooser:
    """For one field of one form. `back`: the form's page; `remark`: what to know of the roots."""

    field: str
    back: str
    roots: Sequence[Path]
    allowed: Sequence[Path]
    remark: str

    def page(self, request: HttpRequest, around: dict[str, object]) -> HttpResponse:
        """The form is posted here, so that its token stands in no address; then all is links."""
        if request.method == "POST":
            at = request.POST.get(self.field, "")
            return HttpResponseRedirect(self._url(request, _fields(request), at))
        found = browse(request.GET.get(AT, ""), self.roots, self.allowed)
        fields = _fields(request)
        context = {
            **around,
            "title": _("Choose a folder"),
            "found": found,
            "remark": "" if found.path else self.remark,
            "above": self._links(request, fields, found.above),
            "inside": self._links(request, fields, found.inside),
            "here": self._link(request, fields, found.path) if found.path else None,
            "roots_url": self._url(request, fields, ""),
            "back": address(self.back, fields),
        }
        template = "bare" if "bare" in request.GET else "page"
        return TemplateResponse(request, f"postflow/choose_folder_{template}.html", context)

    def _links(
        self, request: HttpRequest, fields: list[tuple[str, str]], paths: Sequence[Path]
    ) -> list[Link]:
        return [self._link(request, fields, path) for path in paths]

    def _link(self, request: HttpRequest, fields: list[tuple[str, str]], path: Path) -> Link:
        others = [(name, value) for name, value in fields if name != self.field]
        chosen = address(self.back, [*others, (self.field, str(path))])
        return Link(path, self._url(request, fields, str(path)), chosen)

    def _url(self, request: HttpRequest, fields: list[tuple[str, str]], at: str) -> str:
        sent = request.POST if request.method == "POST" else request.GET
        whose = [(OF, sent[OF])] if sent.get(OF) else []
        return f"{request.path}?{urlencode([(AT, at), *whose, *fields])}"


def whose(request: HttpRequest) -> int | None:
    """The key of the row whose form it is; None: a new one's."""
    key = (request.POST if request.method == "POST" else request.GET).get(OF, "")
    return int(key) if key.isdecimal() else None


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    sent = request.POST if request.method == "POST" else request.GET
    return [
        (name, value)
        for name, values in sent.lists()
        if name not in NOT_KEPT and not name.startswith("_")
        for value in values
        if value
    ]
