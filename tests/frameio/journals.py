"""Journals for uploads: one in memory, and one on disk that survives a SIGKILL."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from frameio.journal import Begun
from frameio.shapes import Placeholder


@dataclass
class PaperJournal:
    """`events` is what was written, in order."""

    begun: Begun | None = None
    anothers: set[str] = field(default_factory=set)
    graves: list[tuple[str, str]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def load(self) -> Begun | None:
        return self.begun

    def beginning(self, begun: Begun) -> None:
        self.begun = begun
        self.events.append("beginning")

    def started(self, placeholder: Placeholder) -> None:
        assert self.begun is not None
        self.begun = replace(self.begun, placeholder=placeholder, sent=frozenset())
        self.events.append(f"started {placeholder.file_id}")

    def sent(self, number: int) -> None:
        assert self.begun is not None
        self.begun = replace(self.begun, sent=self.begun.sent | {number})
        self.events.append(f"sent {number}")

    def forgotten(self) -> None:
        self.begun = None
        self.events.append("forgotten")

    def doom(self, account_id: str, file_ids: Sequence[str]) -> None:
        self.begun = None
        self.graves += [(account_id, file_id) for file_id in file_ids]
        self.events.append("doomed")

    def doomed(self) -> list[tuple[str, str]]:
        return list(self.graves)

    def buried(self, file_id: str) -> None:
        self.graves = [grave for grave in self.graves if grave[1] != file_id]
        self.events.append(f"buried {file_id}")

    def is_anothers(self, file_id: str) -> bool:
        return file_id in self.anothers


@dataclass
class FileJournal:
    """One line an event, in one file."""

    path: Path

    def load(self) -> Begun | None:
        begun: Begun | None = None
        for line in self.path.read_text().splitlines() if self.path.exists() else []:
            kind, value = json.loads(line)
            match kind:
                case "beginning":
                    begun = Begun.parse(value)
                case "started" if begun:
                    begun = replace(begun, placeholder=Placeholder.parse(value))
                case "sent" if begun:
                    begun = replace(begun, sent=begun.sent | {value})
        return begun

    def beginning(self, begun: Begun) -> None:
        self.path.unlink(missing_ok=True)
        self._add("beginning", begun.as_json())

    def started(self, placeholder: Placeholder) -> None:
        self._add("started", placeholder.as_json())

    def sent(self, number: int) -> None:
        self._add("sent", number)

    def forgotten(self) -> None:
        self.path.unlink(missing_ok=True)

    def doom(self, account_id: str, file_ids: Sequence[str]) -> None:
        raise NotImplementedError("the tests that use it discard nothing")

    def doomed(self) -> list[tuple[str, str]]:
        return []

    def buried(self, file_id: str) -> None:
        raise NotImplementedError("the tests that use it discard nothing")

    def is_anothers(self, file_id: str) -> bool:
        return False

    def _add(self, kind: str, value: object) -> None:
        with self.path.open("a") as book:
            book.write(json.dumps([kind, value]) + "\n")
