"""The vendor's own document, where it is at hand, and a referee who knows it."""

import json
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from tests.sandbox.running import ROOT

PLACES = [place / "shared" / "facts" / "frameio-openapi.json" for place in ROOT.parents]
FRAMEIO = "https://api.frame.io"
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
NULL: Json = {"enum": [None], "nullable": True}


def vendors_rules() -> OpenAPI:
    """Skips the test where the document is not at hand."""
    found = next(filter(Path.exists, PLACES), None)
    if found is None:
        pytest.skip("the vendor's OpenAPI document is not here")
    document = json.loads(found.read_text())
    document.pop("security")  # its OAuth2 schemes are nothing openapi-core could check
    forgiven = forgiving(document)
    assert isinstance(forgiven, dict)
    return OpenAPI.from_dict(forgiven)


def forgiving(schema: Json) -> Json:
    """As the vendor means it: what is said to be nullable may be null.

    Taken by the letter, null fits no `allOf` of an object, and both branches of a `oneOf` of
    nullables; a comment on the whole file could not be told of.
    """
    if isinstance(schema, list):
        return [forgiving(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: forgiving(value) for name, value in schema.items()}
    whole = kept.get("allOf")
    if kept.get("nullable") and isinstance(whole, list):
        return {**without(kept, "allOf"), "anyOf": [{"allOf": whole}, NULL]}
    branches = kept.get("oneOf")
    if isinstance(branches, list) and all(nullable(branch) for branch in branches):
        return {**without(kept, "oneOf"), "anyOf": branches}
    return kept


def nullable(schema: Json) -> bool:
    return isinstance(schema, dict) and schema.get("nullable") is True


def without(schema: dict[str, Json], name: str) -> dict[str, Json]:
    return {key: value for key, value in schema.items() if key != name}


class Referee:
    """Holds every exchange of a client against the OpenAPI document; raises what is wrong."""

    def __init__(self, rules: OpenAPI) -> None:
        self._rules = rules
        self.seen: list[str] = []

    def check(self, answer: httpx.Response) -> None:
        answer.read()
        asked = answer.request
        request = MockRequest(
            FRAMEIO,
            asked.method.lower(),
            asked.url.path,
            args=dict(asked.url.params),
            headers=dict(asked.headers),
            data=asked.content or None,
        )
        response = MockResponse(
            answer.content,
            status_code=answer.status_code,
            headers=dict(answer.headers),
            content_type=answer.headers.get("content-type", ""),
        )
        self._rules.validate_request(request)
        self._rules.validate_response(request, response)
        self.seen.append(f"{asked.method} {answer.status_code}")
