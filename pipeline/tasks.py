"""What django-q2 runs. No logic of their own, no results; what is lost is made good by the pump.

`work` alone is for the queue of uploads, which last for hours; the others are for the short one.
"""

from pipeline import announcing, doctor, jobs, node_table, orchestrator, review, thumbnails, upkeep


def work() -> None:
    """Do the next due job. Wake another worker for more; when there is no more, tell the team. In
    between it is told all the same, as the pump reminds of the cards every few seconds."""
    if node_table.is_draining():
        return
    if lease := jobs.claim():
        orchestrator.process(lease)
        if jobs.due().exists():
            jobs.wake()
        else:
            announcing.announce(announcing.AT_ONCE)


def clean_up() -> None:
    """After a job that ended; wake another worker for more."""
    if leftover := jobs.claim_leftovers():
        orchestrator.clean_up(leftover)
        if jobs.leftovers().exists():
            jobs.wake_cleaner()


def cards() -> None:
    announcing.announce()


def comments() -> None:
    review.poll()


def commented(account: int, comment_id: str) -> None:
    """A webhook told of it."""
    review.comments_of_remote(account, comment_id)


def pictures() -> None:
    thumbnails.look()


def daily() -> None:
    upkeep.daily()


def examine() -> None:
    doctor.by_itself()


def canary() -> None:
    """That it was run is all (pipeline.brokers.canary)."""
