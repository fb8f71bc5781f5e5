"""Makes things go wrong on purpose: what `PUT /_sandbox/faults` set."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, field_validator
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Match(Strict):
    method: str | None = None
    """Any, when left out."""
    path: str = ""
    """A regular expression, searched for in the path (without the query)."""

    @field_validator("path")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value


class Action(Strict):
    """Wait `delay` seconds; then cut the line, or give that answer, or else go on as usual."""

    status: int | None = Field(default=None, ge=200, le=599)
    body: JsonValue = None
    """Text goes out as HTML (or what `headers` say), anything else as JSON."""
    headers: dict[str, str] = {}
    drop: bool = False
    delay: float = Field(default=0, ge=0, le=600)


class Rule(Strict):
    match: Match = Match()
    action: Action
    times: int | None = Field(default=None, ge=1)
    """How often it strikes; left out: every time."""
    when: Literal["before", "after"] = "before"
    """Before or after the call had its effect."""

    def fits(self, scope: Scope) -> bool:
        method = self.match.method
        return (method is None or method.upper() == scope["method"]) and bool(
            re.search(self.match.path, scope["path"])
        )


RULES = TypeAdapter(list[Rule])


@dataclass
class Faults:
    """The rules in force; the first that fits a call and is not used up strikes."""

    rules: list[Rule] = field(default_factory=list)
    _struck: list[int] = field(default_factory=list)

    def replace(self, rules: list[Rule]) -> None:
        self.rules = rules
        self._struck = [0] * len(rules)

    def strike(self, scope: Scope) -> int | None:
        """The position of the rule for this call, which is then counted as used."""
        for position, rule in enumerate(self.rules):
            if rule.fits(scope) and (rule.times is None or self._struck[position] < rule.times):
                self._struck[position] += 1
                return position
        return None

    def left(self) -> list[int | None]:
        return [
            None if rule.times is None else rule.times - struck
            for rule, struck in zip(self.rules, self._struck, strict=True)
        ]


class FaultMiddleware:
    """Sets `scope["fault"]` to the rule that struck."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        position = None
        if scope["type"] == "http" and not scope["path"].startswith("/_sandbox"):
            position = self.faults.strike(scope)
        if position is None:
            await self.app(scope, receive, send)
            return
        scope["fault"] = position
        rule = self.faults.rules[position]
        action = rule.action
        replaced = action.drop or action.status is not None
        if rule.when == "before":
            await asyncio.sleep(action.delay)
            await (_instead(action) if replaced else self.app)(scope, receive, send)
        elif replaced:
            await self.app(scope, receive, _nowhere)
            await asyncio.sleep(action.delay)
            await _instead(action)(scope, receive, send)
        else:
            await self.app(scope, receive, _late(send, action.delay))


async def _nowhere(message: Message) -> None:
    """The answer that nobody gets."""


def _late(send: Send, delay: float) -> Send:
    async def delayed(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(delay)
        await send(message)

    return delayed


def _instead(action: Action) -> ASGIApp:
    if action.drop:
        return _cut
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
