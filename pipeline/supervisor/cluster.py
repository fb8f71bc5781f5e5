"""`python -m pipeline.supervisor.cluster`: one django-q2 cluster, as a child of `qcluster`.

Which queue it works off stands in `Q_CLUSTER_NAME`.
"""

import logging

import django

django.setup()

from django_q.cluster import Cluster  # noqa: E402  reads the settings
from django_q.conf import Conf  # noqa: E402
from django_q.signals import post_execute_in_worker, pre_execute  # noqa: E402

from pipeline.brokers import canary  # noqa: E402
from postflow_site.logs.uncaught import log_uncaught  # noqa: E402

if __name__ == "__main__":
    log_uncaught()
    pre_execute.connect(canary.begin)  # the workers are forked from here
    post_execute_in_worker.connect(canary.end)
    Cluster().start()
    canary.answer()
    logging.getLogger("pipeline.cluster").info("%d workers are ready.", Conf.WORKERS)
