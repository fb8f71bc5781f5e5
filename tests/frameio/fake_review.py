"""The part of the fake that people review in: comments, webhooks, share links, metadata."""

import json
from dataclasses import dataclass, field

import httpx

from frameio.answers import JsonObject
from tests.frameio.fake import WHEN, FakeFrameio, data


@dataclass
class FakeReview(FakeFrameio):
    hooks: list[JsonObject] = field(default_factory=list)
    shares: list[JsonObject] = field(default_factory=list)
    fields: list[JsonObject] = field(default_factory=list)
    comments: list[JsonObject] = field(default_factory=list)
    values: list[JsonObject] = field(default_factory=list)
    now: str = WHEN

    def sent(self, method: str) -> list[JsonObject]:
        """The `data` of every body that came by that method."""
        calls = [request for request in self.requests if request.method == method]
        return [json.loads(request.read())["data"] for request in calls]

    def add_field(self, name: str, kind: str = "text", *, mutable: bool = True) -> str:
        new = f"field-{next(self.numbers)}"
        self.fields.append({"id": new, "name": name, "field_type": kind, "mutable": mutable})
        return new

    def _api(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        match request.method, path:
            case "GET", [_, _, "workspaces", _, "webhooks"]:
                return self._page(request, [_without(row, "secret") for row in self.hooks])
            case "POST", [_, _, "workspaces", _, "webhooks"]:
                return self._add(self.hooks, request, {"secret": "hush"})
            case "DELETE", [_, _, "webhooks", hook]:
                self.hooks = [row for row in self.hooks if row["id"] != hook]
                return httpx.Response(204)
            case "GET", [_, _, "projects", _, "shares"]:
                return self._page(request, self.shares)
            case "POST", [_, _, "projects", _, "shares"]:
                link = {"short_url": "https://f.io/abc", "created_at": self.now}
                return self._add(self.shares, request, link | {"expiration": None})
            case "GET", [_, _, "shares", share, "assets"]:
                return self._page(request, [{"id": each} for each in self._assets(share)])
            case "POST", [_, _, "shares", share, "assets"]:
                self._assets(share).append(json.loads(request.read())["data"]["asset_id"])
                return data({})
            case "GET", [_, _, "shares", _, "reviewers"]:
                return self._page(request, [{"email": "nora@studio.test"}])
            case "POST", [_, _, "shares", _, "reviewers"]:
                return httpx.Response(204)
            case "GET", [_, _, "metadata", "field_definitions"]:
                return self._page(request, self.fields)
            case "POST", [_, _, "metadata", "field_definitions"]:
                return self._add(self.fields, request, {"mutable": True})
            case "PATCH", [_, _, "projects", _, "metadata", "values"]:
                return httpx.Response(204)
            case "GET", [_, _, "files", _, "metadata"]:
                return data({"file_id": "f", "metadata": [*self.values]})
            case "GET", [_, _, "files", _, "comments"]:
                return self._page(request, self.comments)
        return super()._api(request, path)

    def _add(
        self, rows: list[JsonObject], request: httpx.Request, more: JsonObject
    ) -> httpx.Response:
        row: JsonObject = {"id": f"new-{next(self.numbers)}"}
        rows.append(row | json.loads(request.read())["data"] | more)
        return data(rows[-1], 201)

    def _assets(self, share: str) -> list[str]:
        (found,) = [row["asset_ids"] for row in self.shares if row["id"] == share]
        assert isinstance(found, list)
        return found  # type: ignore[return-value]  # ids, as they were sent


def _without(row: JsonObject, key: str) -> JsonObject:
    return {name: value for name, value in row.items() if name != key}
