"""How names are read."""

from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from pipeline import naming
from pipeline.models.projects import Project


class NamingRule(models.Model):
    """How scene, shot, task and version are read out of a file's name."""

    name = models.CharField(_("name"), max_length=100)
    project = models.ForeignKey(
        Project,
        verbose_name=_("project"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="rules",
        help_text=_(
            "The rule reads the files of this project only. Empty: the files of all projects, and"
            " {project} in the name says whose each is."
        ),
    )
    active = models.BooleanField(_("active"), default=True)
    position = models.PositiveIntegerField(
        _("position"),
        default=100,
        help_text=_(
            "The place in the list of rules: smaller numbers stand first. Which rule reads a file"
            " does not depend on it."
        ),
    )
    expert = models.BooleanField(
        _("expert"),
        default=False,
        help_text=_("The template is a regular expression with named groups."),
    )
    template = models.CharField(
        _("template"),
        max_length=500,
        default="{project}_{scene}_{shot}_{task}_v{version}.{ext}",
        help_text=_(
            "A file name with a token such as {shot} for each part that changes. {shot:4d} takes"
            " exactly four digits, {episode:2d} two."
        ),
    )
    new_projects_like = models.ForeignKey(
        Project,
        verbose_name=_("make missing projects like"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "When a name's project code is not known here, a project of that code is made, set up"
            " as this one. A misspelt code makes one, too. Empty: the file is held."
        ),
    )
    folder_template = models.CharField(
        _("folders on Frame.io"),
        max_length=300,
        default="{scene}/{shot}/{task}",
        blank=True,
        help_text=_(
            "Made of tokens of the template, with a / between one folder and the next. Empty: the"
            " project's root folder."
        ),
    )

    class Meta:
        verbose_name = _("naming rule")
        verbose_name_plural = _("naming rules")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            self.compiled()
        except naming.TemplateError as error:
            raise ValidationError({error.where: str(error)}) from error

    def compiled(self) -> naming.Rule:
        return _compiled(self.template, self.folder_template, self.expert)


@lru_cache(maxsize=200)
def _compiled(template: str, folder_template: str, expert: bool) -> naming.Rule:  # noqa: FBT001
    """Takes longer than to read a hundred names."""
    return naming.Rule(template, folder_template, expert=expert)
