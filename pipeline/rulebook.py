"""The naming rules and projects as they stand, read once for any number of names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline import naming
from pipeline.models import NamingRule, Project


@dataclass(frozen=True)
class Match:
    rule: NamingRule
    compiled: naming.Rule
    parsed: naming.Parsed


class Reader:
    """One rule, compiled once. Asked for the same name twice running, it reads it once: books that
    differ in one rule share the readers of the others."""

    def __init__(self, rule: NamingRule) -> None:
        self.rule = rule
        self.broken: naming.TemplateError | None = None
        self._name = ""
        self._told: Match | naming.NamingError | naming.TemplateError
        try:
            self.compiled = rule.compiled()
        except naming.TemplateError as error:
            self.broken = error

    def read(self, name: str) -> Match | naming.NamingError | naming.TemplateError:
        if self.broken:
            return self.broken
        if name != self._name or not name:
            self._told = self._read(name)
            self._name = name
        return self._told

    def _read(self, name: str) -> Match | naming.NamingError:
        try:
            return Match(self.rule, self.compiled, self.compiled.parse(name))
        except naming.NamingError as error:
            return error


class Rulebook:
    """`rules` in their order; inactive ones are left out."""

    def __init__(self, readers: Sequence[Reader], projects: Sequence[Project]) -> None:
        self.readers = readers
        self.projects = projects
        self._by_code = {project.code.casefold(): project for project in projects}

    @classmethod
    def now(cls) -> "Rulebook":
        rules = NamingRule.objects.filter(active=True)
        rules = rules.select_related("project", "new_projects_like")
        return cls([Reader(rule) for rule in rules], list(Project.objects.all()))

    def without(self, rule: NamingRule) -> "Rulebook":
        others = [reader for reader in self.readers if reader.rule.pk != rule.pk]
        return Rulebook(others, self.projects)

    def having(self, rule: NamingRule) -> "Rulebook":
        """With this rule, saved or not, in place of the one that it changes."""
        others = list(self.without(rule).readers)
        if rule.active:
            others.append(Reader(rule))
        return Rulebook(sorted(others, key=_place), self.projects)

    def own(self, project: Project | None) -> list[Reader]:
        """The rules of the project; of all active ones where the name is to say which."""
        return [reader for reader in self.readers if _is_own(reader.rule, project)]

    def shared(self) -> list[Reader]:
        return [reader for reader in self.readers if reader.rule.project is None]

    def read_by(self, rule: NamingRule, name: str, project: Project | None) -> Match | None:
        """What this rule, if it is asked for files of the project, reads in the name."""
        for reader in self.readers:
            if reader.rule == rule and (rule.project is None or _is_own(rule, project)):
                told = reader.read(name)
                return told if isinstance(told, Match) else None
        return None

    def project(self, code: str) -> Project | None:
        return self._by_code.get(code.casefold())

    def codes(self) -> Iterable[str]:
        return (project.code for project in self.projects)

    def only_project(self) -> Project | None:
        """The one that is active, where there is one only."""
        active = [project for project in self.projects if project.active]
        return active[0] if len(active) == 1 else None


def _place(reader: Reader) -> tuple[int, bool, int]:
    """As the rules are ordered; one that is not saved yet comes last of its position."""
    rule = reader.rule
    return rule.position, rule.pk is None, rule.pk or 0


def _is_own(rule: NamingRule, project: Project | None) -> bool:
    if rule.project is None:
        return False
    return rule.project == project if project else rule.project.active
