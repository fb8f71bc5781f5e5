"""Rows as the JSON documents of the V4 API."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from frameio.sandbox.fields import metadata_of
from frameio.sandbox.media import media_url
from frameio.sandbox.site import Site
from frameio.sandbox.store.records import Account, Asset, Project, User, Workspace

Document: TypeAlias = dict[str, object]
Status = Literal["created", "uploaded", "transcoded"]
NOTHING: Set[str] = frozenset()
TRANSCODES = ("high_quality", "efficient", "video_h264_180")
THUMBNAILS = ("thumbnail", "thumbnail_high_quality")
PICTURES = (*THUMBNAILS, "scrub_sheet")


def timestamp(moment: float | None) -> str | None:
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def status_of(file: Asset, site: Site) -> Status:
    """Follows from the clock, so that nothing has to run for it."""
    whole = None if file.complete_at is None else file.complete_at + site.options.uploaded_after
    if whole is None or site.clock() < whole or file.stays == "created":
        return "created"
    ready = site.clock() >= whole + site.options.transcoded_after
    return "transcoded" if ready and file.stays != "uploaded" else "uploaded"


def view_url(base: str, asset: Asset) -> str:
    if asset.type == "folder":
        return f"{base}/project/{asset.project_id}/{asset.id}"
    return f"{base}/project/{asset.project_id}/view/{asset.id}"


@dataclass(frozen=True)
class Documents:
    site: Site
    base: str
    """`http://host:port` that addresses in the documents begin with."""

    def profile(self, user: User) -> Document:
        return {"id": user.id, "name": user.name, "email": user.email, "avatar_url": None}

    def user(self, user: User | None = None) -> Document:
        """The one who logs in, unless another is given: everything here was made by them."""
        user = user or self.site.store.people.user()
        return {**self.profile(user), "active": True, "adobe_user_id": None}

    def account(self, account: Account) -> Document:
        return {
            "id": account.id,
            "display_name": account.display_name,
            "roles": ["owner"],
            "image": None,
            "storage_limit": None,
            "storage_usage": self.site.store.people.storage_of(account_id=account.id),
            "created_at": timestamp(account.created_at),
            "updated_at": timestamp(account.updated_at),
        }

    def workspace(self, workspace: Workspace, include: Set[str] = NOTHING) -> Document:
        document: Document = {
            "id": workspace.id,
            "name": workspace.name,
            "account_id": workspace.account_id,
            "created_at": timestamp(workspace.created_at),
            "updated_at": timestamp(workspace.updated_at),
        }
        return document | ({"creator": self.user()} if "creator" in include else {})

    def project(self, project: Project, include: Set[str] = NOTHING) -> Document:
        storage = self.site.store.people.storage_of(
            account_id=project.account_id, project_id=project.id
        )
        document: Document = {
            "id": project.id,
            "name": project.name,
            "description": None,
            "status": "active",
            "restricted": bool(project.restricted),
            "storage": storage,
            "workspace_id": project.workspace_id,
            "root_folder_id": project.root_folder_id,
            "view_url": f"{self.base}/project/{project.id}",
            "created_at": timestamp(project.created_at),
            "updated_at": timestamp(project.updated_at),
        }
        return document | ({"owner": self.user()} if "owner" in include else {})

    def asset(self, asset: Asset, include: Set[str] = NOTHING) -> Document:
        if asset.type == "folder":
            return self.folder(asset, include)
        if asset.type == "version_stack":
            return self.stack(asset, include)
        return self.file(asset, include)

    def folder(self, folder: Asset, include: Set[str] = NOTHING) -> Document:
        own = {"cover_file_id": None, "restricted": False}
        return self._common(folder) | own | self._included(folder, include)

    def stack(self, stack: Asset, include: Set[str] = NOTHING) -> Document:
        head = self.site.store.assets.head(stack)
        own: Document = {"head_version": self.file(head, include)}
        return self._common(stack) | own | self._included(stack, include)

    def file(self, file: Asset, include: Set[str] = NOTHING) -> Document:
        own: Document = {
            "status": status_of(file, self.site),
            "media_type": file.media_type,
            "file_size": file.file_size,
        }
        return self._common(file) | own | self._included(file, include) | self._media(file, include)

    def upload_status(self, file: Asset) -> Document:
        complete = status_of(file, self.site) != "created"
        done = (file.complete_at or 0) + self.site.options.uploaded_after
        return {
            "id": file.id,
            "filetype": file.media_type or "application/octet-stream",
            "uploaded_at": timestamp(file.first_part_at),
            "upload_completed_at": timestamp(done) if complete else None,
            "upload_complete": complete,
            "upload_failed": file.failed_at is not None,
        }

    def _common(self, asset: Asset) -> Document:
        return {
            "id": asset.id,
            "type": asset.type,
            "name": asset.name,
            "project_id": asset.project_id,
            "parent_id": asset.parent_id,
            "view_url": view_url(self.base, asset),
            "created_at": timestamp(asset.created_at),
            "updated_at": timestamp(asset.updated_at),
        }

    def _included(self, asset: Asset, include: Set[str]) -> Document:
        document: Document = {}
        if "creator" in include:
            document["creator"] = self.user()
        if "metadata" in include:
            document["metadata"] = metadata_of(self.site.store, asset)
        project = self.site.store.people.project(asset.project_id)
        if "project" in include and project is not None:
            document["project"] = self.project(project)
        return document

    def _media(self, file: Asset, include: Set[str]) -> Document:
        links = {name: self._link(file, name) for name in (*TRANSCODES, *PICTURES, "original")}
        wanted = {name: link for name, link in links.items() if f"media_links.{name}" in include}
        return {"media_links": wanted} if wanted else {}

    def _link(self, file: Asset, name: str) -> Document | None:
        """Transcodes are the file itself, and a thumbnail is drawn, once there would be any."""
        download = media_url(self.site, self.base, file, "download")
        if name == "original":
            inline = media_url(self.site, self.base, file, "inline")
            return {"download_url": download, "inline_url": inline}
        kind = (file.media_type or "").partition("/")[0]
        kinds = {"video", "image"} if name in THUMBNAILS else {"video"}
        if name == "scrub_sheet" or kind not in kinds:
            return None
        if status_of(file, self.site) != "transcoded":
            return None
        if name in THUMBNAILS:
            picture = media_url(self.site, self.base, file, "thumbnail")
            return {"download_url": picture, "url": picture}
        return {"download_url": download, "url": media_url(self.site, self.base, file, "inline")}
