"""Why uploads are held for their names, as the page of the held names says it: by the rules of now,
in the language of whoever reads. What is stored was said once, in a machine's."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from pipeline import quarantine
from pipeline.jobs import FOR_A_NAME
from pipeline.models import UploadJob
from pipeline.routing import Held


def say_anew(rows: Iterable[UploadJob]) -> None:
    """For rows that are shown, and not saved."""
    held = {job.pk: job for job in rows if job.hold in FOR_A_NAME and job.rule_id is None}
    if not held:
        return
    for one in quarantine.sort(quarantine.held().filter(pk__in=held)):
        held[one.job.pk].reason = (
            one.now.reason if isinstance(one.now, Held) else _("The naming rules read it now.")
        )
