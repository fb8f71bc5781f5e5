"""Tokens for the API, as people make and revoke them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from pipeline import tokens
from pipeline.models import ApiToken

LIST = "/admin/pipeline/apitoken/"


def wanted(**more: object) -> dict[str, object]:
    return {"name": "conform", "scopes": ["read", "write"], "expires_on": "", **more}


def made(client: Client, **more: object) -> str:
    """The page that shows the secret."""
    return client.post(f"{LIST}add/", wanted(**more)).content.decode()


@pytest.fixture
def paula(db: None) -> Client:
    """May make tokens, and is no superuser."""
    user = User.objects.create_user("paula", is_staff=True)
    names = ["add_apitoken", "change_apitoken", "view_apitoken"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(user)
    return client


def test_it_is_shown_once(nora: Client) -> None:
    me = User.objects.get(username="nora")
    page = made(nora, user=me.pk)
    token = ApiToken.objects.get()
    secret = page.split('value="pf_')[1].split('"')[0]
    assert tokens.known(f"pf_{secret}", timezone.now()) == token
    pages = [nora.get(address).content.decode() for address in (LIST, f"{LIST}{token.pk}/change/")]
    assert all(secret not in page and token.digest not in page for page in pages)


def test_the_page_that_shows_it_is_kept_nowhere(nora: Client) -> None:
    me = User.objects.get(username="nora")
    answer = nora.post(f"{LIST}add/", wanted(user=me.pk))
    assert "no-store" in answer["Cache-Control"]
    assert "pf_" not in str(nora.session.items()) + str(nora.cookies)


def test_people_make_them_for_themselves_alone(paula: Client, nora: Client) -> None:
    made(paula, user=User.objects.get(username="nora").pk)
    assert ApiToken.objects.get().user.username == "paula"


def test_people_see_their_own_alone(paula: Client, nora: Client) -> None:
    theirs, _secret = tokens.issue(User.objects.get(username="nora"), "grading", ["read"], None)
    assert "grading" not in paula.get(LIST).content.decode()
    assert paula.post(f"{LIST}{theirs.pk}/revoke/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked_at is None


def test_without_the_right_there_are_none_to_make(charlie: Client) -> None:
    assert charlie.get(f"{LIST}add/").status_code == 403
    assert charlie.post(f"{LIST}add/", wanted()).status_code == 403
    assert not ApiToken.objects.exists()


def test_a_day_that_is_over_is_no_end(nora: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    assert "This day is over" in made(nora, expires_on=str(yesterday))
    assert not ApiToken.objects.exists()


def test_it_lasts_to_the_end_of_its_day(nora: Client) -> None:
    today = timezone.localdate()
    made(nora, user=User.objects.get(username="nora").pk, expires_on=str(today))
    end = ApiToken.objects.get().expires_at
    assert end is not None
    assert timezone.localtime(end).strftime("%Y-%m-%d %H:%M:%S") == f"{today} 23:59:59"


def test_it_is_revoked_by_a_button_and_stays_in_the_list(paula: Client) -> None:
    made(paula)
    token = ApiToken.objects.get()
    page = f"{LIST}{token.pk}/"
    assert "revoke/" in paula.get(f"{page}change/").content.decode()
    assert paula.get(f"{page}revoke/").status_code == 405
    paula.post(f"{page}revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "revoked" in paula.get(LIST).content.decode()
    assert "revoke/" not in paula.get(f"{page}change/").content.decode()


def test_the_page_to_try_the_api_loads_nothing_from_elsewhere(nora: Client) -> None:
    page = nora.get("/api/v1/docs").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert 'src="http' not in page
    assert "<script>" not in page
    assert "style=" not in page


def test_the_page_to_try_the_api_is_for_the_staff(anyone: Client, client: Client) -> None:
    assert anyone.get("/api/v1/docs").status_code == 302
    assert client.get("/api/v1/docs").status_code == 302
