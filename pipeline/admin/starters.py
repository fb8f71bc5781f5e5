"""Rules to start from, and the tokens that the editor offers."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pipeline.models import Project


@dataclass(frozen=True)
class Starter:
    """`sample`: a name that it reads; `project`: the key of the one that the rule is to be for."""

    name: str | Promise
    what: str | Promise
    template: str
    folders: str
    sample: str
    project: int | None = None

    @property
    def url(self) -> str:
        """The form for a new rule, filled in with it."""
        return form_with(str(self.name), self.template, self.folders, self.sample, self.project)


@dataclass(frozen=True)
class Token:
    text: str
    what: str | Promise


def form_with(name: str, template: str, folders: str, names: str, project: int | None) -> str:
    """The address of the form for a new rule. `names`: one a line; `project`: its key."""
    filled = {"name": name, "template": template, "folder_template": folders, "names": names}
    if project:
        filled["project"] = str(project)
    return f"{reverse('admin:pipeline_namingrule_add')}?{urlencode(filled)}"


STARTERS = [
    Starter(
        _("Feature"),
        _("scene and shot"),
        "{project}_{scene}_{shot}_{task}_v{version:3d}.{ext}",
        "{scene}/{shot}/{task}",
        "UNDLM_010_0040_comp_v003.mov",
    ),
    Starter(
        _("By shot number"),
        _("a number for each shot of the film"),
        "{project}_{shot:5d}_{task}_v{version:3d}.{ext}",
        "{shot}/{task}",
        "UNDLM_00412_anim_v003.mov",
    ),
    Starter(
        _("Episodic"),
        _("episode, scene, shot and vendor"),
        "{project}_{episode:3d}_{scene}_{shot}_{task:comp|fx|anim}_{vendor}_v{version:3d}.{ext}",
        "{episode}/{scene}/{shot}",
        "ABC_101_029_0005_comp_XYZ_v003.mov",
    ),
    Starter(
        _("Commercial"),
        _("client, spot, length and format"),
        "{project}_{spot}_{length:2-3d}s_{format}_v{version:2d}.{ext}",
        "{spot}/{length}s/{format}",
        "ACME_Summer_30s_16x9_v02.mp4",
    ),
    Starter(
        _("Dailies"),
        _("camera originals, by day and reel"),
        "{camera:1A}{reel:3d}C{clip:3d}_{date:6d}_{id:4W}.{ext}",
        "Dailies/{date}/{camera}{reel}",
        "A004C010_100610_R1JL.mov",
    ),
]


def starters_for(chosen: Project | None) -> list[Starter]:
    """With samples that are names of a project that is there, where they name one: of the one that
    the rule is to be for, or of the newest."""
    shown = chosen or Project.objects.filter(active=True).order_by("-pk").first()
    if shown is None:
        return STARTERS
    key = chosen.pk if chosen else None
    return [replace(each, project=key, sample=_named(each, shown.code)) for each in STARTERS]


def _named(starter: Starter, code: str) -> str:
    first, rest = starter.sample.split("_", 1)
    return f"{code}_{rest}" if starter.template.startswith("{project}_") else f"{first}_{rest}"


TOKENS = [
    Token("{project}", _("the code of the project")),
    Token("{episode}", _("any word will do: {sequence}, {vendor}, {camera} …")),
    Token("{scene}", _("the scene")),
    Token("{shot}", _("the shot")),
    Token("{shot:5d}", _("exactly five digits; {shot:4d} four")),
    Token("{task}", _("comp, anim, light …")),
    Token("{task:anim|comp|light}", _("one of this list; typos are pointed out")),
    Token("{version:3d}", _("the version, three digits; put a v before it")),
    Token("<_{suffix}>", _("may be missing, with its underscore")),
    Token("{name:*}", _("anything, but as little as lets the rest fit")),
    Token("{frame}", _("a frame number")),
    Token("{ext}", _("the file type, at the end after a dot")),
]
