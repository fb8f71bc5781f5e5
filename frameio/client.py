"""Frame.io's API, one short method an endpoint. https://api.frame.io/v4/openapi.json"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from frameio.answers import JsonObject
from frameio.shapes import (
    Account,
    Comment,
    FieldDefinition,
    FieldValue,
    File,
    Folder,
    Placeholder,
    Project,
    RegisteredWebhook,
    Share,
    UploadStatus,
    User,
    VersionStack,
    Workspace,
    data_of,
    rows,
    text,
    thumbnail_of,
)
from frameio.wire import Wire
from frameio.wire import path_of as _path


class FrameioClient(Wire):
    """One connection to Frame.io as one user. Raises `frameio.errors.FrameioError` only."""

    # --- Who and where ---------------------------------------------------------------------------
    def me(self) -> User:
        return User.parse(self._get("/v4/me", _("say who is logged in")))

    def accounts(self) -> list[Account]:
        return [Account.parse(row) for row in self._pages("/v4/accounts", _("list the accounts"))]

    def workspaces(self, account_id: str) -> list[Workspace]:
        path = _path("accounts", account_id, "workspaces")
        return [Workspace.parse(row) for row in self._pages(path, _("list the workspaces"))]

    def workspace(self, account_id: str, workspace_id: str) -> Workspace:
        path = _path("accounts", account_id, "workspaces", workspace_id)
        return Workspace.parse(self._get(path, _("find the workspace")))

    def all_projects(self, account_id: str) -> list[Project]:
        path = _path("accounts", account_id, "projects")
        return [Project.parse(row) for row in self._pages(path, _("list the projects"))]

    def projects(self, account_id: str, workspace_id: str) -> list[Project]:
        path = _path("accounts", account_id, "workspaces", workspace_id, "projects")
        return [Project.parse(row) for row in self._pages(path, _("list the projects"))]

    def project(self, account_id: str, project_id: str) -> Project:
        path = _path("accounts", account_id, "projects", project_id)
        return Project.parse(self._get(path, _("find the project")))

    def create_project(self, account_id: str, workspace_id: str, name: str) -> Project:
        path = _path("accounts", account_id, "workspaces", workspace_id, "projects")
        return Project.parse(
            self._create(path, {"name": name}, _("make the project %(name)r") % {"name": name})
        )

    # --- Folders ---------------------------------------------------------------------------------
    def folder(self, account_id: str, folder_id: str) -> Folder:
        path = _path("accounts", account_id, "folders", folder_id)
        return Folder.parse(self._get(path, _("find the folder")))

    def folders(self, account_id: str, parent_id: str) -> list[Folder]:
        path = _path("accounts", account_id, "folders", parent_id, "folders")
        found = self._pages(path, _("list the folders"), page_size=500)
        return [Folder.parse(row) for row in found]

    def create_folder(self, account_id: str, parent_id: str, name: str) -> Folder:
        path = _path("accounts", account_id, "folders", parent_id, "folders")
        return Folder.parse(
            self._create(path, {"name": name}, _("make the folder %(name)r") % {"name": name})
        )

    # --- Files -----------------------------------------------------------------------------------
    def files_in(self, account_id: str, folder_id: str, *, creators: bool = False) -> list[File]:
        path = _path("accounts", account_id, "folders", folder_id, "files")
        asked = {"include": "creator"} if creators else {}
        found = self._pages(path, _("list the files"), page_size=500, params=asked)
        return [File.parse(row) for row in found]

    def file(self, account_id: str, file_id: str) -> File:
        return File.parse(self._get(_path("accounts", account_id, "files", file_id), _("find it")))

    def thumbnail(self, account_id: str, file_id: str) -> str:
        """The address of its picture, empty while there is none. It is a key: kept nowhere."""
        path = _path("accounts", account_id, "files", file_id)
        asked = {"include": "media_links.thumbnail"}
        return thumbnail_of(self._get(path, _("find its thumbnail"), params=asked))

    def create_local_upload(
        self, account_id: str, folder_id: str, name: str, size: int
    ) -> Placeholder:
        path = _path("accounts", account_id, "folders", folder_id, "files", "local_upload")
        wanted: JsonObject = {"name": name, "file_size": size}
        return Placeholder.parse(
            self._create(path, wanted, _("make room for %(name)r") % {"name": name})
        )

    def create_remote_upload(
        self, account_id: str, folder_id: str, name: str, source_url: str
    ) -> File:
        path = _path("accounts", account_id, "folders", folder_id, "files", "remote_upload")
        wanted: JsonObject = {"name": name, "source_url": source_url}
        return File.parse(self._create(path, wanted, _("fetch %(name)r") % {"name": name}))

    def status(self, account_id: str, file_id: str) -> UploadStatus:
        path = _path("accounts", account_id, "files", file_id, "status")
        return UploadStatus.parse(self._get(path, _("say how far the upload is")))

    def delete_file(self, account_id: str, file_id: str) -> None:
        """Gone already is as good as gone."""
        self._delete(_path("accounts", account_id, "files", file_id), _("delete the file"))

    def move_file(self, account_id: str, file_id: str, parent_id: str) -> File:
        """Into a folder, or on top of a version stack."""
        path = _path("accounts", account_id, "files", file_id, "move")
        wanted: JsonObject = {"data": {"parent_id": parent_id}}
        return File.parse(data_of(self._patiently("PATCH", path, _("move the file"), body=wanted)))

    # --- Version stacks --------------------------------------------------------------------------
    def version_stack(self, account_id: str, stack_id: str) -> VersionStack:
        path = _path("accounts", account_id, "version_stacks", stack_id)
        return VersionStack.parse(self._get(path, _("find the version stack")))

    def stacked_files(self, account_id: str, stack_id: str) -> list[File]:
        """The order is not promised to be that of the stack."""
        path = _path("accounts", account_id, "version_stacks", stack_id, "children")
        return [File.parse(row) for row in self._pages(path, _("list the versions"))]

    def create_version_stack(
        self, account_id: str, folder_id: str, file_ids: Sequence[str]
    ) -> VersionStack:
        """Of 2 to 10 files in that folder, the oldest first."""
        path = _path("accounts", account_id, "folders", folder_id, "version_stacks")
        wanted: JsonObject = {"file_ids": list(file_ids)}
        return VersionStack.parse(self._create(path, wanted, _("stack the versions")))

    # --- Comments --------------------------------------------------------------------------------
    def comments(self, account_id: str, file_id: str, *, timecode: bool = False) -> list[Comment]:
        """The oldest first; `timecode` instead of frames."""
        path = _path("accounts", account_id, "files", file_id, "comments")
        asked = {
            "include": "owner,replies",
            "sort": "created_at_asc",
            "timestamp_as_timecode": str(timecode).lower(),
        }
        return [
            Comment.parse(row) for row in self._pages(path, _("list the comments"), params=asked)
        ]

    def comment(self, account_id: str, comment_id: str) -> Comment:
        path = _path("accounts", account_id, "comments", comment_id)
        return Comment.parse(
            self._get(path, _("find the comment"), params={"include": "owner,replies"})
        )

    # --- Webhooks --------------------------------------------------------------------------------
    def webhooks(self, account_id: str, workspace_id: str) -> list[RegisteredWebhook]:
        path = _path("accounts", account_id, "workspaces", workspace_id, "webhooks")
        return [RegisteredWebhook.parse(row) for row in self._pages(path, _("list the webhooks"))]

    def create_webhook(
        self, account_id: str, workspace_id: str, name: str, url: str, events: Sequence[str]
    ) -> RegisteredWebhook:
        """With its secret, which is shown this once."""
        path = _path("accounts", account_id, "workspaces", workspace_id, "webhooks")
        wanted: JsonObject = {"name": name, "url": url, "events": list(events)}
        return RegisteredWebhook.parse(self._create(path, wanted, _("register the webhook")))

    def delete_webhook(self, account_id: str, webhook_id: str) -> None:
        self._delete(_path("accounts", account_id, "webhooks", webhook_id), _("remove the webhook"))

    # --- Share links -----------------------------------------------------------------------------
    def newest_shares(self, account_id: str, project_id: str) -> list[Share]:
        """The last hundred."""
        path = _path("accounts", account_id, "projects", project_id, "shares")
        asked = {"page_size": "100", "sort": "created_at_desc"}
        body = self._patiently("GET", path, _("list the share links"), params=asked)
        return [Share.parse(row) for row in rows(body, "data")]

    def create_share(self, account_id: str, project_id: str, wanted: JsonObject) -> Share:
        path = _path("accounts", account_id, "projects", project_id, "shares")
        return Share.parse(self._create(path, wanted, _("make the share link")))

    def share_assets(self, account_id: str, share_id: str) -> list[str]:
        """Their ids: files, folders and version stacks."""
        path = _path("accounts", account_id, "shares", share_id, "assets")
        return [text(row, "id") for row in self._pages(path, _("list what is shared"))]

    def add_share_asset(self, account_id: str, share_id: str, asset_id: str) -> None:
        path = _path("accounts", account_id, "shares", share_id, "assets")
        self._create(path, {"asset_id": asset_id}, _("add to the share link"))

    def reviewers(self, account_id: str, share_id: str) -> list[str]:
        """Their addresses."""
        path = _path("accounts", account_id, "shares", share_id, "reviewers")
        return [text(row, "email") for row in self._pages(path, _("list the reviewers"))]

    def add_reviewers(
        self, account_id: str, share_id: str, emails: Sequence[str], message: str
    ) -> None:
        """Up to ten. Each gets a mail, so it is not repeated."""
        path = _path("accounts", account_id, "shares", share_id, "reviewers")
        wanted: JsonObject = {"message": message, "reviewers": {"emails": list(emails)}}
        self._post(path, wanted, _("invite the reviewers"))

    # --- Metadata --------------------------------------------------------------------------------
    def field_definitions(self, account_id: str) -> list[FieldDefinition]:
        path = _path("accounts", account_id, "metadata", "field_definitions")
        found = self._pages(path, _("list the metadata fields"))
        return [FieldDefinition.parse(row) for row in found]

    def create_text_field(self, account_id: str, name: str) -> FieldDefinition:
        path = _path("accounts", account_id, "metadata", "field_definitions")
        wanted: JsonObject = {"name": name, "field_type": "text"}
        return FieldDefinition.parse(
            self._create(path, wanted, _("make the metadata field %(name)r") % {"name": name})
        )

    def set_metadata(
        self,
        account_id: str,
        project_id: str,
        file_ids: Sequence[str],
        values: Mapping[str, str],
    ) -> None:
        """`values` by id of the field; up to a hundred files."""
        path = _path("accounts", account_id, "projects", project_id, "metadata", "values")
        wanted: JsonObject = {
            "file_ids": list(file_ids),
            "values": [
                {"field_definition_id": field_id, "value": value}
                for field_id, value in values.items()
            ],
        }
        self._patiently("PATCH", path, _("set the metadata"), body={"data": wanted})

    def metadata(self, account_id: str, file_id: str) -> list[FieldValue]:
        path = _path("accounts", account_id, "files", file_id, "metadata")
        row = self._get(path, _("read the metadata"), params={"show_null": "true"})
        return [FieldValue.parse(entry) for entry in rows(row, "metadata")]
