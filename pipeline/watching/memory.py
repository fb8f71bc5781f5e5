from dataclasses import dataclass, field

from lucidlink.scanner import Found
from lucidlink.validator import Settle
from pipeline.ledger import Known


@dataclass
class Memory:
    """What is kept of one folder between two looks; all of it can be had again from the database.

    known    what the ledger says of each key
    pending  files that are not finished, as they were when last seen
    reasons  why they are not, as the ledger has it
    missed   how many complete passes in a row had no such file
    is_stale the ledger was changed under us: load it again
    """

    known: dict[str, Known]
    loaded_at: float
    pending: dict[str, Found] = field(default_factory=dict)
    settle: Settle = field(default_factory=lambda: Settle(0))
    reasons: dict[str, str] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)
    is_stale: bool = False

    def let_go(self, key: str) -> None:
        """It is not waited for any more."""
        self.pending.pop(key, None)
        self.reasons.pop(key, None)
        self.settle.forget(key)
