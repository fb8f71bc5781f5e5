"""What an upload to Frame.io has done so far, kept with its delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from frameio.journal import Begun
from frameio.shapes import Placeholder
from pipeline.integrations.base import Json, Memory


@dataclass(frozen=True)
class Standing:
    """How far an unfinished upload is: `there` of its `parts`, of which there are none where
    Frame.io fetches the file. `begun_at`: when its first byte may have been sent, at the earliest.
    """

    there: int
    parts: int
    begun_at: datetime | None


def standing(memory: Mapping[str, object]) -> Standing:
    """By what is kept of it."""
    begun = memory.get("begun")
    at = begun.get("at") if isinstance(begun, dict) else None
    return Standing(
        there=int(str(memory.get("sent") or "0"), 16).bit_count(),
        parts=int(str(memory.get("parts") or "0")),
        begun_at=datetime.fromisoformat(at) if isinstance(at, str) else None,
    )


class DeliveryJournal:
    """`frameio.uploads.Journal` in a delivery's memory.

    The placeholder with its presigned addresses is written before the file's id is, so that who
    finds the id finds them too. `sent` has a bit for each of the `parts`: ten thousand are 2.5 kB.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._sent = int(str(memory.get("sent") or "0"), 16)

    def load(self) -> Begun | None:
        begun = self._memory.get("begun")
        if not isinstance(begun, dict):
            return None
        placeholder = self._placeholder()
        numbers = [part.number for part in placeholder.parts] if placeholder else []
        sent = frozenset(number for number in numbers if self._sent >> number & 1)
        return Begun.parse(begun, placeholder, sent)

    def _placeholder(self) -> Placeholder | None:
        kept = self._memory.get_secret("placeholder") if self._memory.get("file_id") else None
        return Placeholder.parse(kept) if isinstance(kept, dict) else None

    def beginning(self, begun: Begun) -> None:
        self._sent = 0
        self._memory.keep(begun=dict(begun.as_json()), file_id=None, sent=None, parts=None)

    def started(self, placeholder: Placeholder) -> None:
        self._memory.keep_secret(placeholder=dict(placeholder.as_json()))
        self._memory.keep(file_id=placeholder.file_id, parts=len(placeholder.parts))

    def sent(self, number: int) -> None:
        self._sent |= 1 << number
        self._memory.keep(sent=f"{self._sent:x}")

    def forgotten(self) -> None:
        self._sent = 0
        self._memory.keep(begun=None, file_id=None, sent=None, parts=None)

    def doom(self, account_id: str, file_ids: Sequence[str]) -> None:
        self._sent = 0
        pairs = [*self.doomed(), *((account_id, file_id) for file_id in file_ids)]
        self._memory.keep(begun=None, file_id=None, sent=None, parts=None, doomed=_as_json(pairs))

    def doomed(self) -> list[tuple[str, str]]:
        kept = self._memory.get("doomed")
        pairs = kept if isinstance(kept, list) else []
        return [(str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list)]

    def buried(self, file_id: str) -> None:
        self._memory.keep(doomed=_as_json([pair for pair in self.doomed() if pair[1] != file_id]))

    def is_anothers(self, file_id: str) -> bool:
        return self._memory.is_kept_elsewhere("file_id", file_id)


def _as_json(pairs: Sequence[tuple[str, str]]) -> Json:
    return [[account_id, file_id] for account_id, file_id in pairs] or None
