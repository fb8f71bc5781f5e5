"""Every view in the URL conf, with an address at which it shows a row of ours.

A new view is found by itself. Should its address need something that no table here gives, the tests
that walk over all views fail and name it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from axes.models import AccessAttempt
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from frameio.models import Account, Webhook
from frameio.sandbox import drawing
from pipeline.acting import Via
from pipeline.channels import Channel, Shot
from pipeline.models import (
    ApiToken,
    Delivery,
    NamingRule,
    Node,
    Project,
    ReviewLink,
    Revision,
    SourceFile,
    Thumbnail,
    WatchedFolder,
)
from pipeline.studio import MountPath, Studio, UploadWindow

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
ADMIN = re.compile(r"admin/(?P<app>\w+)/(?P<model>\w+)/")
ROW_OF_THE_TABLE = {"pk", "object_id", "id"}
OTHER_PLACES = {"kind": "csv", "name": "team"}
# Addresses that are expressions, or name rows of several tables.
FIXED = {
    "admin:app_list": "/admin/pipeline/",
    "admin:view_on_site": "/admin/r/1/1/",
    "admin/(?P<url>.*)$": "/admin/no/such/page",
    "guide-picture": "/guide/pictures/en/rule.png",
}
OURS: dict[type[Model], dict[str, str]] = {
    Group: {"name": "Colourists"},  # no role's group
    Channel: {"name": "Dailies"},  # not that of the settings
    Revision: {"kind": NamingRule._meta.label_lower},
}
OF_ACCOUNTS = "frameio/accounts/"


@dataclass(frozen=True)
class View:
    """`name` with its namespace; a view without one has its route instead."""

    name: str
    route: str

    @property
    def is_api(self) -> bool:
        """It asks for a token, not for a login: `tests/api` walks over it."""
        return self.route.startswith("api/") and self.name != "api-docs"


def views() -> list[View]:
    return list(_below(get_resolver(), "", ""))


def _below(resolver: URLResolver, route: str, namespace: str) -> Iterator[View]:
    for entry in resolver.url_patterns:
        whole = route + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield View(f"{namespace}{entry.name}" if entry.name else whole, whole)
        else:
            within = f"{entry.namespace}:" if entry.namespace else ""
            yield from _below(entry, whole, namespace + within)


def address(view: View) -> str:
    if view.name in FIXED:
        return FIXED[view.name]
    return "/" + PLACE.sub(lambda place: _put_in(view, place[1]), view.route)


def _put_in(view: View, place: str) -> str:
    if place in OTHER_PLACES:
        return OTHER_PLACES[place]
    if view.name == "thumbnail":
        return str(Thumbnail.objects.values_list("delivery__job", flat=True).get())
    if place == "webhook_pk" or view.name == "frameio-webhook":
        return _row_of(Webhook)
    if place in ROW_OF_THE_TABLE and view.route.startswith(OF_ACCOUNTS):
        return _row_of(Account)
    table = ADMIN.match(view.route)
    assert table, f"{view.route}: what to put in for {place}?"
    assert place in ROW_OF_THE_TABLE, f"{view.route}: what to put in for {place}?"
    return _row_of(apps.get_model(table["app"], table["model"]))


def _row_of(model: type[Model]) -> str:
    row = model._default_manager.filter(**OURS.get(model, {})).order_by("pk").first()
    assert row, f"fill_the_tables makes no row of {model.__name__}"
    return str(row.pk)


def fill_the_tables(project: Project, account: Account) -> None:
    """A row of each table that has a page, beside those that the fixtures of the uploads make."""
    Project.objects.filter(pk=project.pk).update(frameio_project_kind=Project.Remote.MADE)
    person = User.objects.create_user("mia", is_staff=True)
    Group.objects.get_or_create(name="Colourists")
    Webhook.objects.create(account=account, workspace_id="w", name="PostFlow")
    ApiToken.objects.create(
        user=person,
        name="Render farm",
        beginning="pf_x7Qm",
        digest="d",
        scopes=[ApiToken.Scope.READ, ApiToken.Scope.WRITE],
    )
    ReviewLink.objects.create(
        origin="o",
        number=1,
        project=project,
        name="For the client",
        url="https://next.frame.io/share/1",
        made_at=timezone.now(),
        asked_by="mia",
    )
    Thumbnail.objects.create(
        delivery=Delivery.objects.order_by("pk")[0],
        kind="image/png",
        content=drawing.thumbnail("1"),
        fetched_at=timezone.now(),
    )
    WatchedFolder.objects.update(
        missing=2,
        mount_point="/mnt/studio",
        mount_kind="lucidlink",
        other_mount_point="/mnt/studio",
        other_mount_kind="nfs",
    )
    SourceFile.objects.create(
        folder=WatchedFolder.objects.order_by("pk")[0],
        key="last year.mov",
        raw_path=b"last year.mov",
        size=1000,
        mtime_ns=1,
        state=SourceFile.State.BASELINE,
    )
    Channel.objects.create(name="Dailies", kind=Channel.Kind.LOG)  # a test of it goes nowhere
    Shot.objects.create(project=project, scene="010", shot="0010", task="comp")
    Node.objects.create(
        name="box/1", host="box", pid=1, role=Node.Role.WEB, version=settings.VERSION
    )
    UploadWindow.objects.create(from_time=time(20), to_time=time(6))
    Studio.objects.get_or_create(pk=1)
    AccessAttempt.objects.create(username="mia", ip_address="10.0.0.9", failures_since_start=5)
    Revision.objects.create(
        kind=NamingRule._meta.label_lower,
        object_id="404",
        name="Dailies",
        act=Revision.Act.DELETED,
        via=Via.PAGES,
        who="mia",
        before={"name": "Dailies", "template": "{shot}_v{version}.{ext}"},
    )
    MountPath.objects.create(share="studio", host="*", path="/mnt/studio")
