"""The road to Frame.io as the tests walk it: short steps over real sockets."""

import hashlib
import random
from typing import Any, Self

import httpx

from tests.sandbox.running import Sandbox, plain_client

Document = dict[str, Any]  # JSON of the V4 API, read key by key
PRIVATE = {"x-amz-acl": "private"}


class Studio:
    """Somebody who is logged in, at the account and project of a fresh sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        token = sandbox.token()
        headers = {"authorization": f"Bearer {token}"}
        self.http = plain_client(base_url=f"{sandbox.url}/v4", headers=headers)
        self.bare = plain_client()
        account = self.get("/accounts")["data"][0]["id"]
        self.account = f"/accounts/{account}"
        self.project: Document = self.get(f"{self.account}/projects")["data"][0]
        self.root: str = self.project["root_folder_id"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.http.close()
        self.bare.close()

    def get(self, path: str, **query: str | int) -> Document:
        answer: Document = self.http.get(path, params=query).raise_for_status().json()
        return answer

    def folder_path(self, folder_id: str | None = None) -> str:
        return f"{self.account}/folders/{folder_id or self.root}"

    def file_path(self, file_id: str) -> str:
        return f"{self.account}/files/{file_id}"

    def stack_path(self, stack_id: str) -> str:
        return f"{self.account}/version_stacks/{stack_id}"

    def make_folder(self, name: str, parent: str | None = None) -> Document:
        answer = self.http.post(
            f"{self.folder_path(parent)}/folders", json={"data": {"name": name}}
        )
        folder: Document = answer.raise_for_status().json()["data"]
        return folder

    def announce(self, size: int, *, name: str = "shot.mov", folder: str | None = None) -> Document:
        """A file without bytes, with its upload addresses."""
        answer = self.http.post(
            f"{self.folder_path(folder)}/files/local_upload",
            json={"data": {"name": name, "file_size": size}},
        )
        file: Document = answer.raise_for_status().json()["data"]
        return file

    def put(self, file: Document, number: int, content: bytes) -> httpx.Response:
        """One part; the first is number 0."""
        return self.bare.put(
            file["upload_urls"][number]["url"],
            content=content,
            headers={"content-type": file["media_type"], **PRIVATE},
        )

    def upload(
        self, content: bytes, *, name: str = "shot.mov", folder: str | None = None
    ) -> Document:
        file = self.announce(len(content), name=name, folder=folder)
        for number, piece in enumerate(pieces(file, content)):
            self.put(file, number, piece).raise_for_status()
        return file

    def stack(self, files: list[str], folder: str | None = None) -> Document:
        """A version stack of files in that folder, the oldest first."""
        path = f"{self.folder_path(folder)}/version_stacks"
        answer = self.http.post(path, json={"data": {"file_ids": files}})
        stack: Document = answer.raise_for_status().json()["data"]
        return stack


def pieces(file: Document, content: bytes) -> list[bytes]:
    """The content cut as the upload addresses say."""
    cut, start = [], 0
    for entry in file["upload_urls"]:
        cut.append(content[start : start + entry["size"]])
        start += entry["size"]
    return cut


def sample(size: int, *, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
