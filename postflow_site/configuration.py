"""`config/integrations.json`: what a site sets once, below the environment and above the defaults.

The whole file is checked against one schema, and all that is wrong with it is told at once. Its
lists `projects`, `rules`, `folders`, `mount_paths`, `upload_hours` and `channels`, and its
`limits`, are rows of the database: here only their form is checked, and `manage.py loadconfig`
(pipeline.configuration) does the rest.
"""

from pathlib import Path
from typing import Annotated, Final, TypeAlias

from django.core.exceptions import ImproperlyConfigured
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
)
from pydantic_core import ErrorDetails

Row: TypeAlias = dict[str, JsonValue]

LARGEST_FILE: Final = 5_000_000  # bytes


class BadConfiguration(ImproperlyConfigured):
    """Nothing may start with it. The message has a line for each fault: key, then reason."""


def _decided_by_frameio(_value: object) -> None:
    raise ValueError(
        "Frame.io decides how large the parts are, so there is nothing to set. For more at once,"
        " set FRAMEIO_PARTS_AT_ONCE; for a slower line, UPLOAD_BYTES_PER_SECOND."
    )


def _absolute(path: str) -> str:
    if path and not Path(path).is_absolute():
        raise ValueError("give the whole path, from the root")
    return path


def _https(address: str) -> str:
    if address and not address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise ValueError("a webhook's address begins with https://")
    return address


Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=1000)]
RemoteId: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{0,64}$")]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Frameio(Section):
    """`default_project_id`: for projects that have chosen none; `default_workspace_id`: where
    projects are made that name none. `upload_timeout`: seconds that Frame.io may stand still over
    a file. `max_retries`: tries after the first."""

    default_project_id: RemoteId = ""
    default_workspace_id: RemoteId = ""
    upload_timeout: Annotated[int, Field(ge=10, le=86_400)] = 600
    max_retries: Annotated[int, Field(ge=0, le=100)] = 11
    chunk_size: Annotated[None, BeforeValidator(_decided_by_frameio)] = None


class Lucidlink(Section):
    """Watched folders for `loadconfig`: `watch_directories` below `mount_path`."""

    mount_path: Annotated[str, AfterValidator(_absolute)] = ""
    watch_directories: list[Text] = []
    file_extensions: list[Annotated[str, Field(pattern=r"^\.?[A-Za-z0-9]+$")]] = []
    ignore_patterns: list[Annotated[str, Field(pattern=r"^\S+$")]] = []


class Notifications(Section):
    upload_success: bool = True
    upload_error: bool = True
    daily_summary: bool = True


class Discord(Section):
    webhook_url: Annotated[str, AfterValidator(_https)] = Field(default="", repr=False)
    enabled: bool = True
    notifications: Notifications = Notifications()


class Configuration(Section):
    frameio: Frameio = Frameio()
    lucidlink: Lucidlink = Lucidlink()
    discord: Discord = Discord()
    projects: list[Row] = []
    rules: list[Row] = []
    folders: list[Row] = []
    mount_paths: list[Row] = []
    upload_hours: list[Row] = []
    channels: list[Row] = []
    limits: Row = {}


def configuration_for_settings(path: str, *, named: bool) -> Configuration:
    """What the file at `path` says; the defaults where there is none, unless it was `named`."""
    if not path or not (named or Path(path).exists()):
        return Configuration()
    return read(Path(path))


def read(path: Path) -> Configuration:
    """Raises BadConfiguration with all that is wrong."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadConfiguration(f"{path} is larger than any configuration. Name the right file.")
        text = path.read_bytes()
    except OSError as error:
        raise BadConfiguration(
            f"The configuration {path} cannot be read: {error.strerror}. Check the path"
            " (POSTFLOW_CONFIG, or the one you gave) and the file's rights."
        ) from error
    try:
        return Configuration.model_validate_json(text)
    except ValidationError as error:  # from None: what stood in the file may be a secret
        raise BadConfiguration(_told(str(path), faults(error))) from None


def faults(error: ValidationError) -> list[tuple[str, str]]:
    """(key as `discord.webhook_url`, reason), without what was given: it may be a secret."""
    return [_fault(each) for each in error.errors(include_input=False, include_url=False)]


def _fault(each: ErrorDetails) -> tuple[str, str]:
    key = ".".join(str(part) for part in each["loc"])
    if each["type"] == "extra_forbidden":
        return key, f"there is no such key; known here: {', '.join(_known(each['loc'][:-1]))}"
    if each["type"] == "json_invalid":
        return "the file", f"is no JSON: {each.get('ctx', {}).get('error', '')}"
    return key, each["msg"].removeprefix("Value error, ")


def _known(place: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Configuration
    for part in place:
        inner = model.model_fields[str(part)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return [name for name in model.model_fields if name != "chunk_size"]


def _told(where: str, found: list[tuple[str, str]]) -> str:
    lines = [f"  {key}: {reason}" for key, reason in found]
    return "\n".join([f"{where} cannot be used. Mend, then start again:", *lines])
