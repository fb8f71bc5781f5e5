"""Frame.io's API, one short method an endpoint. https://api.frame.io/v4/openapi.json

What only looks or deletes is tried again a few times. A create never is: whether it happened is
for the caller to look up (frameio.structure, frameio.uploads).
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx

from frameio.answers import Json, JsonObject, body_of, garbled, raise_for_response, unreachable
from frameio.errors import NotFound, RateLimited, Unavailable
from frameio.http import api_client
from frameio.shapes import (
    Account,
    File,
    Folder,
    Placeholder,
    Project,
    UploadStatus,
    User,
    Workspace,
    data_of,
    optional_text,
    rows,
)

TRIES = 4
LONGEST_PAUSE = 20.0  # seconds; who is asked to wait longer gives the job back instead


class FrameioClient:
    """One connection to Frame.io as one user. Raises `frameio.errors.FrameioError` only."""

    def __init__(
        self,
        api_url: str,
        auth: httpx.Auth,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._http = api_client(api_url, auth, transport)
        self._sleep = sleep
        self._jitter = jitter

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    # --- Who and where ---------------------------------------------------------------------------
    def me(self) -> User:
        return User.parse(self._get("/v4/me", "say who is logged in"))

    def accounts(self) -> list[Account]:
        return [Account.parse(row) for row in self._pages("/v4/accounts", "list the accounts")]

    def workspaces(self, account_id: str) -> list[Workspace]:
        path = _path("accounts", account_id, "workspaces")
        return [Workspace.parse(row) for row in self._pages(path, "list the workspaces")]

    def projects(self, account_id: str, workspace_id: str) -> list[Project]:
        path = _path("accounts", account_id, "workspaces", workspace_id, "projects")
        return [Project.parse(row) for row in self._pages(path, "list the projects")]

    def project(self, account_id: str, project_id: str) -> Project:
        path = _path("accounts", account_id, "projects", project_id)
        return Project.parse(self._get(path, "find the project"))

    def create_project(self, account_id: str, workspace_id: str, name: str) -> Project:
        path = _path("accounts", account_id, "workspaces", workspace_id, "projects")
        return Project.parse(self._create(path, {"name": name}, f"make the project {name!r}"))

    # --- Folders ---------------------------------------------------------------------------------
    def folder(self, account_id: str, folder_id: str) -> Folder:
        path = _path("accounts", account_id, "folders", folder_id)
        return Folder.parse(self._get(path, "find the folder"))

    def folders(self, account_id: str, parent_id: str) -> list[Folder]:
        path = _path("accounts", account_id, "folders", parent_id, "folders")
        found = self._pages(path, "list the folders", page_size=500)
        return [Folder.parse(row) for row in found]

    def create_folder(self, account_id: str, parent_id: str, name: str) -> Folder:
        path = _path("accounts", account_id, "folders", parent_id, "folders")
        return Folder.parse(self._create(path, {"name": name}, f"make the folder {name!r}"))

    # --- Files -----------------------------------------------------------------------------------
    def files_in(self, account_id: str, folder_id: str) -> list[File]:
        path = _path("accounts", account_id, "folders", folder_id, "files")
        found = self._pages(path, "list the files", page_size=500)
        return [File.parse(row) for row in found]

    def file(self, account_id: str, file_id: str) -> File:
        return File.parse(self._get(_path("accounts", account_id, "files", file_id), "find it"))

    def create_local_upload(
        self, account_id: str, folder_id: str, name: str, size: int
    ) -> Placeholder:
        path = _path("accounts", account_id, "folders", folder_id, "files", "local_upload")
        wanted: JsonObject = {"name": name, "file_size": size}
        return Placeholder.parse(self._create(path, wanted, f"make room for {name!r}"))

    def create_remote_upload(
        self, account_id: str, folder_id: str, name: str, source_url: str
    ) -> File:
        path = _path("accounts", account_id, "folders", folder_id, "files", "remote_upload")
        wanted: JsonObject = {"name": name, "source_url": source_url}
        return File.parse(self._create(path, wanted, f"fetch {name!r}"))

    def status(self, account_id: str, file_id: str) -> UploadStatus:
        path = _path("accounts", account_id, "files", file_id, "status")
        return UploadStatus.parse(self._get(path, "say how far the upload is"))

    def delete_file(self, account_id: str, file_id: str) -> None:
        """Gone already is as good as gone."""
        path = _path("accounts", account_id, "files", file_id)
        try:
            self._patiently("DELETE", path, "delete the file")
        except NotFound:
            return

    # --- The wire --------------------------------------------------------------------------------
    def _get(self, path: str, doing: str) -> JsonObject:
        return data_of(self._patiently("GET", path, doing))

    def _create(self, path: str, wanted: JsonObject, doing: str) -> JsonObject:
        return data_of(self._request("POST", path, doing, body={"data": wanted}))

    def _pages(self, path: str, doing: str, *, page_size: int = 100) -> Iterator[JsonObject]:
        """Every row of every page. `links.next` carries the cursor and nothing else, so only the
        cursor is taken from it and all that we asked is asked again.
        """
        params = {"page_size": str(page_size)}
        seen: set[str] = set()
        while True:
            body = self._patiently("GET", path, doing, params=params)
            yield from rows(body, "data")
            cursor = _cursor(body)
            if cursor is None:
                return
            if cursor in seen:
                raise Unavailable(f"Frame.io goes round in circles and could not {doing}.")
            seen.add(cursor)
            params["after"] = cursor

    def _patiently(
        self, method: str, path: str, doing: str, *, params: Mapping[str, str] | None = None
    ) -> Json:
        """For what may be done twice."""
        for count in range(TRIES - 1):
            try:
                return self._request(method, path, doing, params=params)
            except (RateLimited, Unavailable) as error:
                pause = 2**count * self._jitter(0.5, 1.0)
                if error.retry_after is not None:
                    pause = error.retry_after.total_seconds() + self._jitter(0.0, 0.5)
                if pause > LONGEST_PAUSE:
                    raise
            self._sleep(pause)
        return self._request(method, path, doing, params=params)

    def _request(
        self,
        method: str,
        path: str,
        doing: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Json = None,
    ) -> Json:
        """`doing` completes "Frame.io could not ..."."""
        try:
            response = self._http.request(method, path, params=params, json=body)
        except httpx.RequestError as error:
            raise unreachable("Frame.io", self._http.base_url.host, error) from error
        raise_for_response(response, doing)
        answer = body_of(response)
        return garbled() if answer is None and response.content else answer


def _path(*segments: str) -> str:
    """Ids are UUIDs, or `adobe:...` on accounts with Adobe's storage."""
    return "/v4/" + "/".join(quote(segment, safe=":") for segment in segments)


def _cursor(body: Json) -> str | None:
    links = body.get("links") if isinstance(body, dict) else None
    following = optional_text(links, "next") if isinstance(links, dict) else None
    return httpx.URL(following).params.get("after") if following else None
