"""The life of an upload job, and the only writer of `UploadJob.state`.

    waiting  held, with the reason in words; `run_after` says when to look again by itself
    pending  due when `run_after` is empty or past
    running  holds a lease (token and expiry), renewed by a heartbeat
    done, failed, cancelled

Each move is one conditional update and one JobEvent in one transaction: of two processes that try
the same move, one wins and the other is told so. The broker only carries wake-ups, which may be
lost, doubled or late; `pipeline.pump` puts right whatever went wrong with them.
"""

from pipeline.jobs.following import (
    ARRIVED,
    give_up_held,
    is_dropped,
    put_right,
    reopen,
    supersede,
)
from pipeline.jobs.keeping import (
    look_at_held_again,
    next_expiry,
    put_back,
    take_back_abandoned,
    top_up,
)
from pipeline.jobs.moves import (
    FOR_A_NAME,
    MOVES,
    SUPERSEDED,
    Hold,
    MoveRefused,
    State,
    move,
)
from pipeline.jobs.people import (
    MOST_URGENT,
    Rank,
    cancel,
    leave,
    let_go,
    rank,
    retry,
    retry_elsewhere,
    send_first,
)
from pipeline.jobs.waking import wake, wake_cleaner, wake_on_commit
from pipeline.jobs.working import (
    LEASE,
    LONGEST_DELAY,
    MAX_ATTEMPTS,
    Lease,
    LeaseLost,
    PlannedStop,
    assign,
    backoff,
    claim,
    claim_leftovers,
    cleaned_up,
    done,
    drop,
    due,
    fail,
    fenced,
    hold,
    later,
    leftovers,
    lost,
    note,
    release,
    renew,
)

__all__ = [
    "ARRIVED",
    "FOR_A_NAME",
    "LEASE",
    "LONGEST_DELAY",
    "MAX_ATTEMPTS",
    "MOST_URGENT",
    "MOVES",
    "SUPERSEDED",
    "Hold",
    "Lease",
    "LeaseLost",
    "MoveRefused",
    "PlannedStop",
    "Rank",
    "State",
    "assign",
    "backoff",
    "cancel",
    "claim",
    "claim_leftovers",
    "cleaned_up",
    "done",
    "drop",
    "due",
    "fail",
    "fenced",
    "give_up_held",
    "hold",
    "is_dropped",
    "later",
    "leave",
    "leftovers",
    "let_go",
    "look_at_held_again",
    "lost",
    "move",
    "next_expiry",
    "note",
    "put_back",
    "put_right",
    "rank",
    "release",
    "renew",
    "reopen",
    "retry",
    "retry_elsewhere",
    "send_first",
    "supersede",
    "take_back_abandoned",
    "top_up",
    "wake",
    "wake_cleaner",
    "wake_on_commit",
]
