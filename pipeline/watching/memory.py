from dataclasses import dataclass, field
from typing import NamedTuple

from lucidlink.listing import Found
from lucidlink.validator import Finished


class Absent(NamedTuple):
    since: float
    passes: int


@dataclass
class Memory:
    """What is kept of one folder between two looks; all of it can be had again from the database.
    Of a file that is neither waited for nor missed, that is nothing.

    had_files   whether the ledger has any that ought to be there
    in_step_at  when it was last made sure that the ledger has the same files waiting
    compared    whether a complete pass was held against the whole ledger
    away        why the folder is away, as the ledger has it for the files that wait
    pending     files that are not finished, as they were when last seen
    reasons     why they are not, as the ledger has it
    ready       those of them that have been quiet long enough, to be examined and handed over
    not_before  when such a one is tried again, if it could not be handed over
    passes      how many complete passes there were
    found_in    in which of them a pending file was found
    absent      files that the last complete pass did not see: since when, and in how many
    suspicion   why absent files are not taken to be gone, in words
    is_stale    the ledger was changed under us: look at everything anew
    """

    finished: Finished
    had_files: bool
    in_step_at: float
    compared: bool = False
    away: str = ""
    pending: dict[str, Found] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    ready: dict[str, Found] = field(default_factory=dict)
    not_before: dict[str, float] = field(default_factory=dict)
    passes: int = 0
    found_in: dict[str, int] = field(default_factory=dict)
    absent: dict[str, Absent] = field(default_factory=dict)
    suspicion: str = ""
    is_stale: bool = False

    def let_go(self, key: str) -> None:
        """It is not waited for any more."""
        self.pending.pop(key, None)
        self.reasons.pop(key, None)
        self.ready.pop(key, None)
        self.not_before.pop(key, None)
        self.found_in.pop(key, None)
        self.finished.forget(key)
