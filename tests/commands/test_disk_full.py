"""A disk that is full, as SQLite meets it: it may take no page more than it has now."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pipeline.models import NamingRule, Project, UploadJob

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="fills SQLite's file"),
]


def take_no_more_pages_than(limit: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {limit}")


def pages() -> str:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA page_count")
        return str(cursor.fetchone()[0])


def test_a_full_disk_is_said_so_and_loses_nothing(render: Callable[..., Path]) -> None:
    Project.objects.create(code="DEMO", name="Demo", frameio_project_id="p")
    NamingRule.objects.create(name="Shots", template="{project}_{shot:d}.{ext}", folder_template="")
    renders = [str(render(f"DEMO_{shot:04d}.mov")) for shot in range(80)]
    take_no_more_pages_than(pages())
    with pytest.raises(CommandError, match=r"disk is full\. Make room"):
        call_command("upload", "--no-wait", "--json", *renders)
    before = UploadJob.objects.count()
    take_no_more_pages_than("1073741823")
    call_command("upload", "--no-wait", "--json", *renders)
    assert before < 80
    assert UploadJob.objects.count() == 80
