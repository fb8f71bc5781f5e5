"""The road from nothing to a show's first arrival, as steps on the first page: that of a new
installation and, later, of each show that is added. What is saved on the way says what is next."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pipeline.models import NamingRule, Project, UploadJob, WatchedFolder
from postflow_site.said import said

Text: TypeAlias = str | Promise
NEW = timedelta(days=1)  # so long a show that is being set up stands open on the first page


@dataclass(frozen=True)
class Step:
    """One step; `url` leads to where it is done. `aside`: a way past it, with its address."""

    title: Text
    text: Text
    button: Text
    url: str
    done: bool
    current: bool = False
    aside: Text = ""
    aside_url: str = ""


@dataclass(frozen=True)
class Road:
    """`is_open`: it is shown, and not only offered."""

    title: Text
    steps: list[Step]
    is_open: bool


@dataclass(frozen=True)
class Stand:
    """What there is of a show already."""

    project: Project | None = None
    rule: bool = False
    folder: bool = False
    file: bool = False


def road(user: User | AnonymousUser, now: datetime, *, connected: bool) -> Road | None:
    """None for those who may not set anything up."""
    if not user.has_perm("pipeline.add_project"):
        return None
    if not _anything_arrived():
        first = _("Five steps to the first arrival")
        return Road(first, _steps(_first(), connected=connected), is_open=True)
    project = being_made(now)
    title: Text = _("Add your own show")
    if project:
        title = said(_("Add your own show: %(code)s"), code=project.code)
    is_open = project is not None or _is_a_demo_alone()
    return Road(title, _steps(_of(project), connected=connected), is_open=is_open)


def _anything_arrived() -> bool:
    """What the demo sends is nobody's own."""
    is_demo = bool(settings.DEMO_PROJECT)
    return is_demo or UploadJob.objects.filter(state=UploadJob.State.DONE).exists()


def _is_a_demo_alone() -> bool:
    code = settings.DEMO_PROJECT
    return bool(code) and not Project.objects.exclude(code=code).exists()


def being_made(now: datetime) -> Project | None:
    """The newest project, until the first file of it is found."""
    young = Project.objects.filter(active=True, created_at__gt=now - NEW)
    newest = young.exclude(code=settings.DEMO_PROJECT).order_by("-pk").first()
    return newest if newest and _is_being_made(newest) else None


def _is_being_made(project: Project) -> bool:
    return not project.uploadjob_set.exists()


def _first() -> Stand:
    return Stand(
        Project.objects.filter(active=True).order_by("-pk").first(),
        NamingRule.objects.filter(active=True).exists(),
        WatchedFolder.objects.filter(active=True).exists(),
        UploadJob.objects.exists(),
    )


def _of(project: Project | None) -> Stand:
    """A rule that serves every project counts once somebody has gone on with it to a folder."""
    if project is None:
        return Stand()
    folder = _folders_of(project).exists()
    rule = project.rules.filter(active=True).exists() or (folder and _shared_rule() is not None)
    return Stand(project, rule, folder, file=False)


def _folders_of(project: Project) -> QuerySet[WatchedFolder]:
    return WatchedFolder.objects.filter(Q(project=project) | Q(project=None), active=True)


def _shared_rule() -> NamingRule | None:
    return NamingRule.objects.filter(project=None, active=True).first()


def _steps(stand: Stand, *, connected: bool) -> list[Step]:
    shared = _shared_rule() if stand.project and not stand.rule else None
    past = _("Go on with %(rule)s, which reads the names of every project")
    return _mark_current(
        [
            Step(
                _("Connect Frame.io"),
                _("Log in once with an Adobe account that may write to your projects."),
                _("Connect Frame.io"),
                reverse("frameio:connect"),
                connected,
            ),
            Step(
                _("Make a project"),
                _("Its code as it stands in file names, and the Frame.io project it goes to."),
                _("Add a project"),
                reverse("admin:pipeline_project_add"),
                stand.project is not None,
            ),
            Step(
                _("Write a naming rule"),
                _("How scene, shot, task and version stand in a file name. Try it on your names."),
                _("Add a rule"),
                _add_page("namingrule", stand.project),
                stand.rule,
                aside=said(past, rule=shared.name) if shared else "",
                aside_url=_add_page("watchedfolder", stand.project),
            ),
            Step(
                _("Watch a folder"),
                _("The folder on the LucidLink mount where finished renders are saved."),
                _("Add a folder"),
                _add_page("watchedfolder", stand.project),
                stand.folder,
            ),
            Step(
                _("Drop a file"),
                _("Save a render there. Seconds after it is whole, it is on its way."),
                _("See the uploads"),
                reverse("admin:pipeline_uploadjob_changelist"),
                stand.file,
            ),
        ]
    )


def _add_page(model: str, project: Project | None) -> str:
    chosen = f"?project={project.pk}" if project else ""
    return reverse(f"admin:pipeline_{model}_add") + chosen


def _mark_current(found: list[Step]) -> list[Step]:
    following = next((step for step in found if not step.done), None)
    return [replace(step, current=step is following) for step in found]


# --- Once something was saved ---------------------------------------------------------------------


def after_project(request: HttpRequest, project: Project) -> None:
    if not request.user.has_perm("pipeline.add_namingrule"):
        return
    if _of(project).rule:  # and a folder, too, that serve every project
        _say_drop(request, project)
        return
    text = _now("Next for {code}: how its files are named. {link}")
    link = _button(_add_page("namingrule", project), _now("Add a rule"))
    shared = _shared_rule()
    if shared:
        text = _now("Next for {code}: how its files are named. {link}, or {past}.")
    past = _link(_add_page("watchedfolder", project), _now("go on with those there are"))
    messages.info(request, format_html(text, code=project.code, link=link, past=past))


def after_rule(request: HttpRequest, rule: NamingRule) -> None:
    if not request.user.has_perm("pipeline.add_watchedfolder"):
        return
    project = rule.project or being_made(timezone.now())
    if project is None or not _is_being_made(project):
        return
    if _folders_of(project).exists():
        _say_drop(request, project)
        return
    text = _now("Next for {code}: the folder where its renders are saved. {link}")
    link = _button(_add_page("watchedfolder", project), _now("Add a folder"))
    messages.info(request, format_html(text, code=project.code, link=link))


def after_folder(request: HttpRequest, folder: WatchedFolder) -> None:
    project = folder.project or being_made(timezone.now())
    if project is not None and _is_being_made(project):
        _say_drop(request, project)


def _say_drop(request: HttpRequest, project: Project) -> None:
    text = _now("Next for {code}: save a render in its folder, and see it arrive on {link}.")
    link = _link(reverse("admin:index"), _now("the overview"))
    messages.info(request, format_html(text, code=project.code, link=link))


def _button(url: str, text: str) -> SafeString:
    return format_html('<a class="button" href="{}">{}</a>', url, text)


def _link(url: str, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, text)
