"""Each kind of secret that PostFlow has to do with, in the places where it may turn up."""

import logging
import sys

import pytest

from postflow_site.logs.formats import JsonLine, Line
from postflow_site.logs.redaction import HIDDEN, Redaction

JWT = "eyJhbGciOiJSUzI1NiIsIng1dSI6Imltc19uYTEifQ.eyJpZCI6IjE3MzIxIiwiYXMiOiJpbXMifQ.S1gn-at_ure"
PATH = "9f" * 32  # of the file server
DISCORD = "https://discord.com/api/webhooks/1199/AbCd_efGh-ijKlMnOpQrStUvWxYz"
SENTINEL = "sentinel9f31"

SECRETS = {
    "access token": (f"got {JWT} from Adobe", JWT),
    "access token, truncated": (f"got {JWT[:60]}", JWT[:60]),
    "code of a login": (f"GET /frameio/callback?code={SENTINEL}&state=ab HTTP/1.1", SENTINEL),
    "code in a form": (f"grant_type=authorization_code&code={SENTINEL}", SENTINEL),
    "client secret in a form": (f"client_id=pf&client_secret=p8e-{SENTINEL}", SENTINEL),
    "client secret bare": (f"refused: p8e-{SENTINEL}", SENTINEL),
    "client secret in JSON": (f'{{"client_secret": "{SENTINEL}"}}', SENTINEL),
    "client secret in a dict": (f"{{'client_secret': '{SENTINEL}', 'a': 1}}", SENTINEL),
    "refresh token": (f"refresh_token={SENTINEL}", SENTINEL),
    "presigned S3": (f"PUT https://s3.example.com/part?X-Amz-Signature={SENTINEL}", SENTINEL),
    "presigned S3, credential first": (
        f"https://b.s3.amazonaws.com/k?X-Amz-Credential={SENTINEL}%2F20261121&X-Amz-Date=2026",
        SENTINEL,
    ),
    "presigned CloudFront": (f"<https://d1.cloudfront.net/a.mov?Policy={SENTINEL}__>", SENTINEL),
    "Discord webhook": (f"POST {DISCORD} failed", "AbCd_efGh"),
    "Discord webhook, versioned": (
        f"https://ptb.discord.com/api/v10/webhooks/1199/{SENTINEL}?wait=true",
        SENTINEL,
    ),
    "Discord webhook, path alone": (f"HTTP POST /api/webhooks/1199/{SENTINEL} 404", SENTINEL),
    "Slack webhook": (f"https://hooks.slack.com/services/T0/B0/{SENTINEL}", SENTINEL),
    "link of our file server": (f"https://files.example.com/{PATH} is open", PATH),
    "path of our file server": (f"GET /{PATH} HTTP/1.1", PATH),
    "ngrok token in its file": (f'authtoken: "{SENTINEL}"', SENTINEL),
    "ngrok token bare": (
        "ERR_NGROK_105: 2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Qr_6Yz7Ab8Cd9Ef0Gh1Ij2Kl",
        "2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Qr_6Yz7Ab8Cd9Ef0Gh1Ij2Kl",
    ),
    "ngrok token in the environment": (f"NGROK_AUTHTOKEN={SENTINEL}", SENTINEL),
    "Authorization": (f"Authorization: Bearer {SENTINEL}", SENTINEL),
    "Authorization in a dict": (f"{{'authorization': 'Basic {SENTINEL}='}}", SENTINEL),
    "Authorization in bytes": (f"[(b'Authorization', b'Bearer {SENTINEL}')]", SENTINEL),
    "bearer alone": (f"used bearer {SENTINEL}.x", SENTINEL),
    "cookie": (f"Cookie: sessionid={SENTINEL}; csrftoken=b", SENTINEL),
    "DATABASE_URL": (f"postgres://postflow:{SENTINEL}@db.example.com/postflow", SENTINEL),
    "DATABASE_URL, odd password": (f"postgres://u:{SENTINEL}@x!@db.example.com/p", SENTINEL),
    "REDIS_URL": (f"redis://:{SENTINEL}@redis.example.com:6379/0", SENTINEL),
    "password of libpq": (f"host=db user=u password={SENTINEL} dbname=p", SENTINEL),
    "encryption key": (f"FIELD_ENCRYPTION_KEYS_SECRET={SENTINEL}", SENTINEL),
    "our ciphertext": (f"gAAAAABk{SENTINEL}{SENTINEL}==", SENTINEL),
    "signature of a webhook": (f"X-Frameio-Signature: v0={PATH}", PATH),
}


@pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=SECRETS)
def test_no_secret_stands_in_a_line(text: str, secret: str) -> None:
    assert secret in text
    shown = Redaction()(text)
    assert secret not in shown
    assert HIDDEN in shown


@pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("form", [Line, JsonLine])
def test_nor_in_what_is_shown_of_an_error(
    text: str, secret: str, form: type[Line] | type[JsonLine]
) -> None:
    try:
        try:
            raise OSError(text)
        except OSError as error:
            raise RuntimeError("while sending") from error
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "%s", (text,), sys.exc_info())
    shown = form(Redaction()).format(record)
    assert secret not in shown
    assert "while sending" in shown


@pytest.mark.parametrize(
    "text",
    [
        "GET /v4/accounts/*/files/*: 200 in 31 ms, request 0b8f77a2-90ab-4b1c-9d1e-22aa33bb44cc",
        "PUT part 2 of UNDLM_010_0040_comp_v003.mov: 200 in 210 ms, 25000000 bytes",
        "Undertow Post: the token was renewed",
        "https://next.frame.io/project/0b8f77a2-90ab-4b1c-9d1e-22aa33bb44cc/view/1",
        "/mnt/studio/UNDLM/010/0040: online (fuse.lucidfs), 1200 files, status code: 0",
        "Is it there? Yes, at 12:30.",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redaction()(text) == text


def test_what_was_there_can_still_be_told() -> None:
    shown = Redaction()(f"PUT https://s3.example.com/part?X-Amz-Signature={SENTINEL}: 403")
    assert shown == f"PUT https://s3.example.com/part?{HIDDEN} 403"
    assert Redaction()(DISCORD) == f"https://discord.com/api/webhooks/1199/{HIDDEN}"


def test_our_own_secrets_are_known_whatever_they_look_like() -> None:
    redact = Redaction.of(["correct horse battery", "short", ""])
    assert redact("the correct horse battery staple") == f"the {HIDDEN} staple"
    assert redact("x=correct%20horse%20battery") == f"x={HIDDEN}"
    assert redact("a short word") == "a short word"
    assert "horse" not in repr(redact)
