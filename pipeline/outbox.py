"""The team is to hear of a job: written where it happens, told later (pipeline.announcing)."""

from pipeline.channels import Change


def changed(job_id: int) -> None:
    """Call it in the transaction of the change itself, so that there is both or neither."""
    Change.objects.create(job_id=job_id)
