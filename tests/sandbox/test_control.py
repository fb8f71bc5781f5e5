import json

import httpx
import pytest

from tests.sandbox.running import Entry, Sandbox
from tests.sandbox.studio import Studio, sha256


def fault(action: Entry, *, path: str = "/v4/me", **more: object) -> list[Entry]:
    return [{"match": {"method": "GET", "path": path}, "action": action, **more}]


def test_every_call_is_written_down_in_order(studio: Studio, sandbox: Sandbox) -> None:
    studio.http.post(f"{studio.folder_path()}/folders", json={"data": {"name": "SH010"}})
    studio.http.get(f"{studio.folder_path()}/folders", params={"page_size": 7, "foo": 1})
    made, listed = sandbox.requests()[-2:]
    assert (made["method"], made["status"]) == ("POST", 201)
    assert made["request_body"] == {"data": {"name": "SH010"}}
    assert str(made["path"]).endswith("/folders")
    assert (listed["method"], listed["status"], listed["request_body"]) == ("GET", 422, None)
    assert '"x-ratelimit-limit": "5"' in json.dumps(listed["response_headers"])
    assert str(listed["path"]).endswith("/folders?page_size=7&foo=1")
    assert "Unexpected field: foo" in json.dumps(listed["response_body"])


def test_a_part_is_counted_and_not_copied(studio: Studio, sandbox: Sandbox) -> None:
    studio.upload(b"film")
    put = sandbox.requests()[-1]
    assert (put["method"], put["bytes"], put["request_body"]) == ("PUT", 4, None)


def test_no_secret_is_written_down(studio: Studio, sandbox: Sandbox) -> None:
    code = sandbox.code()
    tokens = sandbox.tokens()
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    sandbox.http.get("/v4/me", headers=headers)
    sandbox.http.get("/ims/authorize/v2", params={"code": code})
    written = json.dumps(sandbox.requests())
    assert '"authorization": "***"' in written
    secrets = (code, str(tokens["access_token"]), str(tokens["refresh_token"]))
    assert [secret for secret in secrets if secret in written] == []


def test_reset_begins_anew(studio: Studio, sandbox: Sandbox) -> None:
    file = studio.upload(b"film")
    sandbox.faults(fault({"status": 500}))
    sandbox.reset()
    assert sandbox.tree() == []
    assert sandbox.requests() == []
    assert studio.http.get("/me").status_code == 401
    assert studio.put(file, 0, b"film").status_code == 404
    with Studio(sandbox) as fresh:
        assert fresh.project["id"] != studio.project["id"]
        assert fresh.http.get("/me").status_code == 200


def test_a_fault_answers_in_place_of_frameio(studio: Studio, sandbox: Sandbox) -> None:
    action: Entry = {"status": 429, "body": {"errors": []}, "headers": {"retry-after": "7"}}
    sandbox.faults(fault(action, times=1))
    first, second = studio.http.get("/me"), studio.http.get("/me")
    assert (first.status_code, first.headers["retry-after"]) == (429, "7")
    assert first.json() == {"errors": []}
    assert second.status_code == 200
    assert sandbox.requests()[-2]["fault"] == 0
    assert sandbox.requests()[-1]["fault"] is None


def test_a_fault_without_times_strikes_every_time(studio: Studio, sandbox: Sandbox) -> None:
    sandbox.faults(fault({"status": 502, "body": "<h1>Bad gateway</h1>"}))
    codes = [studio.http.get("/me").status_code for _ in range(3)]
    assert codes == [502] * 3
    assert studio.http.get("/me").headers["content-type"].startswith("text/html")
    assert studio.http.get("/accounts").status_code == 200


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("action", [{"status": 500}, {"drop": True}])
def test_a_fault_strikes_before_or_after_the_effect(
    studio: Studio, sandbox: Sandbox, when: str, made: int, action: Entry
) -> None:
    sandbox.faults([{"match": {"method": "POST"}, "action": action, "when": when, "times": 1}])
    try_to_make_a_folder(studio)
    folders = studio.get(f"{studio.folder_path()}/folders")["data"]
    assert len(folders) == made
    post = next(call for call in sandbox.requests() if call["fault"] == 0)
    assert post["request_body"] == {"data": {"name": "SH010"}}
    assert post["status"] == action.get("status")


def try_to_make_a_folder(studio: Studio) -> None:
    with pytest.raises(httpx.HTTPError):
        studio.make_folder("SH010")


def test_a_drop_cuts_the_line_without_an_answer(studio: Studio, sandbox: Sandbox) -> None:
    sandbox.faults(fault({"drop": True}, times=1))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        studio.http.get("/me")
    assert sandbox.requests()[-1]["status"] is None
    assert studio.http.get("/me").status_code == 200


def test_a_drop_can_hit_a_part(studio: Studio, sandbox: Sandbox) -> None:
    rule = {"match": {"method": "PUT", "path": "^/storage/"}, "action": {"drop": True}, "times": 1}
    sandbox.faults([rule])
    file = studio.announce(1_000_000)
    with pytest.raises(httpx.TransportError):
        studio.put(file, 0, b"x" * 1_000_000)
    assert studio.put(file, 0, b"x" * 1_000_000).status_code == 200
    assert sandbox.tree()[0]["sha256"] == sha256(b"x" * 1_000_000)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay_only_delays(studio: Studio, sandbox: Sandbox, when: str) -> None:
    sandbox.faults(fault({"delay": 0.3}, when=when))
    answer = studio.http.get("/me")
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.3


@pytest.mark.parametrize(
    "rules",
    [
        {},
        [{}],
        [{"action": {"status": 99}}],
        [{"action": {"status": 500}, "match": {"path": "("}}],
        [{"action": {"status": 500}, "often": 3}],
        [{"action": {"status": 500}, "when": "during"}],
    ],
)
def test_rules_that_make_no_sense_are_refused(sandbox: Sandbox, rules: object) -> None:
    answer = sandbox.http.put("/_sandbox/faults", json=rules)
    assert answer.status_code == 422
    assert sandbox.http.get("/_sandbox/faults").json() == []
