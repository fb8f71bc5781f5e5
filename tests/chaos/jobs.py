"""The jobs as the database has them, whichever it is."""

from collections import Counter, defaultdict
from itertools import pairwise

from pipeline import nodes
from pipeline.jobs import PlannedStop
from pipeline.models import UploadJob
from tests.chaos.services import Database

PLANNED = str(PlannedStop())
STUCK_COLUMNS = "id, state, hold, attempts, run_after, node, reason"


def states(database: Database) -> Counter[str]:
    rows = database.ask("SELECT state, count(*) FROM pipeline_uploadjob GROUP BY state")
    return Counter({str(state): int(str(count)) for state, count in rows})


def unfinished(database: Database) -> list[str]:
    """For people: what each job that has not arrived is at."""
    rows = database.ask(
        f"SELECT {STUCK_COLUMNS} FROM pipeline_uploadjob WHERE state <> 'done' ORDER BY id LIMIT 20"  # noqa: S608  # our own words
    )
    return [" | ".join(str(value) for value in row) for row in rows]


def busy_pids(database: Database) -> set[int]:
    """Of the workers on this machine that hold a job now, and live."""
    rows = database.ask("SELECT node FROM pipeline_uploadjob WHERE state = 'running'")
    alive = [str(node) for (node,) in rows if not nodes.is_gone(str(node))]
    return {int(node.split("/")[-2]) for node in alive}


def claims(database: Database) -> list[tuple[int, int, str]]:
    """(event, job, who) of each time that somebody took a job."""
    rows = database.ask(
        "SELECT id, job_id, who FROM pipeline_jobevent WHERE state = 'running' AND why = ''"
        " ORDER BY id"
    )
    return [(int(str(event)), int(str(job)), str(who)) for event, job, who in rows]


def held_by(database: Database, host: str) -> set[int]:
    """The jobs that run on the host of that name, by its own word."""
    rows = database.ask("SELECT id, node FROM pipeline_uploadjob WHERE state = 'running'")
    return {int(str(job)) for job, node in rows if str(node).startswith(f"{host}/")}


def faults_of_history(
    database: Database, moves: dict[UploadJob.State, frozenset[UploadJob.State]]
) -> list[str]:
    """Histories that jump, and attempts that no line tells of."""
    history: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for job, state, why in database.ask(
        "SELECT job_id, state, why FROM pipeline_jobevent ORDER BY id"
    ):
        history[int(str(job))].append((str(state), str(why)))
    faults = []
    for pk, attempts in database.ask("SELECT id, attempts FROM pipeline_uploadjob ORDER BY id"):
        lines = history[int(str(pk))]
        claimed = sum(1 for state, why in lines if state == "running" and not why)
        held = sum(1 for state, _why in lines[1:] if state == "waiting")
        stops = sum(1 for state, why in lines if state == "pending" and why == PLANNED)
        if claimed - held - stops != attempts:
            told = f"{claimed} claims, {held} holds and {stops} planned stops"
            faults.append(f"job {pk}: {told} told, {attempts} counted")
        steps = [state for state, why in lines if state != "running" or not why]
        for old, new in pairwise(steps):
            if new not in moves[UploadJob.State(old)]:
                faults.append(f"job {pk}: from {old} to {new}")
    return faults
