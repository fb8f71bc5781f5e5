"""What every page tells the browser about itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

ROOT = Path(__file__).parents[1]
COOKIES = "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SESSION_COOKIE_HTTPONLY"


@pytest.fixture
def nora(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("nora"))
    return client


def login(following: str) -> HttpResponse:
    User.objects.create_superuser("nora", password="right horse")
    form = {"username": "nora", "password": "right horse", "next": following}
    answer = Client().post(f"/admin/login/?next={following}", form)
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/admin/pipeline/project/add/", "/healthz"])
def test_no_page_is_framed_sniffed_or_named_to_others(nora: Client, path: str) -> None:
    answer = nora.get(path)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_pages_for_those_who_are_logged_in_are_not_kept(nora: Client) -> None:
    assert "no-store" in nora.get("/admin/pipeline/project/").headers["Cache-Control"]


@pytest.mark.django_db
def test_the_session_is_no_scripts_business_and_comes_from_no_other_site() -> None:
    cookie = login("/").cookies["sessionid"]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")


def test_behind_https_no_cookie_goes_without_it(tmp_path: Path) -> None:
    ask = f"""
from django.conf import settings
print(*(getattr(settings, name) for name in "{COOKIES}".split()))"""
    environment = {
        "POSTFLOW_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "postflow_site.settings",
    }
    told = subprocess.run(
        [sys.executable, "-c", ask],
        env={**os.environ, **environment, "BEHIND_HTTPS": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["True"] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("following", ["https://evil.test/", "//evil.test", "javascript:alert(1)"])
def test_a_login_leads_nowhere_else(following: str) -> None:
    answer = login(following)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


@pytest.mark.django_db
def test_a_form_from_another_site_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("nora"))
    assert client.post("/admin/pipeline/project/add/", {"code": "KES"}).status_code == 403
