"""Each step looks at one thing, and says how that stands."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lucidlink.filter import Filter
from pipeline import lookouts, routing
from pipeline.explain.subject import Subject
from pipeline.glance import LookInto, Whole
from pipeline.integrations import integration_choices
from pipeline.integrations.frameio_accounts import accounts
from pipeline.models import Delivery, Project, SourceFile, UploadJob, WatchedFolder
from pipeline.sizes import human_size

FRAMEIO = "frameio"  # of settings.INTEGRATIONS


@dataclass(frozen=True)
class Step:
    """`well`: nothing in the way here; None where that cannot be said. `remedy`: what would have
    to happen, when there is something."""

    title: str
    text: str
    well: bool | None = True
    remedy: str = ""


def the_path(about: Subject) -> Step:
    title = _("On the mount")
    found = about.seen.status
    if found is None:
        remedy = _("Check the path, and that the mount is connected; or save the file again.")
        return Step(title, capfirst(about.seen.why_not), well=False, remedy=remedy)
    if not stat.S_ISREG(found.st_mode):
        remedy = _("Name the file itself.")
        return Step(title, _("It is not a file."), well=False, remedy=remedy)
    text = _("%(size)s, changed %(when)s") % {
        "size": human_size(found.st_size),
        "when": when(datetime.fromtimestamp(found.st_mtime, UTC)),
    }
    return Step(title, text)


def the_content(about: Subject, look_into: LookInto) -> Step:
    title, found = _("Content"), about.seen.status
    if found is None or not stat.S_ISREG(found.st_mode):
        return Step(title, _("Not to be seen."), well=None)
    if found.st_size == 0:
        return Step(title, _("It is empty."), well=False, remedy=_("Its content has to arrive."))
    judgement = look_into(about.path, found.st_size)
    match judgement.whole:
        case Whole.COMPLETE:
            return Step(title, _("It is whole."))
        case Whole.UNKNOWN:
            text = _("%(why)s It has to be quiet for longer than others.")
            return Step(title, text % {"why": judgement.reason}, well=None)
    known = about.row is not None and about.row.state == SourceFile.State.SETTLING
    remedy = judgement.reason
    if judgement.whole is Whole.INCOMPLETE:
        remedy = _("%(why)s The rest of it has to arrive.") % {"why": judgement.reason}
    return Step(title, judgement.reason, well=False, remedy="" if known else remedy)


def the_folder(about: Subject) -> Step:
    title, folder = _("Watched folder"), about.folder
    if folder is None:
        folders = ", ".join(WatchedFolder.objects.values_list("path", flat=True)[:10])
        text = _("It lies in none of them: %(folders)s.") % {"folders": folders or _("none yet")}
        remedy = _("Save it in a watched folder, or send it by hand: manage.py upload FILE.")
        return Step(title, text, well=False, remedy=remedy)
    if not folder.active:
        remedy = _("Make the folder active in the admin.")
        return Step(title, _("%(path)s, paused.") % {"path": folder}, well=False, remedy=remedy)
    if folder.is_away:
        text = _("%(path)s, offline. %(why)s")
        values = {"path": folder, "why": folder.state_reason}
        if folder.state_since:
            text = _("%(path)s, offline since %(since)s. %(why)s")
            values["since"] = when(folder.state_since)
        remedy = _("Bring the mount back.")
        if folder.other_mount_point:
            remedy = _("Bring the mount back, or accept the one that is there on its page.")
        return Step(title, (text % values).strip(), well=False, remedy=remedy)
    if silence := lookouts.nobody_watches():
        return Step(title, f"{folder}. {silence}", well=False, remedy=str(silence))
    if folder.online is None:
        return Step(title, _("%(path)s, not looked at yet.") % {"path": folder}, well=None)
    looked = when(folder.last_pass_at) if folder.last_pass_at else "?"
    text = _("%(path)s, online; last look %(looked)s, by %(watcher)s. %(why)s") % {
        "path": folder,
        "looked": looked,
        "watcher": folder.watcher or "?",
        "why": folder.state_reason,
    }
    return Step(title, text.strip())


def the_name(about: Subject) -> Step:
    title = _("Type and ignored names")
    folder = about.folder
    if folder is None:
        return Step(title, _("Told by the watched folder."), well=None)
    why = Filter(folder.extensions.split(), folder.ignore.split()).why_not(about.key)
    if why is None:
        return Step(title, _("It is watched for: %(types)s.") % {"types": folder.extensions})
    remedy = _("Rename the file, or change the watched folder's file types or ignored names.")
    return Step(title, f"{why[:1].upper()}{why[1:]}.", well=False, remedy=remedy)


LEDGER = {
    SourceFile.State.SETTLING: gettext_lazy(
        "It goes up by itself when that is over. Or press Send anyway on its page."
    ),
    SourceFile.State.BASELINE: gettext_lazy("Press Send anyway on its page, or save it again."),
    SourceFile.State.IGNORED: gettext_lazy(
        "Press Send anyway, or Forget and look again, on its page."
    ),
    SourceFile.State.VANISHED: gettext_lazy("Save it again."),
}


def the_ledger(about: Subject) -> Step:
    title, row = _("The watcher's ledger"), about.row
    if row is None:
        text = _("PostFlow has never seen it.")
        if about.folder is None or about.seen.status is None:
            return Step(title, text, well=None)
        remedy = _("The watcher's next look finds it, within seconds on a mount that answers.")
        return Step(title, text, well=None, remedy=remedy)
    text = _("%(state)s, since %(when)s. %(why)s") % {
        "state": capfirst(row.get_state_display()),
        "when": when(row.changed_at),
        "why": row.reason,
    }
    if row.state == SourceFile.State.TAKEN:
        return Step(title, text.strip())
    remedy = str(LEDGER[SourceFile.State(row.state)])
    return Step(title, text.strip(), well=False, remedy=f"{row.reason} {remedy}".strip())


def the_rule(about: Subject) -> Step:
    """As the rules are now; what was read before stands with the upload."""
    title, name = _("Naming rule"), about.path.name
    project = about.folder.project if about.folder else None
    try:
        route = routing.route(name, project)
    except routing.Held as held:
        if told := _said_by_hand(about):
            return Step(title, told)
        remedy = _("Rename the file, or mend the rule or the project in the admin.")
        return Step(title, held.reason, well=False, remedy=f"{held.reason} {remedy}")
    text = _("“%(rule)s” reads %(fields)s; it goes to %(project)s: %(folders)s") % {
        "rule": route.rule,
        "fields": ", ".join(f"{field} {value}" for field, value in route.fields.items()),
        "project": route.project.code,
        "folders": " / ".join(route.destination) or "/",
    }
    return Step(title, text)


def _said_by_hand(about: Subject) -> str:
    """What a person said of the file as it is now, whatever its name says."""
    job = about.job
    if job is None or not job.project or not job.overrides or job.state == UploadJob.State.WAITING:
        return ""
    return _("A person said what it is: %(fields)s; it goes to %(project)s: %(folders)s") % {
        "fields": ", ".join(f"{field} {value}" for field, value in job.fields.items()),
        "project": job.project.code,
        "folders": " / ".join(job.destination) or "/",
    }


def the_project(about: Subject) -> Step:
    title, project = _("Project"), _project(about)
    if project is None:
        return Step(title, _("Not known before the name is read."), well=None)
    remedy = _("Set the project up in the admin.")
    if not project.active:
        return Step(title, _("%(it)s is inactive.") % {"it": project}, well=False, remedy=remedy)
    if not project.integrations:
        text = _("%(it)s is delivered nowhere.") % {"it": project}
        return Step(title, text, well=False, remedy=remedy)
    if trouble := account_trouble(project):
        return Step(title, f"{project}. {trouble}", well=False, remedy=trouble)
    if project.pk is None:
        return Step(title, _("%(code)s, made when the file goes up.") % {"code": project.code})
    return Step(title, _("%(it)s, ready.") % {"it": project})


def account_trouble(project: Project) -> str:
    """As its uploads will find it, without asking Frame.io anything."""
    if FRAMEIO not in project.integrations:
        return ""
    chosen_here = project.frameio_project_kind == Project.Remote.CHOSEN
    if chosen_here and not project.remote_project_id:
        return _("Choose its Frame.io project on the project's page.")
    chosen = project.frameio_account
    usable = [account for account in accounts() if chosen in {None, account.pk}]
    if len(usable) > 1:
        return _("There are several Frame.io accounts: choose one on the project's page.")
    if not usable or not usable[0].connected:
        return _("Connect Frame.io in the admin.")
    return ""


def _project(about: Subject) -> Project | None:
    if about.jobs and about.jobs[0].project:
        return about.jobs[0].project
    try:
        return routing.route(
            about.path.name, about.folder.project if about.folder else None
        ).project
    except routing.Held:
        return about.folder.project if about.folder else None


def the_uploads(about: Subject) -> Iterator[Step]:
    for job in about.jobs:
        title = _("Upload %(id)d") % {"id": job.pk}
        well = {UploadJob.State.WAITING: False, UploadJob.State.FAILED: False}.get(
            UploadJob.State(job.state), True
        )
        yield Step(title, " ".join(_parts(job)), well=well)
        deliveries = job.deliveries.defer("memory", "secrets")
        yield from (_delivery(title, delivery) for delivery in deliveries)


def _parts(job: UploadJob) -> Iterator[str]:
    tried = job.attempts > 0
    text = _("%(state)s, %(size)s, attempt %(count)d.") if tried else _("%(state)s, %(size)s.")
    yield text % {
        "state": capfirst(job.get_state_display()),
        "size": human_size(job.size),
        "count": job.attempts,
    }
    if job.run_after and job.state in {UploadJob.State.PENDING, UploadJob.State.WAITING}:
        yield _("Next try %(when)s.") % {"when": when(job.run_after)}
    if job.reason:
        yield job.reason


def _delivery(title: str, delivery: Delivery) -> Step:
    names = dict(integration_choices())
    where = f"{title} → {names.get(delivery.integration, delivery.integration)}"
    if delivery.done:
        text = capfirst(_("delivered: %(url)s"))
        return Step(where, text % {"url": delivery.url or delivery.remote_id})
    return Step(where, delivery.error or capfirst(_("not delivered yet")), well=None)


def when(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"
