"""Frame.io's resources as we use them, parsed where they come in.

Unknown fields are let be (the API grows); a missing one that we need is `Unavailable`, for then it
was not Frame.io that answered. https://api.frame.io/v4/openapi.json
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from frameio.answers import Json, JsonObject, garbled


@dataclass(frozen=True)
class User:
    id: str
    name: str
    email: str

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        return cls(id=text(row, "id"), name=text(row, "name"), email=text(row, "email"))


@dataclass(frozen=True)
class Account:
    id: str
    name: str

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        return cls(id=text(row, "id"), name=text(row, "display_name"))


@dataclass(frozen=True)
class Workspace:
    id: str
    name: str

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        return cls(id=text(row, "id"), name=text(row, "name"))


@dataclass(frozen=True)
class Project:
    id: str
    name: str
    workspace_id: str
    root_folder_id: str
    view_url: str

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        return cls(
            id=text(row, "id"),
            name=text(row, "name"),
            workspace_id=text(row, "workspace_id"),
            root_folder_id=text(row, "root_folder_id"),
            view_url=text(row, "view_url"),
        )


@dataclass(frozen=True)
class Folder:
    id: str
    name: str
    parent_id: str | None
    created_at: datetime
    view_url: str

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        return cls(
            id=text(row, "id"),
            name=text(row, "name"),
            parent_id=optional_text(row, "parent_id"),
            created_at=moment(row, "created_at"),
            view_url=text(row, "view_url"),
        )


@dataclass(frozen=True)
class File:
    """`status` goes created, uploaded, transcoded. `size` is in bytes.

    `creator_id` is empty unless it was asked for.
    """

    id: str
    name: str
    parent_id: str | None
    size: int
    status: str
    media_type: str | None
    created_at: datetime
    view_url: str
    creator_id: str = ""

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        creator = row.get("creator")
        return cls(
            id=text(row, "id"),
            name=text(row, "name"),
            parent_id=optional_text(row, "parent_id"),
            size=number(row, "file_size"),
            status=text(row, "status"),
            media_type=optional_text(row, "media_type"),
            created_at=moment(row, "created_at"),
            view_url=text(row, "view_url"),
            creator_id=(optional_text(creator, "id") or "") if isinstance(creator, dict) else "",
        )


@dataclass(frozen=True)
class VersionStack:
    """`head_id` is the file on top, the one people see."""

    id: str
    name: str
    parent_id: str | None
    head_id: str | None
    view_url: str

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        head = row.get("head_version")
        return cls(
            id=text(row, "id"),
            name=text(row, "name"),
            parent_id=optional_text(row, "parent_id"),
            head_id=text(head, "id") if isinstance(head, dict) else None,
            view_url=text(row, "view_url"),
        )


@dataclass(frozen=True)
class UploadStatus:
    complete: bool
    failed: bool

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        return cls(complete=flag(row, "upload_complete"), failed=flag(row, "upload_failed"))


@dataclass(frozen=True)
class Part:
    """A slice of the file: bytes `start` to `start + size`, and where it goes.

    `url` is a key to the storage: nowhere but in the journal, and there encrypted.
    """

    number: int
    start: int
    size: int
    url: str = field(repr=False)


@dataclass(frozen=True)
class Placeholder:
    """A file that Frame.io has made room for, and the parts it wants, in order.

    It wants none of what it fetches itself.
    """

    file_id: str
    name: str
    size: int
    media_type: str | None
    parts: tuple[Part, ...]

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        """From Frame.io's answer, or from what `as_json` made of it."""
        parts: list[Part] = []
        start = 0
        for count, entry in enumerate(rows(row, "upload_urls"), start=1):
            parts.append(Part(count, start, number(entry, "size"), text(entry, "url")))
            start += parts[-1].size
        return cls(
            file_id=text(row, "id"),
            name=text(row, "name"),
            size=number(row, "file_size"),
            media_type=optional_text(row, "media_type"),
            parts=tuple(parts),
        )

    def as_json(self) -> JsonObject:
        """For a journal. It holds the presigned addresses: encrypt it."""
        return {
            "id": self.file_id,
            "name": self.name,
            "file_size": self.size,
            "media_type": self.media_type,
            "upload_urls": [{"size": part.size, "url": part.url} for part in self.parts],
        }


@dataclass(frozen=True)
class Comment:
    """`at` is a frame, or a timecode (HH:MM:SS:FF), as was asked for. Replies have no replies."""

    id: str
    file_id: str
    text: str
    author: str
    at: int | str | None
    duration: int | None
    page: int | None
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    replies: "tuple[Comment, ...]" = ()

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        owner = row.get("owner")
        return cls(
            id=text(row, "id"),
            file_id=text(row, "file_id"),
            text=text(row, "text"),
            author=(optional_text(owner, "name") or "") if isinstance(owner, dict) else "",
            at=_frame_or_timecode(row),
            duration=_optional_number(row, "duration"),
            page=_optional_number(row, "page"),
            created_at=moment(row, "created_at"),
            updated_at=moment(row, "updated_at"),
            completed_at=optional_moment(row, "completed_at"),
            replies=tuple(map(Comment.parse, rows(row, "replies") if row.get("replies") else [])),
        )


@dataclass(frozen=True)
class RegisteredWebhook:
    """`secret` is there in the answer to its creation alone."""

    id: str
    name: str
    url: str
    events: tuple[str, ...]
    secret: str = field(repr=False)

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        events = row.get("events")
        return cls(
            id=text(row, "id"),
            name=text(row, "name"),
            url=text(row, "url"),
            events=tuple(map(str, events)) if isinstance(events, list) else garbled(),
            secret=optional_text(row, "secret") or "",
        )


@dataclass(frozen=True)
class Share:
    """A link for people to review; `url` is the short one."""

    id: str
    name: str
    url: str
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        return cls(
            id=text(row, "id"),
            name=optional_text(row, "name") or "",
            url=optional_text(row, "short_url") or "",
            created_at=moment(row, "created_at"),
            expires_at=optional_moment(row, "expiration"),
        )


@dataclass(frozen=True)
class FieldDefinition:
    """A metadata field of the account. Those of the system are not `mutable`."""

    id: str
    name: str
    type: str
    mutable: bool

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        return cls(
            text(row, "id"), text(row, "name"), text(row, "field_type"), flag(row, "mutable")
        )


@dataclass(frozen=True)
class FieldValue:
    """`value` for people: of a choice the names, separated by commas; empty when not set."""

    field_id: str
    name: str
    type: str
    value: str

    @classmethod
    def parse(cls, row: JsonObject) -> Self:
        return cls(
            field_id=text(row, "field_definition_id"),
            name=text(row, "field_definition_name"),
            type=text(row, "field_type"),
            value=_for_people(row.get("value")),
        )


def data_of(body: Json) -> JsonObject:
    """The `data` of an answer about one thing."""
    inner = body.get("data") if isinstance(body, dict) else None
    return inner if isinstance(inner, dict) else garbled()


def rows(row: Json, key: str) -> list[JsonObject]:
    found = row.get(key) if isinstance(row, dict) else None
    if not isinstance(found, list):
        garbled()
    return [entry if isinstance(entry, dict) else garbled() for entry in found]


def text(row: JsonObject, key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else garbled()


def thumbnail_of(file: JsonObject) -> str:
    """Empty while Frame.io has made none, or gives none to this login."""
    links = file.get("media_links")
    link = links.get("thumbnail") if isinstance(links, dict) else None
    if not isinstance(link, dict):
        return ""
    return optional_text(link, "url") or optional_text(link, "download_url") or ""


def optional_text(row: JsonObject, key: str) -> str | None:
    value = row.get(key)
    return value if isinstance(value, str | None) else garbled()


def _optional_number(row: JsonObject, key: str) -> int | None:
    return None if row.get(key) is None else number(row, key)


def _frame_or_timecode(row: JsonObject) -> int | str | None:
    at = row.get("timestamp")
    return at if isinstance(at, str) else _optional_number(row, "timestamp")


def _for_people(value: Json) -> str:
    if isinstance(value, list):
        return ", ".join(_for_people(entry) for entry in value)
    if isinstance(value, dict):
        return _for_people(value.get("display_name") or value.get("name") or value.get("id"))
    return "" if value is None else str(value)


def number(row: JsonObject, key: str) -> int:
    value = row.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        garbled()
    return value


def flag(row: JsonObject, key: str) -> bool:
    value = row.get(key)
    return value if isinstance(value, bool) else garbled()


def moment(row: JsonObject, key: str) -> datetime:
    try:
        return datetime.fromisoformat(text(row, key))
    except ValueError:
        garbled()


def optional_moment(row: JsonObject, key: str) -> datetime | None:
    return None if row.get(key) is None else moment(row, key)
