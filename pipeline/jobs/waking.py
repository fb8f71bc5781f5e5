"""Telling the workers that there is work."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django_q.tasks import async_task


def wake() -> None:
    """Tell some worker, somewhere, that there is work."""
    async_task("pipeline.tasks.work")


def wake_cleaner() -> None:
    async_task("pipeline.tasks.clean_up", cluster=settings.SHORT_QUEUE)


def wake_on_commit(who: Callable[[], None] = wake) -> None:
    """Wake a worker once the rows can be seen. A broker that is away must not fail the caller."""
    transaction.on_commit(who, robust=True)
