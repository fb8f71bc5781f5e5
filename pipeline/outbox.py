"""The team is to hear of a job: written where it happens, told later (pipeline.announcing)."""

from pipeline.channels import Change


def changed(*job_ids: int) -> None:
    """Call it in the transaction of the change itself, so that there is both or neither."""
    Change.objects.bulk_create([Change(job_id=job_id) for job_id in job_ids])
