"""Pages that say that something is not to be had: nobody is left there without a way on."""

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from pipeline.admin import overview

TO_THE_OVERVIEW = '<a class="button primary" href="/admin/">'


def text(answer: HttpResponseBase) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


@pytest.mark.parametrize("address", ["/nowhere", "/admin/no/such/page", "/admin/auth/nothing/"])
def test_an_address_of_nothing(nora: Client, address: str) -> None:
    answer = nora.get(address)
    assert answer.status_code == 404
    assert "Nothing is here" in text(answer)
    assert TO_THE_OVERVIEW in text(answer)


def test_what_a_role_may_not_see(paul: Client) -> None:
    answer = paul.get("/admin/auth/user/")
    assert answer.status_code == 403
    assert "Your role does not allow this." in text(answer)
    assert TO_THE_OVERVIEW in text(answer)


def test_a_form_from_before_the_login(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "nora"})
    assert answer.status_code == 403
    assert "Nothing was changed." in text(answer)


def test_what_nobody_thought_of(nora: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("sentinel")

    monkeypatch.setattr(overview, "overview", broken)
    nora.raise_request_exception = False
    answer = nora.get("/admin/")
    assert answer.status_code == 500
    assert "the reason is in its log" in text(answer)
    assert "sentinel" not in text(answer)


def test_logging_out_leaves_nothing_of_the_desk(nora: Client) -> None:
    answer = nora.post("/admin/logout/")
    assert "Log in again" in text(answer)
    assert 'id="menu"' not in text(answer)


def test_a_wrong_password_is_told_in_plain_words(db: None) -> None:
    User.objects.create_user("pia", password="right horse")
    for password in ("wrong", "right horse"):  # the right one of somebody without a role
        answer = Client().post("/admin/login/", {"username": "pia", "password": password})
        assert "The username or the password is wrong" in text(answer)
