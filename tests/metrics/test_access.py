"""Who may see the metrics, and what /readyz tells whom."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from pipeline import doctor
from pipeline.doctor.finding import Finding, fault, well

TOKEN = "scrape-" + "x" * 30

pytestmark = pytest.mark.django_db


def asked(address: str, **headers: str) -> int:
    """`headers` as `X_Real_Ip`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(REMOTE_ADDR=address).get("/metrics", headers=named).status_code


def test_this_machine_may_ask() -> None:
    assert asked("127.0.0.1") == 200
    assert asked("::1") == 200


@pytest.mark.parametrize("address", ["10.0.0.7", "192.0.2.1", "", "127.0.0.1.example.com"])
def test_no_other_machine_may(address: str) -> None:
    assert asked(address) == 403


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "Via", "X_Real_Ip"])
def test_nor_may_one_that_comes_through_a_proxy_here(header: str) -> None:
    assert asked("127.0.0.1", **{header: "127.0.0.1"}) == 403


def test_nor_anybody_without_a_token_where_a_proxy_is_said_to_stand(settings: Settings) -> None:
    settings.BEHIND_HTTPS = True
    assert asked("127.0.0.1") == 403


def test_a_token_opens_it_from_anywhere(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert asked("192.0.2.1", Authorization=f"Bearer {TOKEN}") == 200


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", TOKEN, f"Basic {TOKEN}", "ü"])
def test_a_wrong_token_does_not(settings: Settings, given: str) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert asked("192.0.2.1", Authorization=given) == 403


def test_where_no_token_is_set_none_is_right() -> None:
    assert asked("192.0.2.1", Authorization="Bearer ") == 403


def test_it_can_only_be_read() -> None:
    assert Client().post("/metrics").status_code == 405
    assert Client().post("/readyz").status_code == 405


def finds(found: Finding) -> Callable[[], list[Finding]]:
    return lambda: [found]


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is essential is well; of the rest, one thing is broken."""
    looks = {name: finds(well(name, name, "fine")) for name in doctor.ESSENTIAL}
    broken = fault("discord", "Discord", "The webhook is gone.", "Make a new one.")
    monkeypatch.setattr(doctor, "ESSENTIAL", looks)
    monkeypatch.setattr(doctor, "CHECKS", {**looks, "discord": finds(broken)})


def test_anybody_hears_only_that_it_is_ready(sound: None) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_the_token_and_the_staff_hear_what_was_found(sound: None, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    staff = Client()
    staff.force_login(User.objects.create_user("nora", is_staff=True))
    by_token = Client().get("/readyz", headers={"Authorization": f"Bearer {TOKEN}"})
    for answer in (staff.get("/readyz"), by_token):
        assert answer.status_code == 200
        found = answer.json()["findings"][-1]
        assert (found["name"], found["state"]) == ("discord", "fault")
        assert (found["text"], found["advice"]) == ("The webhook is gone.", "Make a new one.")
        assert found["since"]


def test_who_is_no_member_of_the_staff_does_not(sound: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("anyone"))
    assert client.get("/readyz").json() == {"status": "ok"}


def test_without_what_is_essential_it_is_not_ready(
    sound: None, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.METRICS_TOKEN = TOKEN
    broken = fault("database", "Database", "It does not answer.", "Check it.")
    monkeypatch.setitem(doctor.ESSENTIAL, "database", finds(broken))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ok"})
    told = Client().get("/readyz", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert "It does not answer." in [found["text"] for found in told["findings"]]


@pytest.mark.django_db(transaction=True)
def test_a_place_as_it_comes_is_ready() -> None:
    assert Client().get("/readyz").status_code == 200
    assert Client().get("/healthz").json() == {"status": "ok"}
