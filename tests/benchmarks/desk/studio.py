"""A studio after two years, for benchmarks of its pages.

A block of uploads is made by the models, in which marks stand for what differs from one to the
next; the other blocks are its copies, made by the database.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.contrib.auth.models import User
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

from pipeline.acting import Via
from pipeline.channels import Card, CardFile, Channel, Shot
from pipeline.models import (
    Delivery,
    JobEvent,
    NamingRule,
    Project,
    ReviewLink,
    Revision,
    SourceFile,
    UploadJob,
    WatchedFolder,
)
from pipeline.roles import Role, give

Row = TypeVar("Row", bound=models.Model)
State = UploadJob.State
Ledger = SourceFile.State

CODES = ["UNDLM", "MERID", "HALCY", "NORTH", "VESPR", "CORAL", "ATLAS", "ORION"]
TASKS = ["comp", "anim", "light", "fx", "edit", "étalonnage"]
PROJECT, SEASON, SHOT = "CODE!", "s!!", "!0"  # the marks
AT_A_TIME = 3  # projects
BLOCK = 5000
SINCE = timedelta(days=730)
# Of the ledger, besides the files of the uploads.
OTHERS = [
    (Ledger.BASELINE, 20_000),
    (Ledger.IGNORED, 3000),
    (Ledger.VANISHED, 10_000),
    (Ledger.SETTLING, 300),
]
CARDS = 100_000
CARDS_DUE = 500
CHANGES = 20_000
SHOTS = 5000
LINKS = 500


def fill(jobs: int) -> User:
    """Gives the Producer."""
    dice = random.Random(1)
    User.objects.create_superuser("boss")
    producer = User.objects.create_user("producer")
    give(producer, Role.PRODUCER)
    for code in CODES:
        project = Project.objects.create(code=code, name=code.title())
        WatchedFolder.objects.create(path=f"/nowhere/{code}", project=project, online=True)
    NamingRule.objects.create(name="Episodic")
    now = timezone.now()
    blocks = jobs // BLOCK
    _first_block(dice)
    for number in range(1, blocks):
        with transaction.atomic():
            _copy(number, blocks, now)
    with transaction.atomic():
        _make_real(0, blocks, now)
    _queue_latest(jobs)
    _count_on([SourceFile, UploadJob, Delivery, JobEvent])
    folders = list(WatchedFolder.objects.all())
    for state, count in OTHERS:
        _make(_ledger_rows(state, count, folders))
    _team(jobs, now)
    _make(_changes(now))
    with connection.cursor() as cursor:
        # As PostgreSQL does by itself before long; SQLite's VACUUM would write the whole file anew.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return producer


# --- Uploads --------------------------------------------------------------------------------------


def _first_block(dice: random.Random) -> None:
    """With the marks in it."""
    folders = list(WatchedFolder.objects.all()[:AT_A_TIME])
    rule = NamingRule.objects.get()
    states = [_state(number) for number in range(BLOCK)]
    read = [_read(dice) for _number in range(BLOCK)]
    names = [
        f"{PROJECT}{number % AT_A_TIME}_{fields['scene']}_{fields['shot']}_{fields['task']}"
        f"_v{fields['version']}.mov"
        for number, fields in enumerate(read)
    ]
    keys = [
        f"{SEASON}/{fields['scene']}/{fields['shot']}/{fields['task']}/{number:04}/{names[number]}"
        for number, fields in enumerate(read)
    ]
    sources = SourceFile.objects.bulk_create(
        SourceFile(
            folder=folders[number % AT_A_TIME],
            key=key,
            raw_path=key.encode(),
            size=dice.randrange(10**6, 10**10),
            mtime_ns=1,
            state=Ledger.TAKEN,
        )
        for number, key in enumerate(keys)
    )
    made = UploadJob.objects.bulk_create(
        UploadJob(
            source=source,
            size=source.size,
            mtime_ns=1,
            name=names[number],
            project=folders[number % AT_A_TIME].project,
            rule=rule,
            fields=read[number],
            version=int(read[number]["version"]),
            destination=[read[number]["scene"], read[number]["task"]],
            state=states[number],
            hold=UploadJob.Hold.NAME if states[number] == State.WAITING else "",
            bytes_sent=source.size,
        )
        for number, source in enumerate(sources)
    )
    some = made[::5]
    Delivery.objects.bulk_create(
        Delivery(
            job=job,
            integration="frameio",
            done=True,
            url="https://next.frame.io/1",
            status="Approved" if job.pk % 3 else "",
        )
        for job in some
    )
    JobEvent.objects.bulk_create(
        JobEvent(job=job, state=state, who="watcher")
        for job in some
        for state in (State.PENDING, job.state)
    )


def _read(dice: random.Random) -> dict[str, str]:
    return {
        "scene": f"SC{dice.randrange(1, 80) * 10:03}",
        "shot": f"SH{dice.randrange(20):02}{SHOT}",
        "task": dice.choice(TASKS),
        "version": f"{dice.randrange(1, 30):03}",
    }


def _state(number: int) -> State:
    rest = number % 1000
    if rest < 10:
        return State.FAILED
    if rest < 12:
        return State.WAITING
    return State.CANCELLED if rest < 22 else State.DONE


def _copy(block: int, of: int, now: datetime) -> None:
    """Each row has the number of the first block's, and so many blocks more."""
    for table, links in [
        (SourceFile, {"id"}),
        (UploadJob, {"id", "source_id"}),
        (Delivery, {"id", "job_id"}),
        (JobEvent, {"id", "job_id"}),
    ]:
        _insert(table, block, of, now, links)


def _insert(
    table: type[models.Model], block: int, of: int, now: datetime, links: Iterable[str]
) -> None:
    rows = 2 * BLOCK // 5 if table is JobEvent else BLOCK // 5 if table is Delivery else BLOCK
    real = _real(table, block, of, now)
    columns = [field.attname for field in _plain(table)]
    chosen = [
        f"id + {block * rows}"
        if name == "id"
        else f"{name} + {block * BLOCK}"
        if name in links
        else real.get(name, name)
        for name in columns
    ]
    name = table._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {name} ({', '.join(columns)})"  # noqa: S608  names of ours
            f" SELECT {', '.join(chosen)} FROM {name} WHERE id <= {rows}"
        )


def _make_real(block: int, of: int, now: datetime) -> None:
    """In the place of the marks, in the first block itself."""
    for table in (SourceFile, UploadJob):
        changes = ", ".join(
            f"{column} = {value}" for column, value in _real(table, block, of, now).items()
        )
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table._meta.db_table} SET {changes} WHERE id <= {BLOCK}")  # noqa: S608


def _real(table: type[models.Model], block: int, of: int, now: datetime) -> dict[str, str]:
    """Columns, and what stands in them in that block, in SQL."""
    at = f"'{(now - SINCE * ((of - block - 1) / of)).isoformat(sep=' ')}'"
    first = block * len(CODES) // of
    if table is SourceFile:
        digest = f"'{block:08}' || substr(digest, 9)"
        key = _replaced("key", block, first)
        return {
            "key": key,
            "words": _in_small(block, first),
            "digest": digest,
            "folder_id": _project(first),
            "first_seen": at,
            "changed_at": at,
        }
    if table is UploadJob:
        ended = f"CASE WHEN state IN ('done', 'failed') THEN {_moment(at)} END"
        return {
            "name": _replaced("name", block, first),
            "fields": _json(_replaced("CAST(fields AS text)", block, first)),
            "project_id": f"CASE WHEN state <> 'waiting' THEN {_project(first)} END",
            "created_at": at,
            "started_at": at,
            "finished_at": ended,
            "words": _in_small(block, first),
        }
    return {}


def _project(first: int) -> str:
    """Or its folder, which has the same number."""
    return f"1 + ({first} + (id - 1) % {AT_A_TIME}) % {len(CODES)}"


def _replaced(column: str, block: int, first: int) -> str:
    found = column
    for mark, text in _marks(block, first).items():
        found = f"REPLACE({found}, '{mark}', '{text}')"
    return found


def _in_small(block: int, first: int) -> str:
    """The column `words`."""
    found = "words"
    for mark, text in _marks(block, first).items():
        found = f"REPLACE({found}, '{mark.lower()}', '{text.lower()}')"
    return found


def _marks(block: int, first: int) -> dict[str, str]:
    codes = {
        f"{PROJECT}{number}": CODES[(first + number) % len(CODES)] for number in range(AT_A_TIME)
    }
    return {**codes, SEASON: f"s{1 + block % 3:02}", SHOT: f"{block % 10}0"}


def _moment(text: str) -> str:
    return f"{text}::timestamptz" if connection.vendor == "postgresql" else text


def _json(text: str) -> str:
    return f"({text})::jsonb" if connection.vendor == "postgresql" else text


def _plain(table: type[models.Model]) -> list[models.Field[object, object]]:
    return [field for field in table._meta.concrete_fields if not field.generated]


def _queue_latest(jobs: int) -> None:
    rows = UploadJob.objects.filter(pk__gt=jobs - BLOCK)
    rows.update(state=State.PENDING, hold="", finished_at=None, bytes_sent=0)
    UploadJob.objects.filter(pk__gt=jobs - 4).update(state=State.RUNNING)


def _count_on(tables: Sequence[type[models.Model]]) -> None:
    """The ids that the database gives go on behind those given here."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)


# --- The rest -------------------------------------------------------------------------------------


def _ledger_rows(
    state: Ledger, count: int, folders: Sequence[WatchedFolder]
) -> Iterator[SourceFile]:
    for number in range(count):
        key = f"old/{state}/{number}.mov"
        yield SourceFile(
            folder=folders[number % len(folders)],
            key=key,
            raw_path=key.encode(),
            size=number,
            mtime_ns=1,
            state=state,
        )


def _team(jobs: int, now: datetime) -> None:
    projects = list(Project.objects.all())
    channel = Channel.objects.create(name="Team", kind=Channel.Kind.LOG)
    numbers = range(1, min(CARDS, jobs) + 1)
    _make(
        Card(
            channel=channel,
            kind=Card.Kind.FILE,
            key=f"job/{number}",
            wanted=2,
            told=1 if number <= CARDS_DUE else 2,
            changed_at=now,
        )
        for number in numbers
    )
    _make(
        CardFile(channel=channel, card_id=number, job_id=number, scene="SC010", joined_at=now)
        for number in numbers
    )
    _make(
        Shot(project=projects[number % len(projects)], scene="SC010", shot=f"SH{number:05}")
        for number in range(SHOTS)
    )
    _make(
        ReviewLink(
            origin=str(number),
            number=1,
            project=projects[number % len(projects)],
            name=f"Review {number}",
            url="https://next.frame.io/2",
            asked_by="boss",
            made_at=now,
        )
        for number in range(LINKS)
    )


def _changes(now: datetime) -> Iterator[Revision]:
    """Of the set-up."""
    for number in range(CHANGES):
        yield Revision(
            at=now - SINCE * (number / CHANGES),
            who="boss",
            via=Via.PAGES,
            kind=NamingRule._meta.label_lower,
            object_id="1",
            name="Episodic",
            act=Revision.Act.CHANGED,
            before={"template": f"{{shot}}_v{{version:{number % 4}}}"},
            after={"template": f"{{shot}}_v{{version:{number % 5}}}"},
        )


def _make(rows: Iterator[Row]) -> None:
    while batch := list(islice(rows, BLOCK)):
        type(batch[0])._default_manager.bulk_create(batch)
