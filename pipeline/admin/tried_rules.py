"""What the rule editor shows of a back-test (pipeline.backtest)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.backtest import FILES_AT_MOST, Change, Example, File, Outcome, back_test, seen_since
from pipeline.models import NamingRule, Project
from pipeline.naming import NamingError, TemplateError
from pipeline.routing import FitsNone, FitsSeveral, Held, Route
from pipeline.tryout import names_in

DAYS = (1, 7, 30, 90, 365)
USUAL_DAYS = 30
# Whoever saves a rule waits for that.
FILES_AFTER_SAVING = 5_000
SECONDS_AFTER_SAVING = 1.5
TITLES = {
    Change.CONFLICT: gettext_lazy("Conflicts with another rule"),
    Change.LOST: gettext_lazy("Newly lost"),
    Change.MOVED: gettext_lazy("Changed"),
    Change.GAINED: gettext_lazy("Read for the first time"),
    Change.HELD: gettext_lazy("Still held"),
}
STATES = {
    Change.CONFLICT: "failed",
    Change.LOST: "failed",
    Change.MOVED: "waiting",
    Change.GAINED: "done",
    Change.HELD: "unknown",
}


@dataclass(frozen=True)
class Line:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Part:
    title: str
    state: str
    count: int
    lines: list[Line]

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True)
class Conflicts:
    """`rules`: the names of the others, of the first few files."""

    count: int
    tried: int
    rules: list[str]


@dataclass
class Folder:
    """`count`: of the files in it and below."""

    name: str
    count: int = 0
    folders: dict[str, "Folder"] = field(default_factory=dict)

    @property
    def inside(self) -> list["Folder"]:
        return [self.folders[name] for name in sorted(self.folders)]


def rule_of(form: QueryDict) -> NamingRule:
    """As it would be saved; `rule` is the key of the one that it changes."""
    key, position = form.get("rule", ""), form.get("position", "")
    return NamingRule(
        pk=int(key) if key.isdecimal() else None,
        name=form.get("name", "").strip() or _("this rule"),
        project=_project(form.get("project", "")),
        new_projects_like=_project(form.get("new_projects_like", "")),
        active=form.get("active") == "on",
        position=int(position) if position.isdecimal() else 100,
        expert=form.get("expert") == "on",
        template=one_line(form.get("template", "")),
        folder_template=one_line(form.get("folder_template", "")),
    )


def one_line(text: str) -> str:
    return "".join(text.splitlines())


def field_of(error: TemplateError) -> str:
    """The label of the field that is wrong."""
    labels = {field.name: field.verbose_name for field in NamingRule._meta.fields}
    return capfirst(str(labels[error.where]))


def form_of(rule: NamingRule) -> dict[str, str]:
    """What `rule_of` reads it from, for a page on which it can only be looked at."""
    values = {
        "name": rule.name,
        "project": str(rule.project_id or ""),
        "new_projects_like": str(rule.new_projects_like_id or ""),
        "position": str(rule.position),
        "template": rule.template,
        "folder_template": rule.folder_template,
    }
    ticked = {"active": rule.active, "expert": rule.expert}
    return values | {name: "on" for name, yes in ticked.items() if yes}


def _project(key: str) -> Project | None:
    return Project.objects.filter(pk=key).first() if key.isdecimal() else None


def ran(form: QueryDict) -> dict[str, object]:
    """The template's: `over` is "names", or a number of days."""
    rule = rule_of(form)
    try:
        outcome = back_test(rule, _files(form))
    except TemplateError as error:
        return {"wrong": error, "field": field_of(error)}
    return {
        "outcome": outcome,
        "inactive": not rule.active,
        "parts": parts(outcome, rule),
        "same": outcome.counts[Change.SAME],
        "tree": tree(outcome.folders),
    }


def conflicts(rule: NamingRule) -> Conflicts:
    """Of the files that came in lately, those that the saved rule and another read differently."""
    moment = timezone.now() - timedelta(days=USUAL_DAYS)
    files = islice(seen_since(moment), FILES_AFTER_SAVING)
    outcome = back_test(rule, files, seconds=SECONDS_AFTER_SAVING)
    found = [example.after for example in outcome.examples.get(Change.CONFLICT, ())]
    others = [one for after in found if isinstance(after, FitsSeveral) for one in after.rules]
    rules = list(dict.fromkeys(str(other) for other in others if other != rule))
    return Conflicts(outcome.counts[Change.CONFLICT], outcome.tried, rules)


def _files(form: QueryDict) -> Iterable[File]:
    over = form.get("over", "")
    if over in map(str, DAYS):
        return seen_since(timezone.now() - timedelta(days=int(over)))
    return map(File, names_in(form.get("names", ""), FILES_AT_MOST))


def parts(outcome: Outcome, rule: NamingRule) -> list[Part]:
    """What a person should look at first comes first."""
    return [
        Part(str(title), STATES[change], outcome.counts[change], _lines(outcome, change, rule))
        for change, title in TITLES.items()
        if outcome.counts[change]
    ]


def _lines(outcome: Outcome, change: Change, rule: NamingRule) -> list[Line]:
    return [
        Line(example.name, _before(example.before), _after(example, rule))
        for example in outcome.examples[change]
    ]


def _before(goes: Route | Held) -> str:
    if isinstance(goes, Held):
        return _("held")
    return _place(goes) if goes.rule else _("%(place)s (by hand)") % {"place": _place(goes)}


def _after(example: Example, rule: NamingRule) -> str:
    """Of a name that no rule reads, what this one says: the others are not what is tried here."""
    if isinstance(example.after, Route):
        return _place(example.after)
    if isinstance(example.after, FitsNone) and rule.active:
        try:
            rule.compiled().parse(example.name)
        except NamingError as why:
            return str(why)
    return example.after.reason


def _place(goes: Route) -> str:
    return " / ".join([goes.project.code, *goes.destination])


def tree(folders: Counter[tuple[str, ...]]) -> list[Folder]:
    root = Folder("")
    for path, count in folders.items():
        at = root
        for name in path:
            at = at.folders.setdefault(name, Folder(name))
            at.count += count
    return root.inside
