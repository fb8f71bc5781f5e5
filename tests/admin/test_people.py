"""The pages of persons and groups: nothing of Django's own workings is on them."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from pipeline.channels import Channel
from pipeline.models import ApiToken, NamingRule, Project
from pipeline.roles import Role, give


@pytest.fixture
def mia(db: None) -> User:
    person = User.objects.create_user("mia", password="right horse")
    give(person, Role.PRODUCER)
    return person


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_how_a_password_is_kept_is_shown_to_nobody(nora: Client, mia: User) -> None:
    shown = page(nora, f"/admin/auth/user/{mia.pk}/change/")
    assert "pbkdf2" not in shown
    assert "New password" in shown


def test_a_password_is_set_and_not_switched_off(nora: Client, mia: User) -> None:
    address = f"/admin/auth/user/{mia.pk}/password/"
    assert "usable_password" not in page(nora, address)
    nora.post(address, {"password1": "wrong horse 7", "password2": "wrong horse 7"})
    mia.refresh_from_db()
    assert mia.check_password("wrong horse 7")


def test_permissions_are_named_by_what_they_are_about(nora: Client) -> None:
    shown = page(nora, "/admin/auth/group/add/")
    assert "Naming rules: change" in shown
    assert "Authentication and Authorization" not in shown


def test_who_has_tokens_is_not_deleted_but_made_inactive(nora: Client, mia: User) -> None:
    ApiToken.objects.create(user=mia, name="Render farm", beginning="pf_", digest="d")
    shown = page(nora, f"/admin/auth/user/{mia.pk}/delete/")
    assert "Untick Active on their page instead" in shown


def test_deleting_tells_what_goes_with_it_and_no_ties(
    nora: Client, mia: User, project: Project, rule: NamingRule
) -> None:
    channel = Channel.objects.create(name="Dailies", kind=Channel.Kind.LOG)
    channel.projects.add(project)
    crew = Group.objects.create(name="Colourists")
    mia.groups.add(crew)
    for address in (f"pipeline/channel/{channel.pk}", f"auth/group/{crew.pk}"):
        shown = page(nora, f"/admin/{address}/delete/")
        assert "This cannot be taken back." in shown
        assert "With it go:" not in shown
    shown = page(nora, f"/admin/pipeline/project/{rule.project_id}/delete/")
    assert "Naming rules: 1" in shown
    assert "relationship" not in shown


def test_a_role_tells_what_it_may_line_by_line(nora: Client) -> None:
    role = Group.objects.get(name=Role.PRODUCER)
    shown = page(nora, f"/admin/auth/group/{role.pk}/change/")
    assert "<div>Naming rules: add, change, delete, see</div>" in shown
    assert "Can change" not in shown
