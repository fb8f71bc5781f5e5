"""One card for many files of a scene that come at once."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.message import Level, Message
from pipeline.channels import Card
from pipeline.models import UploadJob
from pipeline.notices.words import called, listed, page

State = UploadJob.State
REST = {State.DONE, State.FAILED, State.CANCELLED}
MOST_LINES = 10


def message_of(card: Card) -> Message | None:
    """Where nothing can be edited, it is said once, when all of them have come to an end."""
    rows = UploadJob.objects.filter(cards__card=card).order_by("name").defer("media", "overrides")
    jobs = list(rows.select_related("project"))
    by_state = {state: [job for job in jobs if job.state == state] for state in State}
    if not jobs or not (card.channel.edits or all(job.state in REST for job in jobs)):
        return None
    counts = tuple((str(state.label).capitalize(), str(len(by_state[state]))) for state in State)
    return Message(
        title=_title(card, len(by_state[State.DONE]), len(jobs)),
        text=_troubles([*by_state[State.FAILED], *by_state[State.WAITING]]),
        url=page(f"{reverse('admin:pipeline_uploadjob_changelist')}?{_search(card)}"),
        level=_level(by_state[State.FAILED], by_state[State.DONE], jobs),
        fields=(
            (_("Project"), str(card.about["code"])),
            *((name, count) for name, count in counts if count != "0"),
        ),
    )


def _title(card: Card, arrived: int, count: int) -> str:
    words = {"scene": card.about["scene"], "arrived": arrived, "count": count}
    if not card.about["scene"]:
        return _("%(arrived)d of %(count)d files have arrived") % words
    return _("Scene %(scene)s: %(arrived)d of %(count)d files have arrived") % words


def _troubles(jobs: Sequence[UploadJob]) -> str:
    return listed([f"{called(job)}: {job.reason}" for job in jobs], MOST_LINES)


def _search(card: Card) -> str:
    return urlencode({"q": str(card.about["scene"] or card.about["code"])})


def _level(
    failed: Sequence[UploadJob], done: Sequence[UploadJob], jobs: Sequence[UploadJob]
) -> Level:
    if failed:
        return "error"
    return "success" if len(done) == len(jobs) else "info"
