"""What the templates ask for by name; it is said in `pipeline.admin.wording`."""

from django import template
from django.utils.safestring import SafeString

from pipeline.admin import wording
from pipeline.admin.moves import may_cancel, may_retry, may_send_first
from pipeline.models import UploadJob
from pipeline.sizes import human_size

register = template.Library()

register.filter("ago", wording.ago)
register.filter("folders", wording.folders)
register.filter("integration", wording.integration)
register.filter("lucidlink_client", wording.lucidlink_client)
register.filter("may_cancel", may_cancel)
register.filter("may_retry", may_retry)
register.filter("may_send_first", may_send_first)
register.filter("folder_badge", wording.folder_badge)
register.filter("review_status", wording.review_status)
register.filter("size", human_size)
register.filter("version", wording.version)
register.filter("progress", wording.progress)


@register.filter
def badge(job: UploadJob) -> SafeString:
    return wording.badge(job.state, job.get_state_display(), f"job-{job.pk}-state")
