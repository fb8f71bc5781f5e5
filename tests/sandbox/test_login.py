import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.running import CALLBACK, CLIENT, SCOPES, Sandbox, StartSandbox

WISH = {
    "client_id": "sandbox",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": SCOPES,
    "state": "a<b>&c",
}


def authorize(sandbox: Sandbox, **changes: str) -> httpx.Response:
    query = {name: value for name, value in {**WISH, **changes}.items() if value}
    return sandbox.http.get("/ims/authorize/v2", params=query)


def token(sandbox: Sandbox, **form: str) -> httpx.Response:
    return sandbox.http.post("/ims/token/v3", data={**CLIENT, **form})


def by_code(sandbox: Sandbox, code: str, **form: str) -> httpx.Response:
    return token(sandbox, grant_type="authorization_code", code=code, **form)


def by_refresh(sandbox: Sandbox, refresh_token: object) -> httpx.Response:
    return token(sandbox, grant_type="refresh_token", refresh_token=str(refresh_token))


def who(sandbox: Sandbox, access_token: object) -> int:
    headers = {"authorization": f"Bearer {access_token}"}
    return sandbox.http.get("/v4/me", headers=headers).status_code


def answer_in(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def test_the_page_has_one_button_and_a_way_out(sandbox: Sandbox) -> None:
    page = authorize(sandbox)
    assert page.status_code == 200
    assert page.text.count("<button") == 1
    assert "Allow</button>" in page.text
    assert "error=access_denied&amp;state=a%3Cb%3E%26c" in page.text
    assert 'value="a&lt;b&gt;&amp;c"' in page.text


def test_allow_leads_back_with_code_and_state(sandbox: Sandbox) -> None:
    answer = sandbox.http.post("/ims/authorize/v2", data=WISH)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(CALLBACK + "?")
    back = answer_in(answer.headers["location"])
    assert back["state"] == WISH["state"]
    assert by_code(sandbox, back["code"]).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "somebody"},
        {"client_id": ""},
        {"redirect_uri": ""},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "/callback"},
    ],
)
def test_an_unknown_client_or_address_is_not_sent_anywhere(
    sandbox: Sandbox, changes: dict[str, str]
) -> None:
    answer = authorize(sandbox, **changes)
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"scope": "openid frame.io"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"state": ""}, "invalid_request"),
        ({"state": "x" * 4097}, "invalid_request"),
    ],
)
def test_a_wrong_wish_goes_back_as_an_error(
    sandbox: Sandbox, changes: dict[str, str], error: str
) -> None:
    answer = authorize(sandbox, **changes)
    assert answer.status_code == 302
    assert answer_in(answer.headers["location"])["error"] == error


def test_a_login_gives_both_tokens(sandbox: Sandbox) -> None:
    tokens = sandbox.tokens()
    assert tokens["expires_in"] == 86_399
    assert tokens["token_type"] == "bearer"
    assert who(sandbox, tokens["access_token"]) == 200
    assert by_refresh(sandbox, tokens["refresh_token"]).status_code == 200


def test_no_refresh_token_without_offline_access(sandbox: Sandbox) -> None:
    tokens = by_code(sandbox, sandbox.code(scope="openid,profile")).json()
    assert "refresh_token" not in tokens


def test_a_code_is_good_once(sandbox: Sandbox) -> None:
    code = sandbox.code()
    assert by_code(sandbox, code).status_code == 200
    again = by_code(sandbox, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_code_belongs_to_its_redirect_address(sandbox: Sandbox) -> None:
    wrong = by_code(sandbox, sandbox.code(), redirect_uri="http://127.0.0.1:9/other")
    right = by_code(sandbox, sandbox.code(), redirect_uri=CALLBACK)
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
    assert right.status_code == 200


def test_a_refresh_token_is_dead_once_it_was_used(sandbox: Sandbox) -> None:
    first = sandbox.tokens()
    second = by_refresh(sandbox, first["refresh_token"]).json()
    again = by_refresh(sandbox, first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert by_refresh(sandbox, second["refresh_token"]).status_code == 200
    assert who(sandbox, first["access_token"]) == 200


def test_http_basic_is_taken_too(sandbox: Sandbox) -> None:
    answer = sandbox.http.post(
        "/ims/token/v3",
        data={"grant_type": "authorization_code", "code": sandbox.code()},
        auth=("sandbox", "sandbox"),
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({}, {}),
        ({}, {"client_id": "sandbox", "client_secret": "guess"}),
        ({}, {"client_id": "somebody", "client_secret": "sandbox"}),
        ({"authorization": "Basic nonsense"}, {}),
        ({"authorization": "Basic c2FuZGJveDpndWVzcw=="}, CLIENT),
    ],
)
def test_a_wrong_client_is_refused(
    sandbox: Sandbox, headers: dict[str, str], form: dict[str, str]
) -> None:
    answer = sandbox.http.post(
        "/ims/token/v3",
        data={"grant_type": "refresh_token", "refresh_token": "x", **form},
        headers=headers,
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_another_kind_of_grant_is_refused(sandbox: Sandbox) -> None:
    answer = token(sandbox, grant_type="password")
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_server_logs_in_by_itself(sandbox: Sandbox) -> None:
    scope = "openid,AdobeID,frame.s2s.all"
    answer = token(sandbox, grant_type="client_credentials", scope=scope).json()
    assert who(sandbox, answer["access_token"]) == 200
    assert "refresh_token" not in answer


@pytest.mark.parametrize("scope", ["", "openid offline_access", "frame.io"])
def test_a_server_cannot_have_every_scope(sandbox: Sandbox, scope: str) -> None:
    answer = token(sandbox, grant_type="client_credentials", scope=scope)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_a_server_is_a_user_of_its_own(sandbox: Sandbox) -> None:
    form = {"grant_type": "client_credentials", "scope": "openid AdobeID frame.s2s.all"}
    server = {"authorization": f"Bearer {token(sandbox, **form).json()['access_token']}"}
    person = {"authorization": f"Bearer {sandbox.token()}"}
    mine = sandbox.http.get("/v4/me", headers=server).json()["data"]
    theirs = sandbox.http.get("/v4/me", headers=person).json()["data"]
    assert (mine["name"], theirs["name"]) == ("Sandbox Service Account", "Sandy Box")
    assert mine["id"] != theirs["id"]


def test_a_refresh_token_can_be_one_for_all(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(keep_refresh_token=True)
    refresh = sandbox.tokens()["refresh_token"]
    answers = [by_refresh(sandbox, refresh) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert ["refresh_token" in answer.json() for answer in answers] == [False, False]


def test_the_redirect_address_can_be_checked_as_adobe_does(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(https_redirect=True)
    bad = ["http://localhost:8000/callback", "https://127.0.0.1/callback", "https://[::1]/x"]
    assert [authorize(sandbox, redirect_uri=uri).status_code for uri in bad] == [400] * 3
    good = authorize(sandbox, redirect_uri="https://localhost:8000/frameio/callback")
    assert good.status_code == 200


def test_the_clocks_run_out(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(access_token_life=0.5, refresh_token_life=0.5, code_life=0.2)
    code, tokens = sandbox.code(), sandbox.tokens()
    assert who(sandbox, tokens["access_token"]) == 200
    time.sleep(0.6)
    assert who(sandbox, tokens["access_token"]) == 401
    assert by_refresh(sandbox, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert by_code(sandbox, code).json()["error"] == "invalid_grant"


def test_revoking_ends_the_login(sandbox: Sandbox) -> None:
    tokens = sandbox.tokens()
    answer = sandbox.http.post(
        "/ims/revoke",
        data={**CLIENT, "token": str(tokens["refresh_token"])},
    )
    assert answer.status_code == 200
    assert who(sandbox, tokens["access_token"]) == 401
    assert by_refresh(sandbox, tokens["refresh_token"]).status_code == 400


def test_the_user_is_told_to_who_holds_a_token(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/ims/userinfo/v2"
    headers = {"authorization": f"Bearer {sandbox.token()}"}
    assert sandbox.http.get(url, headers=headers).json()["name"] == "Sandy Box"
    assert sandbox.http.get(url).status_code == 401


def test_the_well_known_document_leads_to_the_endpoints(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/ims/.well-known/openid-configuration"
    known = sandbox.http.get(url).json()
    assert known["token_endpoint"] == f"{sandbox.url}/ims/token/v3"
    assert known["authorization_endpoint"] == f"{sandbox.url}/ims/authorize/v2"
