"""Send anyway, ignore, forget: one file by its button, many by the list's actions."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pipeline import file_actions
from pipeline.admin.moves import REFUSALS_SHOWN
from pipeline.jobs import MoveRefused
from pipeline.models import SourceFile

State = SourceFile.State


def may_send(source: SourceFile) -> bool:
    """Whether the button is shown; `file_actions` has the last word."""
    return source.state != State.TAKEN


def may_ignore(source: SourceFile) -> bool:
    return source.state != State.IGNORED


def send_anyway(request: HttpRequest, chosen: Iterable[SourceFile]) -> None:
    done = _each(request, chosen, file_actions.send_anyway)
    if done:
        text = ngettext("%(count)d file is handed over.", "%(count)d files are handed over.", done)
        messages.success(request, text % {"count": done})


def ignore(request: HttpRequest, chosen: Iterable[SourceFile]) -> None:
    done = _each(request, chosen, file_actions.ignore)
    if done:
        text = ngettext("%(count)d file is ignored.", "%(count)d files are ignored.", done)
        messages.success(request, text % {"count": done})


def forget(request: HttpRequest, chosen: Iterable[SourceFile]) -> None:
    done = _each(request, chosen, file_actions.forget)
    if done:
        text = ngettext(
            "%(count)d file is forgotten and looked for again.",
            "%(count)d files are forgotten and looked for again.",
            done,
        )
        messages.success(request, text % {"count": done})


def _each(
    request: HttpRequest, chosen: Iterable[SourceFile], act: Callable[[SourceFile, str], object]
) -> int:
    """Do it to each; one that refuses says so and stops no other. Returns how many it was."""
    who = str(request.user.get_username())
    done, refused = 0, 0
    for source in chosen:
        try:
            act(source, who)
            done += 1
        except (file_actions.ActionRefused, MoveRefused) as refusal:
            refused += 1
            if refused <= REFUSALS_SHOWN:
                messages.warning(request, str(refusal))
    if refused > REFUSALS_SHOWN:
        more = _("… and %(count)d more could not.") % {"count": refused - REFUSALS_SHOWN}
        messages.warning(request, more)
    return done
