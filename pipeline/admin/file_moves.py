"""Send anyway, ignore, forget: one file by its button, many by the list's actions."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import ngettext

from pipeline import file_actions
from pipeline.admin.chosen import each
from pipeline.models import SourceFile

State = SourceFile.State


def may_send(source: SourceFile) -> bool:
    """Whether the button is shown; `file_actions` has the last word."""
    return source.state != State.TAKEN


def may_ignore(source: SourceFile) -> bool:
    return source.state != State.IGNORED


def send_anyway(request: HttpRequest, chosen: Iterable[SourceFile]) -> None:
    done = each(request, chosen, file_actions.send_anyway)
    if done:
        text = ngettext("%(count)d file is handed over.", "%(count)d files are handed over.", done)
        messages.success(request, text % {"count": done})


def ignore(request: HttpRequest, chosen: Iterable[SourceFile]) -> None:
    done = each(request, chosen, file_actions.ignore)
    if done:
        text = ngettext("%(count)d file is ignored.", "%(count)d files are ignored.", done)
        messages.success(request, text % {"count": done})


def forget(request: HttpRequest, chosen: Iterable[SourceFile]) -> None:
    done = each(request, chosen, file_actions.forget)
    if done:
        text = ngettext(
            "%(count)d file is forgotten and looked for again.",
            "%(count)d files are forgotten and looked for again.",
            done,
        )
        messages.success(request, text % {"count": done})
