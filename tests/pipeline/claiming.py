"""A process that claims and finishes jobs until none is left, and says what it saw.

`python -m tests.pipeline.claiming` prints
`{"claimed": [...], "most": {project or account: running at once}}`.
"""

import json
import os
import random
import time
from collections import Counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postflow_site.settings")
django.setup()

from django.db.models import Count  # noqa: E402  after the setup

from pipeline import jobs  # noqa: E402
from pipeline.models import UploadJob  # noqa: E402

State = jobs.State


def main() -> None:
    claimed: list[int] = []
    most: dict[str, int] = {}
    while UploadJob.objects.exclude(state=State.DONE).exists():
        lease = jobs.claim()
        if lease is None:
            time.sleep(0.002)
            continue
        claimed.append(lease.job_id)
        for code, number in running().items():
            most[code] = max(most.get(code, 0), number)
        time.sleep(random.uniform(0, 0.01))
        jobs.done(lease, 1)
    print(json.dumps({"claimed": claimed, "most": most}))


def running() -> dict[str, int]:
    rows = UploadJob.objects.filter(state=State.RUNNING).order_by()
    counted = rows.values_list("project__code", "project__frameio_account")
    found: Counter[str] = Counter()
    for code, account, number in counted.annotate(number=Count("pk")):
        found[code] += number
        found[f"account {account}"] += number
    return found


if __name__ == "__main__":
    main()
