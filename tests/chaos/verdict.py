"""What is wrong on the sandbox and in the database when all is over; nothing, one hopes."""

from collections import Counter

from pipeline.jobs import MOVES
from tests.chaos import jobs
from tests.chaos.studio import Studio


def faults(studio: Studio) -> list[str]:
    return [
        *_of_jobs(studio),
        *_of_files(studio),
        *jobs.faults_of_history(studio.services.database, MOVES),
    ]


def _of_jobs(studio: Studio) -> list[str]:
    states = jobs.states(studio.services.database)
    if states == Counter(done=len(studio.hashes)):
        return []
    return [f"jobs: {dict(states)}", *jobs.unfinished(studio.services.database)]


def _of_files(studio: Studio) -> list[str]:
    found = []
    files = studio.sandbox.tree()
    names = Counter(str(file["name"]) for file in files)
    found += [f"missing: {name}" for name in studio.hashes if not names[name]]
    found += [f"{count} times: {name}" for name, count in names.items() if count > 1]
    found += [f"unknown: {name}" for name in names if name not in studio.hashes]
    for file in files:
        name = str(file["name"])
        if file["status"] == "created":
            found.append(f"orphaned placeholder: {name}")
        elif file["sha256"] != studio.hashes.get(name):
            found.append(f"other bytes: {name}")
    return found


def bytes_sent(studio: Studio) -> int:
    """To the part storage, as far as it came in."""
    puts = [call for call in studio.sandbox.requests() if call["method"] == "PUT"]
    return sum(int(str(call["bytes"] or 0)) for call in puts)
