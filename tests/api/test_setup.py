"""Projects, rules, folders, health, and the shape of errors."""

import shutil
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client

from pipeline.api import setup
from pipeline.models import NamingRule, Project

JSON = "application/json"


def test_projects_rules_and_folders_are_listed(api: Client, renders: Path) -> None:
    [project] = api.get("/api/v1/projects").json()
    [rule] = api.get("/api/v1/rules").json()
    [folder] = api.get("/api/v1/folders").json()
    assert project["code"] == rule["project"] == folder["project"] == "UNDLM"
    assert api.get("/api/v1/projects/UNDLM").json() == project
    assert api.get(f"/api/v1/rules/{rule['id']}").json() == rule
    assert api.get(f"/api/v1/folders/{folder['id']}").json() == folder


def test_names_are_tried_on_a_rule(api: Client, rule: NamingRule) -> None:
    names = {"names": ["UNDLM_SC010_SH0010_comp_v003.mov", "playblast.mov"]}
    good, bad = api.post(f"/api/v1/rules/{rule.pk}/try", names, content_type=JSON).json()
    assert (good["folders"], good["version"]) == (["SC010", "SH0010", "comp"], 3)
    assert not bad["ok"]
    assert bad["error"]


def test_a_broken_rule_says_what_is_wrong_with_it(api: Client) -> None:
    body = {"template": "{shot", "names": ["a.mov"]}
    answer = api.post("/api/v1/rules/try", body, content_type=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "rule_broken")


def test_the_whole_set_up_can_be_changed(api: Client, rule: NamingRule) -> None:
    body = {"projects": [{"code": "UNDLM", "name": "Undertow II"}, {"code": "NEW", "name": "New"}]}
    changes = api.put("/api/v1/configuration", body, content_type=JSON).json()
    assert changes[0]["columns"]["name"] == ["Undertow", "Undertow II"]
    assert changes[1]["made"]
    assert api.get("/api/v1/configuration").json()["projects"][0]["name"] == "New"


def test_with_a_fault_nothing_is_changed(api: Client, project: Project) -> None:
    body = {
        "projects": [{"code": "UNDLM", "name": "Other"}, {"code": "not valid!", "name": "x"}],
        "folders": [{"path": "relative"}],
    }
    answer = api.put("/api/v1/configuration", body, content_type=JSON)
    message = answer.json()["error"]["message"]
    assert answer.status_code == 422
    assert "projects.1.code" in message
    assert "folders.0.path" in message
    project.refresh_from_db()
    assert project.name == "Undertow"


@pytest.mark.django_db(transaction=True)
def test_health_says_what_is_wrong_and_what_to_do(api: Client, renders: Path) -> None:
    shutil.rmtree(renders)
    found = api.get("/api/v1/health").json()
    assert found["state"] == "fault"
    assert all(check["advice"] for check in found["checks"] if check["state"] == "fault")
    assert any(check["name"].startswith("mount") for check in found["checks"])


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/jobs/", "/api/v2/jobs", "/api/v1/jobs/9"])
def test_an_address_that_is_none_has_the_shape_too(api: Client, address: str) -> None:
    answer = api.get(address)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_body_that_is_no_json_is_not_read(api: Client) -> None:
    answer = api.post("/api/v1/jobs", b"{", content_type=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "not_read")


def test_a_fault_of_the_request_is_named_without_its_value(api: Client) -> None:
    body = {"path": "/a.mov", "discord_webhook_url": ["sentinel"], "colour": "sentinel"}
    message = api.post("/api/v1/jobs", body, content_type=JSON).json()["error"]["message"]
    assert "discord_webhook_url" in message
    assert "colour" in message
    assert "sentinel" not in message


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(OperationalError("gone"), 503, "no_database"), (RuntimeError("oops"), 500, "broken")],
)
def test_our_own_mistakes_have_the_shape_too(
    api: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def broken(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(setup, "_project", broken)
    Project.objects.create(code="UNDLM", name="Undertow")
    answer = api.get("/api/v1/projects")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_the_document_needs_no_token_and_names_every_call(client: Client, db: None) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert {"/api/v1/jobs", "/api/v1/rules/try", "/api/v1/configuration"} <= set(document["paths"])
