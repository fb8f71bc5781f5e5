"""What is wrong on the sandbox and in the database when all is over; nothing, one hopes."""

import re
from collections import Counter, defaultdict

from pipeline.jobs import MOVES
from tests.chaos import jobs
from tests.chaos.studio import Studio

SHOT = re.compile(r"_v\d+\.mov$")


def faults(studio: Studio) -> list[str]:
    return [
        *_of_jobs(studio),
        *_of_files(studio),
        *_of_folders(studio),
        *_of_stacks(studio),
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


def _of_folders(studio: Studio) -> list[str]:
    """Each path is one folder."""
    folders = studio.sandbox.state()["folders"]
    paths = Counter(f"{folder['folder']}/{folder['name']}" for folder in folders)
    return [f"{count} folders: {path}" for path, count in paths.items() if count > 1]


def _of_stacks(studio: Studio) -> list[str]:
    """A shot's versions lie in one stack, the newest on top; one alone lies in none."""
    shots = defaultdict(list)
    for file in studio.sandbox.tree():
        shots[SHOT.sub("", str(file["name"]))].append(file)
    found = []
    for shot, files in shots.items():
        stacks = {file["stack_id"] for file in files}
        if len(stacks) > 1 or (stacks == {None}) != (len(files) == 1):
            found.append(f"{len(files)} versions in stacks {stacks}: {shot}")
        in_order = sorted(files, key=lambda file: int(str(file["stack_position"] or 0)))
        names = [str(file["name"]) for file in in_order]
        if names != sorted(names):
            found.append(f"out of order: {names}")
    there = len(studio.sandbox.state()["stacks"])
    wanted = sum(len(files) > 1 for files in shots.values())
    return found + [f"{there} stacks for {wanted} shots"] * (there != wanted)


def bytes_sent(studio: Studio) -> int:
    """To the part storage, as far as it came in."""
    puts = [call for call in studio.sandbox.requests() if call["method"] == "PUT"]
    return sum(int(str(call["bytes"] or 0)) for call in puts)
