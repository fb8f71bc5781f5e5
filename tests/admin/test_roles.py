"""Who gets in where: every view of the URL conf, by role and by method."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client

from frameio.models import Account
from pipeline import doctor
from pipeline.jobs import Rank
from pipeline.models import Project
from pipeline.roles import TABLE, Role, grant
from tests.admin.addresses import FIXED, View, address, fill_the_tables, views
from tests.admin.conftest import MakeJob, State

# X: anyone on the network; N: staff without a role; P, O, A: the roles; S: superusers.
EVERYONE = "XNPOAS"
STAFF = "NPOAS"
ROLES = "POAS"
Entry = tuple[str, str]  # who may GET, who may POST


def table(
    name: str, *, see: str, add: str = "", change: str = "", delete: str = ""
) -> dict[str, Entry]:
    """The views that Django makes for each table."""
    app, model = name.split("_")
    return {
        f"admin:{name}_changelist": (see, see),
        f"admin:{name}_add": (add, add),
        f"admin:{name}_history": (see, see),
        f"admin:{name}_delete": (delete, delete),
        f"admin:{name}_change": (see, change),
        f"admin/{app}/{model}/<path:object_id>/": (STAFF, STAFF),  # leads to the one above
    }


VIEWS: dict[str, Entry] = {
    "dashboard": (STAFF, STAFF),
    "healthz": (EVERYONE, ""),
    "readyz": (EVERYONE, ""),  # what is wrong is told to staff alone
    "metrics": (EVERYONE, ""),  # on this machine, where the tests ask
    "icon": (EVERYONE, ""),
    "set_language": ("", EVERYONE),  # of one's own browser
    "frameio-webhook": ("", EVERYONE),  # 401 unless Frame.io has signed it
    "api-docs": (STAFF, ""),
    "thumbnail": (ROLES, ""),
    "guide": (STAFF, ""),
    "guide-chapter": (STAFF, ""),
    "guide-picture": (STAFF, ""),
    "admin:index": (STAFF, STAFF),
    "admin:login": (EVERYONE, EVERYONE),
    "admin:logout": ("X", EVERYONE),  # who is out already is led to the overview
    "admin:password_change": (STAFF, STAFF),
    "admin:password_change_done": (STAFF, ""),
    "admin:progress": (STAFF, STAFF),
    "admin:autocomplete": ("", ""),  # no form of ours asks it
    "admin:jsi18n": (STAFF, ""),
    "admin:view_on_site": (STAFF, STAFF),
    "admin:app_list": (STAFF, STAFF),
    "admin/(?P<url>.*)$": (STAFF, STAFF),
    **table("pipeline_uploadjob", see=ROLES),
    "admin:pipeline_uploadjob_retry": ("", ROLES),
    "admin:pipeline_uploadjob_first": ("", ROLES),
    "admin:pipeline_uploadjob_cancel": (ROLES, ROLES),
    "admin:pipeline_uploadjob_comments": (ROLES, ""),
    "admin:pipeline_uploadjob_link": (ROLES, ROLES),
    "admin:pipeline_uploadjob_again": (ROLES, ROLES),
    "admin:pipeline_uploadjob_rank": ("", ROLES),
    "admin:pipeline_uploadjob_held": (ROLES, ROLES),
    "admin:pipeline_uploadjob_send_held": ("", ROLES),
    "admin:pipeline_uploadjob_leave_held": ("", ROLES),
    "admin:pipeline_uploadjob_by_hand": (ROLES, ROLES),
    **table("pipeline_sourcefile", see=ROLES),
    "admin:pipeline_sourcefile_send": ("", ROLES),
    "admin:pipeline_sourcefile_ignore": ("", ROLES),
    "admin:pipeline_sourcefile_forget": (ROLES, ROLES),
    **table("pipeline_reviewlink", see=ROLES),
    **table("pipeline_project", see=ROLES, add="PAS", change="PAS"),  # has uploads, so stays
    "admin:pipeline_project_remote": ("PAS", ""),
    "admin:pipeline_project_make_remote": ("", "PAS"),
    "admin:pipeline_project_summary": (ROLES, ROLES),
    "admin:pipeline_project_choose": ("PAS", "PAS"),
    **table("pipeline_shot", see=ROLES, add="PAS", change="PAS", delete="PAS"),
    "admin:pipeline_shot_import": ("PAS", "PAS"),
    **table("pipeline_channel", see=ROLES, add="PAS", change="PAS", delete="PAS"),
    "admin:pipeline_channel_test": ("", "PAS"),
    **table("pipeline_namingrule", see=ROLES, add="PAS", change="PAS", delete="PAS"),
    "admin:pipeline_namingrule_try": ("", ROLES),
    "admin:pipeline_namingrule_propose": ("", "PAS"),
    "admin:pipeline_namingrule_back_test": ("", ROLES),
    **table("pipeline_watchedfolder", see=ROLES, add=ROLES, change=ROLES),  # has files, so stays
    "admin:pipeline_watchedfolder_choose": (ROLES, ROLES),
    "admin:pipeline_watchedfolder_look": ("", ROLES),
    "admin:pipeline_watchedfolder_try": ("", ROLES),
    "admin:pipeline_watchedfolder_before": (ROLES, ROLES),
    "admin:pipeline_watchedfolder_gone": (ROLES, ROLES),
    "admin:pipeline_watchedfolder_leave": ("", ROLES),
    "admin:pipeline_watchedfolder_mount": (ROLES, ROLES),
    **table("pipeline_uploadwindow", see=ROLES, add="OAS", change="OAS", delete="OAS"),
    **table("pipeline_studio", see=ROLES, change="OAS"),
    "admin:pipeline_studio_pause": ("", ROLES),
    **table("pipeline_node", see="OAS"),
    **table("pipeline_mountpath", see="OAS", add="OAS", change="OAS", delete="OAS"),
    **table("pipeline_apitoken", see="OAS", add="OAS"),
    # It is mia's token: people get no further than the overview, or a page that is not found.
    "admin:pipeline_apitoken_history": (STAFF, STAFF),
    "admin:pipeline_apitoken_revoke": ("", "S"),
    **table("frameio_account", see=ROLES, change="AS", delete="AS"),
    "frameio:connect": ("AS", ""),
    "frameio:callback": ("AS", ""),
    "frameio:paste": ("AS", "AS"),
    "frameio:service": ("AS", "AS"),
    "frameio:lists": ("AS", ""),
    "frameio:disconnect": ("AS", "AS"),
    "frameio:webhooks": ("AS", ""),
    "frameio:register_webhook": ("", "AS"),
    "frameio:remove_webhook": ("", "AS"),
    **table("auth_user", see="AS", add="AS", change="AS", delete="AS"),
    "admin:auth_user_password_change": ("AS", "AS"),
    **table("axes_accessattempt", see="AS"),
    "admin:axes_accessattempt_let_in": ("", "AS"),
    **table("pipeline_revision", see="AS"),
    "admin:pipeline_revision_restore": ("PAS", ""),
    **table("auth_group", see="S", add="S", change="S", delete="S"),
}
SENT = {"admin:pipeline_uploadjob_rank": {"rank": str(Rank.HIGH.value)}}  # it reads no other post
MAY_BE_MISSING = {*FIXED, "admin:pipeline_apitoken_revoke"}
NO_PAGE = {"pipeline.healthfinding"}  # shown on the overview
ASKED = [view for view in views() if not view.is_api]


def _logged_in(name: str, *groups: str) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def people(nora: Client) -> Mapping[str, Client]:
    return {
        "X": Client(),
        "N": _logged_in("nick"),
        "P": _logged_in("petra", Role.PRODUCER),
        "O": _logged_in("omar", Role.OPERATOR),
        "A": _logged_in("ada", Role.ADMIN),
        "S": nora,
    }


@pytest.fixture
def everything(project: Project, account: Account, make_job: MakeJob) -> None:
    make_job(State.WAITING, hold="rule", reason="No rule reads it.")
    fill_the_tables(project, account)


def gets_in(answer: HttpResponseBase, view: View) -> bool:
    to_the_login = answer.headers.get("Location", "").startswith("/admin/login/")
    refusals = {403, 405} if view.name in FIXED else {403, 404, 405}
    return not to_the_login and answer.status_code not in refusals


def tried(people: Mapping[str, Client], view: View, method: str) -> str:
    """Those who get in. What one of them did is undone before the next one tries."""
    return "".join(who for who, client in people.items() if _tries(client, view, method))


def _tries(client: Client, view: View, method: str) -> bool:
    with transaction.atomic():
        sent = SENT.get(view.name, {}) if method == "POST" else {}
        answer = client.generic(
            method, address(view), urlencode(sent), "application/x-www-form-urlencoded"
        )
        transaction.set_rollback(True)
    assert answer.status_code != 404 or view.name in MAY_BE_MISSING, f"{view.name}: no such row"
    return gets_in(answer, view)


def test_each_view_has_an_entry() -> None:
    assert {view.name for view in ASKED} == VIEWS.keys()


@pytest.fixture
def nothing_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a test's transaction the doctor's threads wait in vain for the database."""
    monkeypatch.setattr(doctor, "ESSENTIAL", {})
    monkeypatch.setattr(doctor, "CHECKS", {})


@pytest.mark.parametrize("view", ASKED, ids=lambda view: view.name)
def test_only_those_get_in_who_may(
    everything: None, people: Mapping[str, Client], nothing_examined: None, view: View
) -> None:
    assert (tried(people, view, "GET"), tried(people, view, "POST")) == VIEWS[view.name]


def test_each_table_with_a_page_has_its_line() -> None:
    with_page = {model._meta.label_lower for model in admin.site._registry}
    assert (with_page - {"auth.group"}) | NO_PAGE == TABLE.keys()


@pytest.fixture
def producer(db: None) -> Group:
    return Group.objects.get(name=Role.PRODUCER)


def test_no_role_has_rights_to_the_tables_of_django_q(db: None) -> None:
    given = Permission.objects.filter(group__name__in=list(Role))
    assert set(given.values_list("content_type__app_label", flat=True)) == {
        "auth",
        "axes",
        "frameio",
        "pipeline",
    }


def test_a_migration_gives_and_takes_what_the_table_says(producer: Group) -> None:
    user_rights = Permission.objects.filter(codename__in=["view_apitoken", "view_node"])
    producer.permissions.clear()
    producer.permissions.set(user_rights)
    grant("pipeline")
    held = set(producer.permissions.values_list("codename", flat=True))
    assert "view_uploadjob" in held
    assert not held & {"view_apitoken", "view_node"}


def test_each_right_of_the_table_is_one_that_django_knows(db: None) -> None:
    for name in TABLE:
        assert apps.get_model(name)


# --- Who gives the roles --------------------------------------------------------------------------


@pytest.fixture
def ada(db: None) -> Client:
    return _logged_in("ada", Role.ADMIN)


def person(name: str = "mia") -> User:
    return User.objects.get(username=name)


def page_of(user: User) -> str:
    return f"/admin/auth/user/{user.pk}/change/"


def test_a_role_is_given_with_the_first_password(ada: Client) -> None:
    new = {"username": "mia", "usable_password": "true", "role": "Producer"}
    ada.post(
        "/admin/auth/user/add/", {**new, "password1": "right horse", "password2": "right horse"}
    )
    assert person().is_staff
    assert person().has_perm("pipeline.change_namingrule")
    assert not person().has_perm("frameio.change_account")


def test_another_role_takes_the_place_of_the_first(ada: Client) -> None:
    mia = User.objects.create_user("mia", is_staff=True)
    mia.groups.add(Group.objects.get(name="Admin"), Group.objects.create(name="Colourists"))
    ada.post(page_of(mia), {"username": "mia", "is_active": "on", "role": "Operator"})
    assert set(person().groups.values_list("name", flat=True)) == {"Operator", "Colourists"}


def test_without_a_role_nobody_gets_in(ada: Client) -> None:
    _logged_in("mia", Role.OPERATOR)
    ada.post(page_of(person()), {"username": "mia", "is_active": "on", "role": ""})
    assert (person().is_staff, person().groups.count()) == (False, 0)


def test_rights_beyond_the_roles_are_not_an_admins_to_give(ada: Client) -> None:
    mia = User.objects.create_user("mia", is_staff=True)
    more = {"is_superuser": "on", "user_permissions": "1", "groups": "1"}
    ada.post(page_of(mia), {"username": "mia", "is_active": "on", "role": "Producer", **more})
    assert not person().is_superuser
    assert person().user_permissions.count() == 0
    assert list(person().groups.values_list("name", flat=True)) == ["Producer"]


def test_rights_of_ones_own_stay_when_the_role_is_not_touched(nora: Client) -> None:
    mia = User.objects.create_user("mia", is_staff=True)
    form = {"username": "mia", "first_name": "Mia", "is_active": "on", "is_staff": "on", "role": ""}
    nora.post(page_of(mia), form)
    assert (person().first_name, person().is_staff) == ("Mia", True)


@pytest.mark.parametrize("page", ["change", "password", "delete"])
def test_no_admin_takes_over_a_superuser(ada: Client, nora: Client, page: str) -> None:
    url = f"/admin/auth/user/{person('nora').pk}/{page}/"
    form = {"post": "yes", "password1": "wrong horse", "password2": "wrong horse", "role": ""}
    assert ada.post(url, {"username": "nora", **form}).status_code == 403


def test_the_groups_of_the_roles_are_not_changed_by_hand(nora: Client) -> None:
    group = Group.objects.get(name="Producer")
    url = f"/admin/auth/group/{group.pk}/change/"
    assert nora.get(url).status_code == 200
    assert nora.post(url, {"name": "Everyone"}).status_code == 403


DOC = (Path(__file__).parents[2] / "docs" / "roles.md").read_text()


def test_the_page_about_roles_has_the_same_table() -> None:
    rows = re.findall(r"^\| .* \| `([a-z.]+)` \| (\w*) ?\| (\w*) ?\| (\w*) ?\|$", DOC, re.MULTILINE)
    assert {table: rights for table, *rights in rows} == {
        table: list(rights.values()) for table, rights in TABLE.items()
    }
