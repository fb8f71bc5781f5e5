"""Takes secrets out of what is to be logged, tracebacks and other people's words included.

Nothing of ours logs a secret on purpose. This is the net below: it knows the kinds of secrets that
PostFlow has to do with by their form, and its own by what they are.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

HIDDEN = "[hidden]"
# What is shorter may be a word of everyday use, such as a database password of "postflow".
LONG_ENOUGH = 12

_NAMES = (
    r"[\w-]*(?:password|passwd|secret|authtoken|api[_-]?key|sessionid|csrftoken"
    r"|signature|x-amz-credential)[\w-]*|[\w-]*token|sig"
)
# Each leaves what is in its groups, so that a reader sees what was there.
_FORMS: list[tuple[str, str]] = [
    # Headers: "Authorization: Bearer x", {'authorization': 'Basic x'}, (b'cookie', b'x')
    (r"(\b(?:proxy-)?authorization\b[\"']?\s*[:=,]\s*b?[\"']?)(?:\w+\s+)?[^\s\"',;)}\]]+", r"\1"),
    (r"(\b(?:set-)?cookie[\"']?\s*[:=,]\s*b?[\"']?)[^\"'\r\n]+", r"\1"),
    (r"(\b(?:bearer|basic)\s+)[a-z0-9._~+/=-]{8,}", r"\1"),
    # A user's password in an address of a database, a broker or a proxy
    (r"(\b[a-z][a-z0-9+.-]*://[^\s/:@\"']*:)[^\s/\"']*(?=@)", r"\1"),
    # Queries: presigned addresses (S3, CloudFront, GCS), one-time codes of a login
    (r"(/[^\s?\"'<>]*\?)[\w.~%-]+=[^\s\"'<>]*", r"\1"),
    # Addresses by which anybody may post
    (r"(/webhooks/\d+/)[\w-]{8,}", r"\1"),
    (r"(hooks\.slack\.com/\w+/)[^\s\"'<>]+", r"\1"),
    # name=value and "name": "value"
    (rf"((?<![\w-])(?:{_NAMES})[\"']?\s*[=:]\s*b?[\"']?)[^\s\"',;&)}}\]]+", r"\1"),
    (r"((?<![\w-])code=)[^\s\"',;&]{8,}", r"\1"),
    # JSON Web Tokens: Adobe's access tokens, refresh tokens and codes
    (r"()\beyJ[\w-]{6,}(?:\.[\w-]*)*", r"\1"),
    # Adobe's client secrets; ngrok's authtokens; our own ciphertext
    (r"()\bp8e-[\w-]{8,}", r"\1"),
    (r"()\b[0-9][a-z0-9]{24,28}_[a-z0-9]{16,26}\b", r"\1"),
    (r"()\bgAAAAA[\w-]{20,}={0,2}", r"\1"),
    # The path under which a file may be fetched from us (frameio.fileserver), and signatures
    (r"()(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", r"\1"),
]
_PATTERNS = [(re.compile(form, re.IGNORECASE), f"{keep}{HIDDEN}") for form, keep in _FORMS]


@dataclass(frozen=True)
class Redaction:
    """`known` are secrets of this installation, whatever they look like."""

    known: frozenset[str] = frozenset()

    @classmethod
    def of(cls, secrets: Iterable[str]) -> "Redaction":
        long = {secret for secret in secrets if len(secret) >= LONG_ENOUGH}
        return cls(frozenset(long | {quote(secret, safe="") for secret in long}))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __call__(self, text: str) -> str:
        for secret in sorted(self.known, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        for pattern, shown in _PATTERNS:
            text = pattern.sub(shown, text)
        return text
