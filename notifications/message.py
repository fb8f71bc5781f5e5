"""What is to be told, in plain text; how it looks is each channel's business."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["success", "error", "info"]


@dataclass(frozen=True)
class Picture:
    """`kind` is a media type."""

    name: str
    kind: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Message:
    """`url` is where the title leads. `fields` are (name, value); those without a value are left
    out. `links` are (name, address) of more that people may open: for the team alone, so that they
    are not in the log. A channel that shows no pictures leaves `picture` out. No markup anywhere: a
    channel that has one makes the texts harmless."""

    title: str
    text: str = ""
    url: str = ""
    level: Level = "info"
    fields: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    at: datetime | None = None
    picture: Picture | None = None
