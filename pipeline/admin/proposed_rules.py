"""Rules that the editor proposes for the names which somebody pasted."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pipeline.admin.starters import form_with
from pipeline.models import Project
from pipeline.naming import Proposal, Rule, propose
from pipeline.tryout import Tried, try_names

NAMES_SHOWN = 3


@dataclass(frozen=True)
class Card:
    """`project` is the one that its names say, None where there is no such."""

    proposal: Proposal
    project: Project | None
    tried: list[Tried]

    @property
    def more(self) -> int:
        return len(self.proposal.names) - len(self.tried)

    @property
    def url(self) -> str:
        """The form for a new rule, filled in with it."""
        return form_with(
            self._name(),
            self.proposal.template,
            self.proposal.folders,
            "\n".join(self.proposal.names),
            self.project.pk if self.project else None,
        )

    def _name(self) -> str:
        code = self.project.code if self.project else self.proposal.project
        if "shot" in self.proposal.tokens:
            return _("%(code)s shots") % {"code": code} if code else _("Shots")
        return _("%(code)s files") % {"code": code} if code else _("Files")


def proposed(names: Iterable[str]) -> dict[str, object]:
    """The template's."""
    projects = {project.code.casefold(): project for project in Project.objects.all()}
    found = propose(names, [project.code for project in projects.values()])
    cards = [
        Card(one, projects.get(one.project.casefold()), _tried(one)) for one in found.proposals
    ]
    return {"cards": cards, "unread": found.unread}


def _tried(proposal: Proposal) -> list[Tried]:
    rule = Rule(proposal.template, proposal.folders)
    return try_names(rule, proposal.names[:NAMES_SHOWN])
