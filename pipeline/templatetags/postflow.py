"""What the templates ask for by name; it is said in `pipeline.admin.wording`."""

from collections.abc import Iterable, Mapping, Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from pipeline.admin import revision_words, wording
from pipeline.admin.moves import may_cancel, may_rank, may_retry, may_send_first
from pipeline.models import Revision, UploadJob
from pipeline.sizes import human_size

register = template.Library()

register.filter("ago", wording.ago)
register.filter("fields", wording.fields)
register.filter("file_type", wording.file_type)
register.filter("folders", wording.folders)
register.filter("integration", wording.integration)
register.filter("lucidlink_client", wording.lucidlink_client)
register.filter("may_cancel", may_cancel)
register.filter("may_rank", may_rank)
register.filter("may_retry", may_retry)
register.filter("may_send_first", may_send_first)
register.filter("folder_badge", wording.folder_badge)
register.filter("next_try", wording.next_try)
register.filter("opened", wording.opened)
register.filter("parts", wording.parts)
register.filter("picture", wording.picture)
register.filter("place", wording.place)
register.filter("review_status", wording.review_status)
register.filter("size", human_size)
register.filter("there_before", wording.there_before)
register.filter("thumbnail", wording.thumbnail)
register.filter("version", wording.version)
register.filter("breakable", wording.breakable)
register.filter("progress", wording.progress)
register.filter("restore_page", revision_words.restore_page)
register.filter("revision_by", revision_words.by)
register.filter("revision_lines", revision_words.lines)
register.filter("revision_who", revision_words.who)
register.simple_tag(revision_words.history_of, name="history_of")


@register.simple_tag
def labelled(
    rows: Iterable[Iterable[SafeString]], headers: Sequence[Mapping[str, object]]
) -> list[list[SafeString]]:
    """A list's cells, each with its column's name, for screens on which a row becomes a card."""
    names = [str(header["text"]) for header in headers]
    return [[_labelled(cell, name) for cell, name in zip(row, names, strict=False)] for row in rows]


def _labelled(cell: SafeString, name: str) -> SafeString:
    """`cell` is `<td class="...">...` or `<th class="...">...`, as Django's list makes it."""
    if not cell.startswith('<td class="field-'):
        return cell
    return format_html('<td data-label="{}"{}', capfirst(name), mark_safe(cell[3:]))  # noqa: S308


@register.filter
def badge(job: UploadJob) -> SafeString:
    return wording.badge(job.state, job.get_state_display(), f"job-{job.pk}-state")


@register.filter
def act_badge(revision: Revision) -> SafeString:
    state = revision_words.STATES.get(Revision.Act(revision.act), "waiting")
    return wording.badge(state, revision.get_act_display())
