"""What django-q2 runs. No logic of their own, no results; what is lost is made good by the pump."""

from pipeline import jobs, orchestrator, review, upkeep
from pipeline import pump as pumping


def work() -> None:
    """Clean up after a job that ended, or do the next due one; wake another worker for more."""
    if leftover := jobs.claim_leftovers():
        orchestrator.clean_up(leftover)
    elif lease := jobs.claim():
        orchestrator.process(lease)
    else:
        return
    if jobs.due().exists() or jobs.leftovers().exists():
        jobs.wake()


def pump() -> None:
    pumping.pump()


def comments() -> None:
    review.poll()


def commented(account: int, comment_id: str) -> None:
    """A webhook told of it."""
    review.comments_of_remote(account, comment_id)


def daily() -> None:
    upkeep.daily()
