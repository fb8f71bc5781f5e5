"""What django-q2 runs. No logic of their own, no arguments, no results."""

from pipeline import jobs, orchestrator


def work() -> None:
    """Do the next due job, if there is one, and wake another worker if there are more."""
    lease = jobs.claim()
    if lease is None:
        return
    orchestrator.process(lease)
    if jobs.due().exists():
        jobs.wake()


def pump() -> None:
    jobs.pump()
