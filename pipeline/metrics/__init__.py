"""What Prometheus scrapes: every number is read from the database at the moment it is asked for.

So it is right whichever process answers, and nothing has to be gathered from processes that come
and go. docs/monitoring/README.md says what each number means.
"""

from pipeline.metrics.exposition import CONTENT_TYPE, exposition

__all__ = ["CONTENT_TYPE", "exposition"]
