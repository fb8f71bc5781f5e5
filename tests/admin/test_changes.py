"""Who changed what in the set-up: kept, shown, and taken back."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from frameio.models import Account
from pipeline import history, tokens
from pipeline.acting import Act, Via, acting
from pipeline.admin import revision_words as words
from pipeline.channels import Channel
from pipeline.models import ApiToken, NamingRule, Project, Revision, WatchedFolder
from pipeline.roles import Role
from pipeline.studio import Studio
from tests.admin.conftest import SECRET

LIST = "/admin/pipeline/revision/"
RULES = "/admin/pipeline/namingrule/"
WEBHOOK = f"https://discord.com/api/webhooks/1/{SECRET}"


@pytest.fixture
def petra(db: None) -> Client:
    user = User.objects.create_user("petra", is_staff=True)
    user.groups.add(Group.objects.get(name=Role.PRODUCER))
    client = Client()
    client.force_login(user)
    return client


def of_rule(rule: NamingRule, **changed: object) -> dict[str, object]:
    form: dict[str, object] = {
        "name": rule.name,
        "project": rule.project_id or "",
        "active": "on",
        "position": "100",
        "template": rule.template,
        "folder_template": rule.folder_template,
    }
    return {name: value for name, value in {**form, **changed}.items() if value is not None}


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def latest(kind: str) -> Revision:
    found = Revision.objects.filter(kind=kind).first()
    assert found
    return found


def said(revision: Revision) -> dict[str, tuple[str, str]]:
    return {line.label: (line.before, line.after) for line in words.lines(revision)}


@pytest.fixture
def rule(rule: NamingRule, petra: Client) -> NamingRule:
    """And nothing is told of how it came about."""
    Revision.objects.all().delete()
    return rule


# --- By each door ---------------------------------------------------------------------------------


def test_a_change_in_the_admin_is_kept_with_before_and_after(
    rule: NamingRule, petra: Client
) -> None:
    before, after = rule.template, "{project}_{shot}_v{version}.{ext}"
    petra.post(
        f"{RULES}{rule.pk}/change/", of_rule(rule, template=after, folder_template="", active=None)
    )
    kept = latest("pipeline.namingrule")
    assert (kept.who, kept.via, kept.act) == ("petra", "pages", "changed")
    assert said(kept) == {
        "Template": (before, after),
        "Folders on Frame.io": (rule.folder_template, "empty"),
        "Active": ("yes", "no"),
    }
    with override("fr"):
        assert "Actif" in said(kept)


def test_a_change_through_the_api_names_the_person_and_the_token(project: Project) -> None:
    user = User.objects.create_superuser("omar")
    _row, secret = tokens.issue(user, "nightly conform", ["admin"], None)
    answer = Client().put(
        "/api/v1/configuration",
        json.dumps({"projects": [{"code": "UNDLM", "name": "Underland"}]}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 200
    kept = latest("pipeline.project")
    assert (kept.who, kept.via, kept.means) == ("omar", "api", "nightly conform")
    assert said(kept) == {"Name": (project.name, "Underland")}


def test_a_change_by_loadconfig_is_kept_and_a_dry_run_is_not(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Revision.objects.all().delete()
    file = tmp_path / "studio.json"
    file.write_text(json.dumps({"projects": [{"code": "UNDLM", "name": "Underland"}]}))
    call_command("loadconfig", str(file), dry_run=True)
    assert not Revision.objects.exists()
    call_command("loadconfig", str(file))
    kept = Revision.objects.get()
    assert (kept.via, kept.means) == ("command", "loadconfig")
    assert said(kept) == {"Name": (project.name, "Underland")}


def test_what_machines_write_is_no_change_of_the_set_up(folder: WatchedFolder) -> None:
    Revision.objects.all().delete()
    folder.files_seen = 7
    folder.save(update_fields=["files_seen"])
    folder.save()
    User.objects.create_user("mia").save(update_fields=["last_login"])
    assert [kept.act for kept in Revision.objects.all()] == ["made"]  # mia


def test_what_is_taken_back_with_its_transaction_is_not_told(
    rule: NamingRule, petra: Client
) -> None:
    broken = of_rule(rule, template="{scene", name="Other")
    assert petra.post(f"{RULES}{rule.pk}/change/", broken).status_code == 200
    assert not Revision.objects.exists()


# --- Secrets, and what is told by name ------------------------------------------------------------


def test_a_webhooks_address_is_told_to_have_changed_and_nothing_more(nora: Client) -> None:
    form = {"name": "Dailies", "kind": "discord", "address": WEBHOOK, "active": "on"}
    nora.post("/admin/pipeline/channel/add/", form)
    channel = Channel.objects.get(name="Dailies")
    nora.post(f"/admin/pipeline/channel/{channel.pk}/change/", {**form, "address": WEBHOOK + "2"})
    made, changed = Revision.objects.filter(kind="pipeline.channel").order_by("id")
    assert (made.secrets, changed.secrets) == (["address"], ["address"])
    assert words.lines(changed) == [words.Line("Address", secret=True)]
    kept = json.dumps(list(Revision.objects.values("before", "after", "name", "secrets")))
    assert SECRET not in kept
    assert SECRET not in page(nora, f"/admin/pipeline/channel/{channel.pk}/history/")
    assert SECRET not in page(nora, LIST)


def test_the_same_secret_written_again_is_no_change(db: None) -> None:
    account = Account.objects.create(client_secret=SECRET)
    Revision.objects.all().delete()
    account.client_secret = str(SECRET)
    account.save()
    assert not Revision.objects.exists()


def test_a_token_is_told_of_when_it_is_made_and_revoked(nora: Client) -> None:
    form = {"name": "Farm", "user": User.objects.get(username="nora").pk, "scopes": ["read"]}
    made = nora.post("/admin/pipeline/apitoken/add/", form).content.decode()
    token = ApiToken.objects.get()
    nora.post(f"/admin/pipeline/apitoken/{token.pk}/revoke/")
    kept = Revision.objects.filter(kind="pipeline.apitoken").order_by("id")
    assert [one.act for one in kept] == ["made", "revoked"]
    assert "pf_" in made
    assert token.digest not in json.dumps(list(kept.values("before", "after")))


def test_a_role_is_one_change_with_its_groups_by_name(nora: Client) -> None:
    mia = User.objects.create_user("mia", is_staff=True)
    mia.groups.add(Group.objects.get(name="Operator"))
    Revision.objects.all().delete()
    form = {"username": "mia", "is_active": "on", "is_staff": "on", "role": "Producer"}
    nora.post(f"/admin/auth/user/{mia.pk}/change/", form)
    kept = Revision.objects.get()
    assert (kept.who, said(kept)) == ("nora", {"Groups": ("Operator", "Producer")})


def test_a_groups_many_rights_are_kept_with_as_few_queries_as_two(
    db: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    group = Group.objects.create(name="Assistants")
    rights = Permission.objects.all()[:60]
    nora = Act(Via.COMMAND, lambda: "nora")
    with acting(nora), django_assert_max_num_queries(12):
        group.permissions.add(*rights)
    kept = latest("auth.group").after
    assert kept
    assert len(kept["permissions"]) == len(rights)


def test_a_password_is_told_to_have_changed(nora: Client) -> None:
    mia = User.objects.create_user("mia")
    new = {"password1": "right horse", "password2": "right horse", "usable_password": "true"}
    nora.post(f"/admin/auth/user/{mia.pk}/password/", new)
    kept = latest("auth.user")
    assert (kept.who, kept.columns, kept.secrets) == ("nora", [], ["password"])


def test_a_frameio_project_is_told_by_its_name(project: Project) -> None:
    project.frameio_project_id, project.frameio_project_name = "p-9", "Underland"
    project.save()
    assert said(latest("pipeline.project"))["Frame.io project"][1] == "Underland"


def test_the_one_row_of_limits_is_made_by_nobody(db: None) -> None:
    Studio.locked()
    assert not Revision.objects.filter(kind="pipeline.studio").exists()


# --- Where it is shown ----------------------------------------------------------------------------


def test_a_producer_sees_a_rules_history_but_not_the_list_of_all(
    rule: NamingRule, petra: Client, nora: Client
) -> None:
    petra.post(f"{RULES}{rule.pk}/change/", of_rule(rule, name="Shots of the second unit"))
    shown = page(petra, f"{RULES}{rule.pk}/history/")
    assert f"<del>{rule.name}</del>" in shown
    assert "<ins>Shots of the second unit</ins>" in shown
    assert "<b>petra</b> in the admin" in shown
    assert petra.get(LIST).status_code == 403
    assert LIST not in page(petra, "/")
    assert "Shots of the second unit" in page(nora, LIST)


def test_each_page_of_what_is_kept_leads_to_its_history(
    project: Project, folder: WatchedFolder, account: Account, rule: NamingRule, nora: Client
) -> None:
    user = User.objects.get(username="nora")
    token, _secret = tokens.issue(user, "Farm", ["read"], None)
    channel = Channel.objects.create(name="Dailies")
    for row in (project, folder, account, rule, Studio.locked(), token, channel, user):
        names = row._meta.app_label, row._meta.model_name
        address = f"/admin/{names[0]}/{names[1]}/{row.pk}"
        assert f"{address}/history/" in page(nora, f"{address}/change/")
        assert nora.get(f"{address}/history/").status_code == 200


def test_a_persons_changes_stay_when_the_person_goes(rule: NamingRule, nora: Client) -> None:
    nora.post(f"{RULES}{rule.pk}/change/", of_rule(rule, name="Other"))
    User.objects.get(username="nora").delete()
    assert Revision.objects.filter(kind="pipeline.namingrule", who="nora").exists()


def test_the_list_is_filtered_by_kind_person_and_day_and_searched(
    rule: NamingRule, petra: Client, nora: Client
) -> None:
    petra.post(f"{RULES}{rule.pk}/change/", of_rule(rule, folder_template="{shot}/älter"))
    nora.post("/admin/pipeline/project/add/", {})
    Project.objects.create(code="OTHER", name="Other")
    Revision.objects.filter(kind="pipeline.project").update(
        at=timezone.now() - timedelta(days=1), who="paul"
    )

    def found(query: str) -> set[str]:
        answer = nora.get(f"{LIST}?{query}")
        return {row.kind for row in answer.context["cl"].result_list}

    both = {"pipeline.namingrule", "pipeline.project"}
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert both <= found("")
    assert found("kind=pipeline.project") == {"pipeline.project"}
    assert found("who=petra") == {"pipeline.namingrule"}
    assert found(f"day={yesterday}") == {"pipeline.project"}
    assert found("day=1999-01-01") == set()
    assert found("q=/älter") == {"pipeline.namingrule"}
    assert found("q=OTHER") == {"pipeline.project"}
    assert "auth.user" in found("day=2026-02-31")  # no day: all of them


def test_old_changes_are_forgotten_with_the_history(rule: NamingRule) -> None:
    Project.objects.create(code="NEW", name="New")
    Project.objects.create(code="OLD", name="Old")
    Revision.objects.filter(name="OLD · Old").update(at=timezone.now() - timedelta(days=731))
    history.prune()
    assert [kept.name for kept in Revision.objects.all()] == ["NEW · New"]


# --- Restoring a rule -----------------------------------------------------------------------------


def test_a_rule_is_restored_in_its_form_and_saved_as_any_change_is(
    rule: NamingRule, petra: Client
) -> None:
    address = f"{RULES}{rule.pk}/change/"
    first, second = rule.template, "{project}-{scene}-{shot}-{task}-v{version}.{ext}"
    petra.post(address, of_rule(rule, template=second, active=None))
    kept = Revision.objects.get()
    link = f"{address}?restore={kept.pk}"
    offered = words.restore_page(kept)
    assert f'href="{offered}"' in page(petra, f"{RULES}{rule.pk}/history/")
    assert petra.get(offered).headers["Location"] == link
    asked = petra.get(link)
    form = asked.context["adminform"].form
    assert form["template"].value() == first
    assert form["active"].value() is True
    assert "before petra changed it" in asked.content.decode()
    rule.refresh_from_db()
    assert rule.template == second  # nothing is saved by looking
    assert petra.post(link, of_rule(rule, template="{shot")).status_code == 200  # refused
    petra.post(link, of_rule(rule, template=first))
    restored = Revision.objects.first()
    assert restored
    assert said(restored) == {
        "Template": (second, first),
        "Active": ("no", "yes"),
    }


def test_a_rule_that_was_deleted_comes_back_in_the_form_of_a_new_one(
    rule: NamingRule, project: Project, nora: Client
) -> None:
    NamingRule.objects.filter(pk=rule.pk).update(project=project)
    nora.post(f"{RULES}{rule.pk}/delete/", {"post": "yes"})
    kept = latest("pipeline.namingrule")
    assert (kept.act, said(kept)["Project"]) == ("deleted", (project.code, "empty"))
    asked = nora.get(words.restore_page(kept), follow=True)
    form = asked.context["adminform"].form
    assert (form["name"].value(), form["project"].value()) == (rule.name, project.pk)


def test_what_is_to_be_restored_is_that_rules(rule: NamingRule, petra: Client) -> None:
    petra.post(f"{RULES}{rule.pk}/change/", of_rule(rule, name="First"))
    other = NamingRule.objects.create(name="Other")
    kept = Revision.objects.get(name="First")
    asked = petra.get(f"{RULES}{other.pk}/change/?restore={kept.pk}")
    assert asked.context["adminform"].form["name"].value() == "Other"
    assert petra.get(f"{RULES}{other.pk}/change/?restore=x").status_code == 200


def test_who_may_not_change_rules_is_offered_no_restoring(rule: NamingRule, petra: Client) -> None:
    petra.post(f"{RULES}{rule.pk}/change/", of_rule(rule, name="First"))
    user = User.objects.create_user("omar", is_staff=True)
    user.groups.add(Group.objects.get(name=Role.OPERATOR))
    omar = Client()
    omar.force_login(user)
    assert "/restore/" not in page(omar, f"{RULES}{rule.pk}/history/")
