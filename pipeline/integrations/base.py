"""What a place that renders go to has to be able to do: three methods.

A new one is a class here-like and a line in `settings.INTEGRATIONS`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Protocol, TypeAlias

from django_stubs_ext import StrOrPromise

from pipeline.models import Project

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Memory(Protocol):
    """What an integration finds again after a crash, kept with the delivery.

    Each call that writes is one write fenced by the job's lease; it raises
    `pipeline.jobs.LeaseLost` when the job is no longer ours, and then nothing may be sent.
    None forgets a value. `is_kept_elsewhere`: another unfinished delivery to the same place
    remembers that value.
    """

    def get(self, key: str) -> Json: ...
    def keep(self, **values: Json) -> None: ...
    def get_secret(self, key: str) -> Json: ...
    def keep_secret(self, **values: Json) -> None: ...
    def is_kept_elsewhere(self, key: str, value: Json) -> bool: ...


@dataclass(frozen=True)
class Earlier:
    """A version that is there already."""

    remote_id: str
    number: int


def no_limit() -> None: ...


@dataclass(frozen=True)
class ReviewWanted:
    """A link of the file's own, for people outside. Open for so many `days`; 0: without end."""

    secure: bool
    days: int
    downloads: bool


@dataclass(frozen=True)
class MediaFile:
    """A finished render and where it shall go.

    `report(n)` is told of each `n` bytes sent (from any thread); it raises when the job was
    cancelled or lost, and the exception must end `process_file`.
    `account` and `remote_project` are the project's ids at the integration; `fetched` when it is
    to fetch the file itself. `bytes_per_second` says, at any time, how fast all uploads of this
    machine may go together (None: no limit). `note` puts a sentence into the job's history.

    Files with one `shot` are versions of one another; `number` says which comes first. `earlier`
    are those that were delivered to the same folders, `replaces` the remote ids of those that
    shall go once this one is there. `metadata` is to be written beside the file, by the name of
    the field. `approved`: reviewers have said so at one of the places it is at already.
    """

    path: Path
    name: str
    size: int
    mtime_ns: int
    project: str
    fields: Mapping[str, str]
    folders: tuple[str, ...]
    account: int | None
    remote_project: str
    memory: Memory = field(repr=False)
    report: Callable[[int], None] = field(repr=False)
    note: Callable[[str], None] = field(repr=False)
    bytes_per_second: Callable[[], int | None] = field(default=no_limit, repr=False)
    fetched: bool = False
    existing_folders_only: bool = False
    shot: str = ""
    number: int = 1
    stack_versions: bool = False
    earlier: tuple[Earlier, ...] = ()
    replaces: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    review: ReviewWanted | None = None
    approved: bool = False


@dataclass(frozen=True)
class Receipt:
    """What is at the other end now, and where people see it. `notes` go into the history.
    `review_url` is the link that was wanted for people outside, if it could be made.
    """

    remote_id: str
    url: str
    notes: tuple[str, ...] = ()
    review_url: str = ""


class IntegrationError(Exception):
    """It did not go up. The message is for a producer: the thing, the cause, what to do next.

    `permanent`: trying again cannot help. `retry_after`: the other side said when to come back.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


class NeedsLogin(IntegrationError):
    """A person has to log in again; the job waits and costs no attempt."""


class NotSetUp(IntegrationError):
    """The project lacks a setting; the job waits for the person who gives it."""


class SourceChanged(IntegrationError):
    """The file is no longer the one that was taken in: it was written to since."""


class SourceAway(IntegrationError):
    """The file is not there or cannot be read now; the job waits and costs no attempt."""


class PlaceAway(IntegrationError):
    """The place cannot take anything now; the job waits, looks again and costs no attempt."""


class Occupied(IntegrationError):
    """Something else is there under that name; the job waits for a person."""


class NotYet(IntegrationError):
    """The file's time has not come here; the job ends, and is opened again when it has."""


class BaseIntegration(ABC):
    """Used as: `initialize`, `process_file` or `discard`, `cleanup`.

    `label` is its name for people. `moves`: what has arrived can be moved there, when the memory
    has it as `arrived` (pipeline.putting_right).
    """

    label: ClassVar[StrOrPromise]
    moves: ClassVar[bool] = False

    @classmethod
    def problems(cls, project: Project) -> Mapping[str, str]:  # noqa: ARG003  most need nothing
        """What of the project's settings cannot be: a sentence for each field. Asked when the
        project's form is saved, so it must not wait long.
        """
        return {}

    @classmethod
    def prepare(cls, project: Project) -> str:  # noqa: ARG003  most need nothing
        """Make the place ready, once the project's settings are saved. Gives what still stands in
        the way, in words; nothing when nothing does.
        """
        return ""

    @abstractmethod
    def initialize(self) -> None:
        """Open what is needed. If it raises, `cleanup` is not called."""

    @abstractmethod
    def process_file(self, file: MediaFile) -> Receipt:
        """Deliver it. Safe to call again for the same file, whatever became of the last call."""

    def discard(self, file: MediaFile) -> None:  # noqa: B027  a place may have nothing to discard
        """Take away what was left half made: the job was cancelled. Safe to call again."""

    @abstractmethod
    def cleanup(self) -> None:
        """Close it. Called whatever the others did; raises nothing."""
