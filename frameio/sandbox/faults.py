"""Makes things go wrong on purpose: `PUT /_sandbox/faults` takes a list of rules.

For each call the first rule that fits, has strikes left and is lucky strikes; the others do not.

    {"match": {"method": "GET", "path": "/folders$", "query": "after="},
     "action": {...}, "times": 3, "chance": 0.05, "seed": 7, "when": "before"}

`method` is any when left out; `path` and `query` are regular expressions, searched for. `times`
is how often the rule strikes (left out: for ever), `chance` how likely it is to strike a call that
fits; the dice fall the same way for the same `seed`. `when` is before or after the call had its
effect: 5xx after a create, for instance, leaves something made that nobody was told of.

An action first waits `delay` seconds. Then it does one of these, or lets the call go on:

    {"status": 500, "body": ..., "headers": {...}}   that answer; text goes out as HTML
    {"answer": NAME}                                 a ready-made one, see below
    {"drop": true}                                   the line goes dead without an answer
    {"cut": 10}                                      ... after 10 bytes of the true answer's body
    {"trickle": 5}                                   the true answer's body takes 5 seconds
    {"effect": NAME}                                 something subtler, see below

Answers: `server_error` (500, JSON), `bad_gateway` (502, HTML), `unavailable` (503, no body); from
the part storage, with `path` "^/storage/": `slow_down` (503), `expired` (403), `internal_error`
(500).

Effects, each only where it makes sense, so that a rule needs no `match`:

    too_many_requests  any call to the API: 429, whatever its bucket holds
    unauthorized       any call to the API: 401
    fetch_fails        a remote upload whose source cannot be had: `upload_failed`
    fetch_stalls       ... that never begins
    fetch_slow         ... that takes `delay` seconds for each MiB
    stays_created      an upload whose status never leaves `created`, though all bytes came
    stays_uploaded     ... never becomes `transcoded`
    expired_urls       a local upload whose addresses have ended already
    no_refresh_token   a refresh whose answer brings no new refresh token; the old one stays good
    invalid_grant      a token call that is refused as if the login had ended
    delivered_twice    a webhook delivery that comes again, `delay` seconds later
    delivered_late     ... that comes `delay` seconds late, behind younger ones
    delivery_lost      ... that never comes

For a webhook delivery the `path` to match is `/webhooks/` and the event: `/webhooks/file.ready`.
"""

import asyncio
import re
from dataclasses import dataclass, field
from random import Random
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frameio.sandbox.ready import ReadyMade, ready_made

Effect = Literal[
    "too_many_requests",
    "unauthorized",
    "fetch_fails",
    "fetch_stalls",
    "fetch_slow",
    "stays_created",
    "stays_uploaded",
    "expired_urls",
    "no_refresh_token",
    "invalid_grant",
    "delivered_twice",
    "delivered_late",
    "delivery_lost",
]
PLACES: dict[Effect | None, str] = {
    None: "^(?!/_sandbox|/webhooks/)",
    "too_many_requests": "^/v4/",
    "unauthorized": "^/v4/",
    "fetch_fails": "^/v4/.*/remote_upload$",
    "fetch_stalls": "^/v4/.*/remote_upload$",
    "fetch_slow": "^/v4/.*/remote_upload$",
    "stays_created": "^/v4/.*/(local|remote)_upload$",
    "stays_uploaded": "^/v4/.*/(local|remote)_upload$",
    "expired_urls": "^/v4/.*/local_upload$",
    "no_refresh_token": "^/ims/token/",
    "invalid_grant": "^/ims/token/",
    "delivered_twice": "^/webhooks/",
    "delivered_late": "^/webhooks/",
    "delivery_lost": "^/webhooks/",
}
Effects: TypeAlias = dict[Effect, float]
"""At most one, with its `delay` in seconds."""


def _compiles(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return value


Pattern = Annotated[str, AfterValidator(_compiles)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Match(Strict):
    method: str | None = None
    path: Pattern = ""
    query: Pattern = ""


class Action(Strict):
    status: int | None = Field(default=None, ge=200, le=599)
    body: JsonValue = None
    headers: dict[str, str] = {}
    answer: ReadyMade | None = None
    drop: bool = False
    cut: int | None = Field(default=None, ge=0)
    trickle: float = Field(default=0, ge=0, le=600)
    effect: Effect | None = None
    delay: float = Field(default=0, ge=0, le=600)

    def replaces_the_answer(self) -> bool:
        return self.drop or self.status is not None or self.answer is not None


class Rule(Strict):
    match: Match = Match()
    action: Action
    times: int | None = Field(default=None, ge=1)
    chance: float = Field(default=1, gt=0, le=1)
    seed: int = 0
    when: Literal["before", "after"] = "before"

    def fits(self, method: str, path: str, query: str) -> bool:
        wanted = self.match.method
        return (
            (wanted is None or wanted.upper() == method)
            and re.search(PLACES[self.action.effect], path) is not None
            and re.search(self.match.path, path) is not None
            and re.search(self.match.query, query) is not None
        )


RULES = TypeAdapter(list[Rule])


@dataclass
class Faults:
    """The rules in force."""

    rules: list[Rule] = field(default_factory=list)
    _struck: list[int] = field(default_factory=list)
    _dice: list[Random] = field(default_factory=list)

    def replace(self, rules: list[Rule]) -> None:
        self.rules = rules
        self._struck = [0] * len(rules)
        self._dice = [Random(f"{rule.seed}/{place}") for place, rule in enumerate(rules)]  # noqa: S311  # dice, not secrets

    def strike(self, method: str, path: str, query: str = "") -> int | None:
        """The position of the rule for this call, which is then counted as used."""
        for position, rule in enumerate(self.rules):
            used_up = rule.times is not None and self._struck[position] >= rule.times
            if used_up or not rule.fits(method, path, query):
                continue
            if self._dice[position].random() < rule.chance:
                self._struck[position] += 1
                return position
        return None

    def on_delivery(self, event: str) -> Effects:
        """What befalls one delivery of a webhook."""
        position = self.strike("POST", f"/webhooks/{event}")
        return {} if position is None else _effects(self.rules[position].action)

    def left(self) -> list[int | None]:
        return [
            None if rule.times is None else rule.times - struck
            for rule, struck in zip(self.rules, self._struck, strict=True)
        ]


def effects_of(request: Request) -> Effects:
    effects: Effects = request.scope.get("effects", {})
    return effects


def _effects(action: Action) -> Effects:
    return {} if action.effect is None else {action.effect: action.delay}


class FaultMiddleware:
    """Sets `scope["fault"]` to the rule that struck, and `scope["effects"]` to what it does."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        position = None
        if scope["type"] == "http":
            query = scope["query_string"].decode("latin-1")
            position = self.faults.strike(scope["method"], scope["path"], query)
        if position is None:
            await self.app(scope, receive, send)
            return
        scope["fault"] = position
        rule = self.faults.rules[position]
        await self._strike(rule, scope, receive, send)

    async def _strike(self, rule: Rule, scope: Scope, receive: Receive, send: Send) -> None:
        action = rule.action
        if action.effect is not None:
            scope["effects"] = _effects(action)
            await self.app(scope, receive, send)
        elif not action.replaces_the_answer():
            await self._spoil(rule, scope, receive, send)
        elif rule.when == "before":
            await asyncio.sleep(action.delay)
            await _instead(action)(scope, receive, send)
        else:
            await self.app(scope, receive, _nowhere)
            await asyncio.sleep(action.delay)
            await _instead(action)(scope, receive, send)

    async def _spoil(self, rule: Rule, scope: Scope, receive: Receive, send: Send) -> None:
        """The true answer: late, cut off, or slow to arrive."""
        action, before = rule.action, rule.when == "before"
        await asyncio.sleep(action.delay if before else 0)
        answer = Spoilt(scope, send, action, 0 if before else action.delay)
        await self.app(scope, receive, answer.send)


async def _nowhere(message: Message) -> None:
    """The answer that nobody gets."""


@dataclass
class Spoilt:
    """An answer on its way through a bad line."""

    scope: Scope
    onward: Send
    action: Action
    delay: float
    sent: int = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(self.delay)
            await self.onward(message)
        elif self.action.cut is not None:
            await self._send_cut(message)
        elif self.action.trickle:
            await self._send_slowly(message)
        else:
            await self.onward(message)

    async def _send_cut(self, message: Message) -> None:
        body = message.get("body", b"")[: max(0, (self.action.cut or 0) - self.sent)]
        self.sent += len(body)
        await self.onward({"type": "http.response.body", "body": body, "more_body": True})
        if self.sent >= (self.action.cut or 0) or not message.get("more_body", False):
            await asyncio.sleep(0.05)  # so that what was sent is not thrown away with the line
            self.scope["state"]["transport"].abort()

    async def _send_slowly(self, message: Message) -> None:
        """In ten bites, as far as there are ten bytes."""
        body, more = message.get("body", b""), message.get("more_body", False)
        size = max(1, len(body) // 10)
        for start in range(0, len(body), size):
            await asyncio.sleep(self.action.trickle / 10)
            bite = body[start : start + size]
            await self.onward({"type": "http.response.body", "body": bite, "more_body": True})
        await self.onward({"type": "http.response.body", "body": b"", "more_body": more})


def _instead(action: Action) -> ASGIApp:
    if action.drop:
        return _cut
    if action.answer is not None:
        return ready_made(action.answer)
    status = action.status or 500
    if isinstance(action.body, str):
        return Response(action.body, status, headers=action.headers, media_type="text/html")
    if action.body is None:
        return Response(status_code=status, headers=action.headers)
    return JSONResponse(action.body, status, headers=action.headers)


async def _cut(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001  # ASGI's shape
    """The line goes dead: no status, no goodbye."""
    scope["state"]["transport"].abort()
    while (await receive())["type"] != "http.disconnect":
        pass
