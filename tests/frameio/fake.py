"""A Frame.io with a memory and without a network, for what a real server cannot be made to do."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import parse_qs

import httpx

from frameio.answers import Json, JsonObject

API = "https://frameio.test"
STORAGE = "https://storage.test"
WHEN = "2026-11-21T10:00:00.000000Z"

Answer = httpx.Response | Exception


@dataclass
class FakeFrameio:
    """`next(...)` puts an answer before the ordinary ones; `calls` is what was asked, in order."""

    part_sizes: Callable[[int], list[int]] = lambda size: [size]
    media_type: str | None = "video/quicktime"
    page_size: int = 500
    good_token: str = "good"
    folders: dict[str, JsonObject] = field(default_factory=dict)
    files: dict[str, JsonObject] = field(default_factory=dict)
    stacks: dict[str, JsonObject] = field(default_factory=dict)
    stacked: dict[str, list[str]] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    waiting: list[tuple[str, str, Answer]] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def next(self, method: str, ending: str, answer: Answer) -> None:
        self.waiting.append((method, ending, answer))

    def lose(self, method: str, ending: str) -> None:
        """The next such call has its effect, and its answer never comes."""
        self.lost.append((method, ending))

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def add_folder(self, parent: str, name: str, created_at: str = WHEN) -> str:
        new = f"folder-{next(self.numbers)}"
        self.folders[new] = asset(new, name, parent, created_at) | {"type": "folder"}
        return new

    def add_file(self, parent: str, name: str, size: int, created_at: str = WHEN) -> str:
        new = f"file-{next(self.numbers)}"
        self.files[new] = asset(new, name, parent, created_at) | {
            "type": "file",
            "status": "created",
            "media_type": self.media_type,
            "file_size": size,
        }
        return new

    def whole(self, file_id: str) -> bytes:
        keys = [key for key in self.parts if key.startswith(f"/{file_id}/")]
        return b"".join(self.parts[key] for key in sorted(keys, key=lambda key: (len(key), key)))

    # --- the wire ---
    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.calls.append(f"{request.method} {path}")
        self.requests.append(request)
        for row in self.waiting:
            if request.method == row[0] and path.endswith(row[1]):
                self.waiting.remove(row)
                if isinstance(row[2], Exception):
                    raise row[2]
                return row[2]
        if request.url.host == "storage.test":
            self.parts[path] = request.read()
            return httpx.Response(200)
        if path == "/ims/token/v3":
            return self._token(request)
        if request.headers.get("Authorization") != f"Bearer {self.good_token}":
            return refusal(401, "Unauthorized")
        response = self._api(request, path.removeprefix("/v4/").split("/"))
        for method, ending in self.lost:
            if request.method == method and path.endswith(ending):
                self.lost.remove((method, ending))
                raise httpx.ReadTimeout("lost")
        return response

    def _token(self, request: httpx.Request) -> httpx.Response:
        form = {key: value[0] for key, value in parse_qs(request.read().decode()).items()}
        new = {"access_token": self.good_token, "refresh_token": "refresh-2", "expires_in": 86399}
        return httpx.Response(200, json=new | {"was": form["grant_type"]})

    def _api(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        match request.method, path:
            case "GET", ["me"]:
                return data({"id": "user-1", "name": "Alice", "email": "alice@studio.test"})
            case "GET", ["accounts"]:
                return self._page(request, [{"id": "acc", "display_name": "Studio"}])
            case "GET", [_, _, "folders", parent, "folders"]:
                return self._page(request, below(self.folders, parent))
            case "GET", [_, _, "folders", parent, "files"]:
                return self._page(request, below(self.files, parent))
            case "GET", [_, _, "folders", folder] if folder in self.folders:
                return data(self.folders[folder])
            case "POST", [_, _, "folders", parent, "folders"]:
                name = json.loads(request.read())["data"]["name"]
                return data(self.folders[self.add_folder(parent, name)], 201)
            case "POST", [_, _, "folders", parent, "files", "local_upload"]:
                return self._placeholder(parent, json.loads(request.read())["data"])
            case "GET", [_, _, "files", file, "status"] if file in self.files:
                return data(self._status(file))
            case "GET", [_, _, "files", file] if file in self.files:
                return data(self.files[file])
            case "PATCH", [_, _, "files", file, "move"] if file in self.files:
                self._move(file, json.loads(request.read())["data"]["parent_id"])
                return data(self.files[file])
            case "POST", [_, _, "folders", parent, "version_stacks"]:
                return self._stack(parent, json.loads(request.read())["data"]["file_ids"])
            case "GET", [_, _, "version_stacks", stack] if stack in self.stacks:
                return data(self.stack(stack))
            case "GET", [_, _, "version_stacks", stack, "children"] if stack in self.stacks:
                return self._page(request, below(self.files, stack))
            case "DELETE", [_, _, "files", file] if file in self.files:
                del self.files[file]
                return httpx.Response(204)
        return refusal(404, "Not Found")

    def _placeholder(self, parent: str, wanted: dict[str, str | int]) -> httpx.Response:
        size = int(wanted["file_size"])
        new = self.add_file(parent, str(wanted["name"]), size)
        urls: list[Json] = [
            {"size": part, "url": f"{STORAGE}/{new}/{number:04}?X-Amz-Signature=secret"}
            for number, part in enumerate(self.part_sizes(size), start=1)
        ]
        return data({**self.files[new], "upload_urls": urls}, 201)

    def _status(self, file: str) -> JsonObject:
        complete = len(self.whole(file)) == self.files[file]["file_size"]
        return {"id": file, "upload_complete": complete, "upload_failed": False}

    def stack(self, stack: str) -> JsonObject:
        return self.stacks[stack] | {"head_version": self.files[self.stacked[stack][-1]]}

    def _stack(self, parent: str, files: list[str]) -> httpx.Response:
        """Frame.io refuses what is not in the folder."""
        strangers = [file for file in files if self.files[file]["parent_id"] != parent]
        if strangers or not 2 <= len(files) <= 10:
            return refusal(422, "Invalid value", "/data/file_ids")
        new = f"stack-{next(self.numbers)}"
        self.stacks[new] = asset(new, "stack", parent, WHEN) | {"type": "version_stack"}
        self.stacked[new] = []
        for file in files:
            self._move(file, new)
        return data(self.stack(new), 201)

    def _move(self, file: str, parent: str) -> None:
        for order in self.stacked.values():
            if file in order:
                order.remove(file)
        self.files[file]["parent_id"] = parent
        if parent in self.stacked:
            self.stacked[parent].append(file)

    def _page(self, request: httpx.Request, found: list[JsonObject]) -> httpx.Response:
        start = int(request.url.params.get("after", "0"))
        end = start + min(self.page_size, int(request.url.params["page_size"]))
        following = f"{request.url.path}?after={end}" if end < len(found) else None
        body = {"data": found[start:end], "links": {"next": following}}
        return httpx.Response(200, json=body)


def asset(new: str, name: str, parent: str, created_at: str) -> JsonObject:
    return {
        "id": new,
        "name": name,
        "parent_id": parent,
        "created_at": created_at,
        "view_url": f"https://next.frame.io/view/{new}",
        "a_field_of_next_year": {},
    }


def below(assets: dict[str, JsonObject], parent: str) -> list[JsonObject]:
    return [row for row in assets.values() if row["parent_id"] == parent]


def data(row: JsonObject, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json={"data": row})


def refusal(status: int, detail: str, pointer: str = "") -> httpx.Response:
    error = {"detail": detail, "source": {"pointer": pointer}} if pointer else {"detail": detail}
    return httpx.Response(status, json={"errors": [error]})


def s3_refusal(status: int, code: str, message: str) -> httpx.Response:
    xml = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return httpx.Response(status, text=xml)
