"""What django-q2 runs. No logic of their own, no arguments, no results."""

from pipeline import jobs, orchestrator
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
