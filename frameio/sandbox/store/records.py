"""Rows of the store. Times are seconds since 1970, sizes bytes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class User:
    seq: int
    id: str
    name: str
    email: str


@dataclass(frozen=True)
class Account:
    seq: int
    id: str
    display_name: str
    created_at: float
    updated_at: float


@dataclass(frozen=True)
class Workspace:
    seq: int
    id: str
    account_id: str
    name: str
    created_at: float
    updated_at: float


@dataclass(frozen=True)
class Project:
    seq: int
    id: str
    account_id: str
    workspace_id: str
    root_folder_id: str
    name: str
    restricted: int
    created_at: float
    updated_at: float


@dataclass(frozen=True)
class Asset:
    """A folder, a file or a version stack; `parent_id` is null for a project's root folder only."""

    seq: int
    id: str
    type: str
    account_id: str
    project_id: str
    parent_id: str | None
    name: str
    created_at: float
    updated_at: float
    file_size: int
    media_type: str | None
    first_part_at: float | None
    complete_at: float | None
    sha256: str | None
    stack_position: int | None
    failed_at: float | None
    stays: str | None


@dataclass(frozen=True)
class Part:
    file_id: str
    number: int
    size: int
    arrived_at: float | None


@dataclass(frozen=True)
class Comment:
    """`timestamp` and `duration` count frames; `anchor` is JSON; a reply has a parent."""

    seq: int
    id: str
    file_id: str
    parent_id: str | None
    owner_id: str
    owner: str
    text: str
    timestamp: int | None
    duration: int | None
    page: int | None
    annotation: str | None
    anchor: str | None
    text_edited_at: float | None
    completed_at: float | None
    completer_id: str | None
    created_at: float
    updated_at: float


@dataclass(frozen=True)
class FieldDefinition:
    """`configuration` is JSON; what is not mutable is the vendor's own."""

    seq: int
    id: str
    account_id: str
    name: str
    field_type: str
    configuration: str
    mutable: int
    created_at: float
    updated_at: float


@dataclass(frozen=True)
class Share:
    """`settings` is JSON; `token` ends the short address."""

    seq: int
    id: str
    account_id: str
    project_id: str
    collection_id: str
    token: str
    name: str
    settings: str
    created_at: float
    updated_at: float


@dataclass(frozen=True)
class Webhook:
    """`events` are names, separated by blanks."""

    seq: int
    id: str
    account_id: str
    workspace_id: str
    name: str
    url: str
    events: str
    active: int
    secret: str
    created_at: float
    updated_at: float


@dataclass(frozen=True)
class Grant:
    """What a token or a login code stands for."""

    id: str
    scope: str
    expires_at: float
