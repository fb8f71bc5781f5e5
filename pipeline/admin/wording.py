"""Jobs in words and bars; the templates reach it through `pipeline.templatetags.postflow`."""

import os
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pipeline.integrations import integration_choices
from pipeline.integrations.frameio_journal import Standing, standing
from pipeline.jobs import Rank
from pipeline.models import Delivery, UploadJob, WatchedFolder
from pipeline.moments import in_short
from pipeline.sizes import human_size
from pipeline.verdicts import Verdict, verdict

ADDRESS = re.compile(r"(https?://\S+?)(?=[.,;:!?)]*(?:\s|$))")
LONGEST_READ_OUT = 40  # characters of an address
LETTERS_AND_TOKEN = re.compile(r"([A-Za-z]*)\{(\w+)")
NO_PLACE = {"project", "version", "ext", "frame"}  # told apart, or no place


def ago(moment: datetime | None) -> SafeString | str:
    """`3 minutes ago`, with the exact time on hover."""
    if moment is None:
        return _("never")
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        date_format(local, "DATETIME_FORMAT"),
        _in_words(moment),
    )


def _in_words(moment: datetime) -> str:
    if (timezone.now() - moment).total_seconds() < 60:
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)}


def percent(job: UploadJob) -> int:
    return min(100, job.bytes_sent * 100 // job.size) if job.size else 0


def breakable(text: str | Promise) -> SafeString:
    """A long name or path goes on in the next line after a slash or an underscore, if it can."""
    return mark_safe(re.sub(r"([/_])", r"\1<wbr>", escape(str(text))))  # noqa: S308


def opened(text: str) -> SafeString:
    """A sentence for a page: its addresses are links, and the long ones not read out."""
    parts = ADDRESS.split(text)
    said = (_address(part) if at % 2 else _lines(part) for at, part in enumerate(parts))
    return format_html_join("", "{}", ((part,) for part in said))


def _lines(text: str) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.split("\n")))


def _address(address: str) -> SafeString:
    shown = address if len(address) <= LONGEST_READ_OUT else _("Open")
    text = '<a href="{0}" title="{0}" rel="noopener noreferrer" target="_blank">{1}</a>'
    return format_html(text, address, shown)


def version(job: UploadJob) -> str:
    """As it stands in the name, `v003`, or empty."""
    number = job.fields.get("version") or job.version
    return "" if number is None else f"v{number}"


def folders(job: UploadJob) -> str:
    """Where the render goes: `SC010 / SH0010 / comp`."""
    return " / ".join(str(folder) for folder in job.destination)


def place(job: UploadJob) -> str:
    """Where it belongs, in short: `UNDLM · ep02 · sq040 · sh0120 · comp · v003`. For jobs read with
    their rule."""
    parts = [job.project.code if job.project else "", *_read_in_order(job), version(job)]
    return " · ".join(part for part in parts if part)


def _read_in_order(job: UploadJob) -> list[str]:
    """What was read, as the rule's template has it one after the other, with the letters that stand
    before each; what no template names comes after, in its own order."""
    template = job.rule.template if job.rule and not job.rule.expert else ""
    letters = {name: before for before, name in LETTERS_AND_TOKEN.findall(template)}
    names = [*letters, *(name for name in job.fields if name not in letters)]
    read = {name: str(job.fields.get(name) or "") for name in names if name not in NO_PLACE}
    return [f"{letters.get(name, '')}{value}" for name, value in read.items() if value]


def file_type(job: UploadJob) -> str:
    """`MOV`, or empty for names that do not say."""
    return Path(job.name).suffix.lstrip(".").upper()[:4]


def picture(job: UploadJob) -> SafeString:
    """Its thumbnail, or what kind of file it is. For jobs read WITH_THUMBNAIL."""
    shown = {"address": thumbnail(job), "file_type": file_type(job)}
    return render_to_string("postflow/picture.html", shown)


def thumbnail(job: UploadJob) -> str:
    """Where it is, with the moment of it, so that a browser may keep it; empty: there is none."""
    for delivery in job.deliveries.all():
        found = getattr(delivery, "thumbnail", None)
        if found and found.fetched_at:
            return f"{reverse('thumbnail', args=[job.pk])}?{found.fetched_at.timestamp():.0f}"
    return ""


def badge(state: str, label: str, ident: str = "") -> SafeString:
    """A coloured word. One with an `ident` is refreshed while the page is open."""
    return render_to_string("postflow/badge.html", {"state": state, "label": label, "ident": ident})


VERDICTS = {
    Verdict.APPROVED: "done",
    Verdict.CHANGES: "failed",
    Verdict.OPEN: "waiting",
    Verdict.OTHER: "other",
}


def review_status(status: str) -> SafeString:
    """What reviewers set on Frame.io, in their words."""
    return badge(VERDICTS[verdict(status)], status)


def progress(job: UploadJob) -> SafeString:
    return render_to_string("postflow/progress.html", {"job": job, "percent": percent(job)})


def parts(delivery: Delivery) -> str:
    """How many of a big file's parts are there; empty where it goes in one, or is not begun."""
    return parts_in_words(standing(delivery.memory)) if not delivery.done else ""


def parts_in_words(stands: Standing) -> str:
    if stands.parts > 1:
        values = {"there": stands.there, "parts": stands.parts}
        return _("%(there)d of %(parts)d parts") % values
    if stands.there > 1:  # begun before all of them were counted
        return _("%(there)d parts are there") % {"there": stands.there}
    return ""


def fields(read: Mapping[str, object]) -> SafeString:
    """What was read out of a name, as small labelled chips."""
    return render_to_string("postflow/fields.html", {"fields": read})


def readable(path: Path) -> str:
    """A path whose name may not be UTF-8, for a page that has to be."""
    return os.fsencode(path).decode("utf-8", "replace")


def files(number: int) -> str:
    return ngettext("%(number)d file", "%(number)d files", number) % {"number": number}


def linked(jobs: Iterable[UploadJob]) -> SafeString:
    """Their names, each leading to its page."""
    rows = ((job.get_absolute_url(), job.name) for job in jobs)
    return format_html_join(mark_safe("<br>"), '<a class="file-name" href="{}">{}</a>', rows)


def why(job: UploadJob) -> str:
    """Why it stands where it stands, and its place in the queue where that is not the usual."""
    place = ""
    if job.state == UploadJob.State.PENDING and (job.any_time or job.priority):
        place = _("Sent now.") if job.any_time else _place(job.priority)
    return " ".join(part for part in (place, next_try(job), job.waits_for or job.reason) if part)


def next_try(job: UploadJob) -> str:
    """When it goes on by itself; empty when it does not, or waits for something else first."""
    now = timezone.now()
    by_itself = job.state in {UploadJob.State.PENDING, UploadJob.State.WAITING}
    if not by_itself or job.waits_for or job.run_after is None or job.run_after <= now:
        return ""
    return _("Tried again by itself at %(when)s.") % {"when": in_short(job.run_after, now)}


def rank(job: UploadJob) -> str:
    """`normal`, as people give it; else where its number stands."""
    ranks = {each.value: each.label for each in Rank}
    return str(ranks.get(job.priority) or _place(job.priority))


def _place(priority: int) -> str:
    return _("Before others.") if priority > 0 else _("After others.")


def size(number: int) -> str:
    return human_size(number)


def folder_badge(folder: WatchedFolder) -> SafeString:
    if not folder.active:
        return badge("off", _("paused"))
    if folder.online is None:
        return badge("unknown", _("not looked at yet"))
    return badge("online", _("online")) if folder.online else badge("offline", _("offline"))


def reason(text: str) -> SafeString:
    """In a list: three lines of it, all of it on hover."""
    return format_html('<span class="reason" title="{0}">{0}</span>', text)


def lucidlink_client(folder: WatchedFolder) -> str:
    """What LucidLink's client beside the watcher says that somebody should know; mostly nothing."""
    if folder.client_linked is False:
        return _("LucidLink on the watcher's machine is not linked to its filespace: look at it.")
    if folder.client_unsent:
        text = _("LucidLink on the watcher's machine still has %(size)s of its own to upload.")
        return text % {"size": human_size(folder.client_unsent)}
    return ""


def there_before(folder: WatchedFolder) -> str:
    """What nobody has answered yet."""
    count = folder.there_before
    if not count:
        return ""
    text = ngettext(
        "%(count)d file was there before the folder was watched, and stays where it is.",
        "%(count)d files were there before the folder was watched, and stay where they are.",
        count,
    )
    return text % {"count": count}


def integration(name: str) -> str:
    return dict(integration_choices()).get(name, name)
