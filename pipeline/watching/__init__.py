"""The bridge between what the mount shows and the ledger: which files are new, finished, gone.

Nothing here asks the mount anything: `lucidlink.watcher` does, in threads of its own, and hands
over what it saw. The truth is in the database; what is kept in memory only saves asking for it,
and is forgotten whenever the database failed us.
"""

from pipeline.watching.rounds import LONGEST_WAIT, Watching
from pipeline.watching.surroundings import Surroundings, with_lucidlink

__all__ = ["LONGEST_WAIT", "Surroundings", "Watching", "with_lucidlink"]
