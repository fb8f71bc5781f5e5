"""What was said on Frame.io: new messages, since nobody sees an old card change."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.message import Message
from pipeline.channels import Card
from pipeline.models import ReviewComment, UploadJob
from pipeline.notices.files import LEVELS
from pipeline.notices.words import called, footer, page, project_field
from pipeline.verdicts import Verdict, verdict

# Of a card about comments: it is read at a glance, the rest stands on the file's page.
MOST_LINES = 15
LONGEST_LINE = 200


def comments_message(card: Card) -> Message | None:
    """`about`: {"job", "comments": their ids, "url": where people see the file}. None when all of
    them were taken back."""
    job = _job(card)
    comments = list(ReviewComment.objects.filter(pk__in=card.about["comments"]))
    if job is None or not comments:
        return None
    title = ngettext(
        "%(count)d new comment on %(what)s", "%(count)d new comments on %(what)s", len(comments)
    )
    return Message(
        title=title % {"what": called(job), "count": len(comments)},
        text="\n".join(map(_comment_line, comments[:MOST_LINES])),
        url=str(card.about["url"]) or page(job.get_absolute_url()),
        fields=(project_field(job), (_("File"), job.name)),
        footer=footer(job),
    )


def status_message(card: Card) -> Message | None:
    """`about`: {"job", "status", "url"}."""
    job, status = _job(card), str(card.about["status"])
    if job is None:
        return None
    found = verdict(status)
    return Message(
        title=_decided(found) % {"what": called(job), "status": status},
        url=str(card.about["url"]) or page(job.get_absolute_url()),
        level=LEVELS.get(found, "info"),
        fields=(project_field(job), (_("Status"), status), (_("File"), job.name)),
        footer=footer(job),
    )


def _job(card: Card) -> UploadJob | None:
    jobs = UploadJob.objects.select_related("project", "rule")
    return jobs.filter(pk=card.about["job"]).first()


def _decided(found: Verdict) -> str:
    if found == Verdict.APPROVED:
        return _("%(what)s is approved")
    if found == Verdict.CHANGES:
        return _("%(what)s needs work")
    return _("%(what)s: %(status)s")


def _comment_line(comment: ReviewComment) -> str:
    said = " ".join(comment.text.split())
    said = f"{said[:LONGEST_LINE]}…" if len(said) > LONGEST_LINE else said
    place = "↳" if comment.answers_id else comment.timecode
    return f"{place} {comment.author}: {said}".lstrip()
