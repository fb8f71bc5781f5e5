"""Guessing at passwords."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

LIST = "/admin/axes/accessattempt/"


@pytest.fixture
def mia(db: None) -> User:
    return User.objects.create_user("mia", password="right horse", is_staff=True)


def tries(password: str, name: str = "mia", **headers: str) -> HttpResponseBase:
    form = {"username": name, "password": password}
    return Client().post("/admin/login/?next=/admin/", form, **headers)  # type: ignore[arg-type]


def guess(times: int, name: str = "mia", **headers: str) -> HttpResponseBase:
    return [tries(f"wrong {number}", name, **headers) for number in range(times)][-1]


def test_after_five_wrong_passwords_the_right_one_has_to_wait(mia: User) -> None:
    assert guess(4).status_code == 200
    assert guess(1).status_code == 429
    assert tries("right horse").status_code == 429


def test_it_says_how_long(mia: User) -> None:
    guess(5)
    attempts = AccessAttempt.objects.filter(username="mia")
    attempts.update(attempt_time=timezone.now() - timedelta(minutes=11, seconds=30))
    answer = tries("right horse")
    assert "Try again in 4 minutes" in answer.content.decode()  # type: ignore[attr-defined]
    assert answer.headers["Retry-After"] == "240"


def test_the_time_does_not_grow_by_trying(mia: User) -> None:
    guess(8)
    attempts = AccessAttempt.objects.filter(username="mia")
    attempts.update(attempt_time=timezone.now() - timedelta(minutes=14))
    guess(1)
    attempts.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert tries("right horse").status_code == 302


def test_the_right_password_forgets_the_wrong_ones(mia: User) -> None:
    guess(4)
    assert tries("right horse").status_code == 302
    assert guess(4).status_code == 200


def test_nobody_keeps_a_colleague_out(mia: User) -> None:
    guess(5, REMOTE_ADDR="10.0.0.66")
    assert tries("right horse", REMOTE_ADDR="10.0.0.9").status_code == 302


def test_one_name_kept_out_keeps_out_no_other_from_there(mia: User) -> None:
    guess(5, name="charlie")
    assert tries("right horse").status_code == 302


def test_behind_a_proxy_it_is_the_address_that_the_proxy_saw(mia: User, settings: Settings) -> None:
    settings.BEHIND_HTTPS = True
    guess(5, HTTP_X_FORWARDED_FOR="10.0.0.66")
    assert tries("right horse", HTTP_X_FORWARDED_FOR="10.0.0.66").status_code == 429
    assert tries("right horse", HTTP_X_FORWARDED_FOR="1.2.3.4, 10.0.0.66").status_code == 429
    assert tries("right horse", HTTP_X_FORWARDED_FOR="10.0.0.9").status_code == 302


def test_without_a_proxy_nobody_names_an_address(mia: User) -> None:
    guess(5, HTTP_X_FORWARDED_FOR="10.0.0.66")
    assert tries("right horse", HTTP_X_FORWARDED_FOR="10.0.0.9").status_code == 429


def test_no_password_is_kept(mia: User) -> None:
    guess(5)
    kept = AccessAttempt.objects.values_list("post_data", "get_data", "path_info")
    assert kept
    assert "wrong" not in str(list(kept))


def test_an_admin_sees_it_and_lets_them_in(mia: User, nora: Client) -> None:
    guess(5)
    page = nora.get(LIST).content.decode()
    assert "kept out" in page
    nora.post(f"{LIST}{AccessAttempt.objects.get().pk}/let-in/")
    assert tries("right horse").status_code == 302
