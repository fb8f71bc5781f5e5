"""The vendor's own document, where it is at hand, and a referee who knows it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from tests.sandbox.running import ROOT, Entry

PLACES = [place / "shared" / "facts" / "frameio-openapi.json" for place in ROOT.parents]
FRAMEIO = "https://api.frame.io"
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
NULL: Json = {"enum": [None], "nullable": True}


def vendors_document() -> dict[str, Json]:
    """Skips the test where it is not at hand."""
    found = next(filter(Path.exists, PLACES), None)
    if found is None:
        pytest.skip("the vendor's OpenAPI document is not here")
    document: dict[str, Json] = json.loads(found.read_text())
    return document


def vendors_rules() -> OpenAPI:
    """Skips the test where the document is not at hand."""
    document = vendors_document()
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


@dataclass(frozen=True)
class Operation:
    """`id` is the document's, e.g. files.show; `query` the names of what may stand in the query."""

    id: str
    query: frozenset[str]


class Operations:
    """Knows the calls of the document. Skips the test where it is not at hand."""

    def __init__(self) -> None:
        self._document = vendors_document()
        paths = self._document["paths"]
        assert isinstance(paths, dict)
        self._known = [
            (method.upper(), re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), row)
            for path, methods in paths.items()
            if isinstance(methods, dict)
            for method, row in methods.items()
        ]

    def of(self, method: str, path: str) -> Operation:
        (row,) = [
            row for known, fits, row in self._known if known == method and fits.fullmatch(path)
        ]
        assert isinstance(row, dict)
        listed = row.get("parameters", [])
        assert isinstance(listed, list)
        parameters = [self._resolved(each) for each in listed]
        query = {str(each["name"]) for each in parameters if each["in"] == "query"}
        return Operation(str(row["operationId"]), frozenset(query))

    def _resolved(self, parameter: Json) -> dict[str, Json]:
        assert isinstance(parameter, dict)
        reference = parameter.get("$ref")
        if not isinstance(reference, str):
            return parameter
        found: Json = self._document
        for step in reference.removeprefix("#/").split("/"):
            assert isinstance(found, dict)
            found = found[step]
        return self._resolved(found)


class Referee:
    """Holds every exchange of a client against the OpenAPI document; raises what is wrong."""

    def __init__(self, rules: OpenAPI) -> None:
        self._rules = rules
        self._operations = Operations()
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
        self._check_request(request)
        self._rules.validate_response(request, response)
        self.seen.append(f"{asked.method} {answer.status_code}")

    def check_written(self, call: Entry) -> None:
        """An entry of `Sandbox.requests`: the call, and its answer unless a fault had a hand in."""
        url = httpx.URL(str(call["path"]))
        body = call["request_body"]
        request = MockRequest(
            FRAMEIO,
            str(call["method"]).lower(),
            url.path,
            args=dict(url.params),
            headers=_headers(call["request_headers"]),
            data=None if body is None else json.dumps(body).encode(),
        )
        self._check_request(request)
        if call["fault"] is not None:
            return
        headers = _headers(call["response_headers"])
        answer = call["response_body"]
        response = MockResponse(
            b"" if answer is None else json.dumps(answer).encode(),
            status_code=int(str(call["status"])),
            headers=headers,
            content_type=headers.get("content-type", ""),
        )
        self._rules.validate_response(request, response)

    def _check_request(self, request: MockRequest) -> None:
        """Also that nothing unknown stands in the query, which openapi-core lets pass."""
        self._rules.validate_request(request)
        allowed = self._operations.of(request.method.upper(), request.path).query
        asked = {name.partition("[")[0] for name in request.parameters.query}  # filters[...]
        if unknown := asked - allowed:
            raise OpenAPIError(f"{request.method} {request.path} knows no {unknown}")


def _headers(written: object) -> dict[str, str]:
    assert isinstance(written, dict)
    return {str(name): str(value) for name, value in written.items()}
