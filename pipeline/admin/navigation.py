"""The menu beside every page: the tables a person may see, in the order of a working day."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, TypedDict

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text: TypeAlias = str | Promise

MENU: list[tuple[Text, dict[str, str]]] = [
    (_("Renders"), {"UploadJob": "upload", "SourceFile": "file", "ReviewLink": "out"}),
    (
        _("Set-up"),
        {
            "Project": "slate",
            "Shot": "list",
            "NamingRule": "tag",
            "WatchedFolder": "folder",
            "Account": "link",
            "Channel": "bell",
        },
    ),
    (_("Queue"), {"UploadWindow": "clock", "Studio": "gauge"}),
    (_("Machines"), {"Node": "machine", "MountPath": "disk"}),
    (
        _("People"),
        {
            "User": "user",
            "Group": "users",
            "AccessAttempt": "clock",
            "ApiToken": "key",
            "Revision": "history",
        },
    ),
]
# Pages that are no table's own list: after which table's entry they stand, for who sees that table.
PAGES = {"UploadJob": (_("Held names"), "admin:pipeline_uploadjob_held", "held")}
# Where the guide explains a page, a chapter and perhaps its section by number: of the entries that
# it lies below, the longest.
EXPLAINED = {
    "admin:pipeline_uploadjob_changelist": "uploads",
    "admin:pipeline_uploadjob_held": "naming",
    "admin:pipeline_sourcefile_changelist": "uploads",
    "admin:pipeline_reviewlink_changelist": "uploads",
    "admin:pipeline_project_changelist": "start",
    "admin:pipeline_namingrule_changelist": "naming",
    "admin:pipeline_watchedfolder_changelist": "start",
    "admin:pipeline_shot_changelist": "team",
    "admin:frameio_account_changelist": "start#part-1",
    "admin:pipeline_channel_changelist": "team",
    "admin:pipeline_uploadwindow_changelist": "uploads#part-3",
    "admin:pipeline_studio_changelist": "uploads#part-3",
    "admin:pipeline_node_changelist": "admins#part-1",
    "admin:pipeline_mountpath_changelist": "admins#part-2",
    "admin:auth_user_changelist": "start#part-6",
    "admin:axes_accessattempt_changelist": "admins#part-5",
    "admin:pipeline_apitoken_changelist": "admins#part-3",
    "admin:pipeline_revision_changelist": "admins#part-4",
}
# Pages of a table that do not lie below its list.
ELSEWHERE = {"Account": "/frameio/", "ApiToken": "/api/"}


class Model(TypedDict):
    """One table as Django lists it; the addresses are there if the person may use them."""

    object_name: str
    name: str
    admin_url: str | None
    add_url: str | None


class App(TypedDict):
    models: list[Model]


@dataclass(frozen=True)
class Item:
    label: Text
    url: str
    icon: str
    here: bool


@dataclass(frozen=True)
class Section:
    label: Text
    items: list[Item]


def sections(apps: Iterable[App], here: str) -> list[Section]:
    """`apps` is what Django lists for this person (`AdminSite.get_app_list`)."""
    models = {model["object_name"]: model for app in apps for model in app["models"]}
    places = [
        (
            label,
            [place for name in icons if name in models for place in _places(models[name], icons)],
        )
        for label, icons in MENU
    ]
    below = [prefix for _label, found in places for place in found for prefix in place.below]
    nearest = max(filter(here.startswith, below), key=len, default="")
    index = reverse("admin:index")
    guide = reverse("guide")
    first = [
        Item(_("Overview"), index, "home", here=here in (index, "/")),
        Item(_("Guide"), guide, "book", here=here.startswith(guide)),
    ]
    rest = [
        Section(label, [place.item(nearest) for place in found]) for label, found in places if found
    ]
    return [Section("", first), *rest]


def guide_about(here: str) -> str:
    """The address in the guide; empty: nothing there explains this page."""
    if here in (reverse("admin:index"), "/"):
        return reverse("guide-chapter", args=["dashboard"])
    above = {reverse(name): place for name, place in EXPLAINED.items()}
    found = [url for url in above if here.startswith(url)]
    if not found:
        return ""
    chapter, mark, section = above[max(found, key=len)].partition("#")
    return reverse("guide-chapter", args=[chapter]) + mark + section


@dataclass(frozen=True)
class _Place:
    """`below`: where the addresses begin for which it is lit."""

    label: Text
    url: str
    icon: str
    below: tuple[str, ...]

    def item(self, nearest: str) -> Item:
        return Item(self.label, self.url, self.icon, here=nearest in self.below)


def _places(model: Model, icons: dict[str, str]) -> Iterable[_Place]:
    name = model["object_name"]
    url = model["admin_url"] or model["add_url"] or ""
    below = tuple(filter(None, [url, ELSEWHERE.get(name)]))
    yield _Place(model["name"], url, icons[name], below)
    if name in PAGES:
        label, view, icon = PAGES[name]
        yield _Place(label, reverse(view), icon, (reverse(view),))
