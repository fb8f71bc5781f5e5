"""Doing a thing to each of the rows that somebody chose."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from pipeline.file_actions import ActionRefused
from pipeline.jobs import MoveRefused
from pipeline.routing import Held

Row = TypeVar("Row")

REFUSALS_SHOWN = 5


def each(request: HttpRequest, chosen: Iterable[Row], act: Callable[[Row, str], object]) -> int:
    """Do it to each; one that refuses says so and stops no other. Returns how many it was."""
    who = str(request.user.get_username())
    done, refused = 0, 0
    for row in chosen:
        try:
            act(row, who)
            done += 1
        except (ActionRefused, MoveRefused, Held) as refusal:
            refused += 1
            if refused <= REFUSALS_SHOWN:
                messages.warning(request, str(refusal))
    if refused > REFUSALS_SHOWN:
        more = _("… and %(count)d more could not.") % {"count": refused - REFUSALS_SHOWN}
        messages.warning(request, more)
    return done
