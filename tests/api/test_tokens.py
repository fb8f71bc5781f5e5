"""Who gets in, and who does not."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pipeline import tokens
from pipeline.models import ApiToken
from tests.api.conftest import MakeClient

JOBS = "/api/v1/jobs"


def test_only_a_hash_of_it_is_kept(nora: User) -> None:
    _token, secret = tokens.issue(nora, "conform", ["read"], None)
    [row] = ApiToken.objects.values()
    assert secret not in str(row)
    assert tokens.known(secret, timezone.now()) is not None


@pytest.mark.parametrize("header", ["", "Bearer pf_guessed", "Basic bm9yYTp4", "Bearer "])
def test_nobody_gets_in_without_one(db: None, header: str) -> None:
    answer = Client(headers={"authorization": header}).get(JOBS)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no_token")


def test_a_session_does_not_do(nora: User) -> None:
    """A page elsewhere must not be able to use a producer's browser."""
    client = Client()
    client.force_login(nora)
    assert client.get(JOBS).status_code == 401


def test_one_that_has_ended_opens_nothing(nora: User, client_of: MakeClient) -> None:
    client = client_of(nora)
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(JOBS).status_code == 401


def test_a_revoked_one_opens_nothing(nora: User, client_of: MakeClient) -> None:
    client = client_of(nora)
    assert client.get(JOBS).status_code == 200
    assert tokens.revoke(ApiToken.objects.get())
    assert client.get(JOBS).status_code == 401


def test_that_of_a_person_who_left_opens_nothing(nora: User, client_of: MakeClient) -> None:
    client = client_of(nora)
    User.objects.update(is_active=False)
    assert client.get(JOBS).status_code == 401


def test_each_scope_opens_its_own_calls_alone(nora: User, client_of: MakeClient) -> None:
    calls = {
        "read": ("GET", JOBS),
        "write": ("POST", f"{JOBS}/1/retry"),
        "admin": ("GET", "/api/v1/configuration"),
    }
    opened = {
        (scope, call)
        for scope in ApiToken.Scope.values
        for call, (method, address) in calls.items()
        if client_of(nora, scope).generic(method, address).status_code != 403
    }
    assert opened == {("read", "read"), ("write", "write"), ("admin", "admin")}


def test_it_may_no_more_than_its_person(paul: User, client_of: MakeClient) -> None:
    client = client_of(paul)
    assert client.get(JOBS).status_code == 200
    for refused in (
        client.get("/api/v1/projects"),
        client.post(f"{JOBS}/1/cancel"),
        client.get("/api/v1/configuration"),
    ):
        assert refused.json()["error"]["code"] == "not_allowed"


def test_its_last_use_is_noted(nora: User, client_of: MakeClient) -> None:
    client_of(nora).get(JOBS)
    used = ApiToken.objects.get().used_at
    assert used is not None
    assert timezone.now() - used < timedelta(minutes=1)


def test_too_many_calls_are_told_to_wait(api: Client, settings: Settings) -> None:
    settings.API_CALLS_PER_MINUTE = 2
    answers = [api.get(JOBS) for _each in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 31


def test_a_burst_goes_through_and_then_so_many_a_minute(nora: User) -> None:
    one, other = (tokens.issue(nora, name, ["read"], None)[0] for name in ("one", "other"))
    now, step = timezone.now(), timedelta(milliseconds=100)
    burst = [tokens.take_turn(one, 600, now) for _each in range(61)]
    assert burst == [tokens.NOW] * 60 + [step]
    assert tokens.take_turn(other, 600, now) == tokens.NOW
    assert tokens.take_turn(one, 600, now + step) == tokens.NOW
    assert tokens.take_turn(one, 600, now + step) == step
    assert tokens.take_turn(one, 600, now + timedelta(minutes=1)) == tokens.NOW
