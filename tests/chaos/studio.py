"""A PostFlow of its own in a directory: a sandbox, a watched folder, and what runs on its hosts."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet

from tests.chaos.services import Services
from tests.lucidlink.clips import tiny_mov
from tests.sandbox.running import ROOT, Entry, Sandbox, StartSandbox

LEASE = 10  # seconds
WORKERS = 3  # on each host
KIB = 1024
SCENES = 5
FOR_EACH_SCENE = "{scene}"
FOR_EACH_SHOT = "{scene}/{shot}/{task}"

SET_UP = """
from pipeline.models import NamingRule, WatchedFolder
NamingRule.objects.update(folder_template={folders!r})
WatchedFolder.objects.create(path={path!r}, first_pass="send", quiet_seconds=1)
"""


@dataclass(frozen=True)
class Studio:
    """`hashes`: the SHA-256 of each render by its name."""

    place: Path
    services: Services
    sandbox: Sandbox
    environment: Mapping[str, str]
    hashes: dict[str, str]
    sizes: dict[str, int]

    def environment_of(self, host: str) -> dict[str, str]:
        return {**self.environment, "POSTFLOW_VAR": str(self.place / host)}

    def manage(self, *words: str) -> str:
        """What it printed."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *words],
            env=self.environment_of("by-hand"),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=300,
        )
        return done.stdout

    @property
    def mount(self) -> Path:
        return self.place / "mount"

    def slow_down(self, seconds: float) -> None:
        """Each part takes so long, so that uploads are under way when something dies. A sandbox
        that was restarted has forgotten it."""
        slow: Entry = {"match": {"method": "PUT"}, "action": {"delay": seconds}, "times": 10**6}
        self.sandbox.faults([slow])

    def render(self, number: int, size: int, *, versions: int = 1) -> None:
        """A whole movie by its parts, of random content; on the mount in one go. `versions`: so
        many of a shot."""
        shot, version = number // versions, 1 + number % versions
        name = f"DEMO_{1 + shot % SCENES:03}_{shot:05}_comp_v{version:03}.mov"
        content = tiny_mov(random.Random(number).randbytes(size))
        self.hashes[name] = sha256(content).hexdigest()
        self.sizes[name] = len(content)
        unfinished = self.place / name
        unfinished.write_bytes(content)
        unfinished.rename(self.mount / name)


@contextmanager
def opened(
    services: Services,
    place: Path,
    *,
    part_size: int,
    rate_scale: float,
    parts_at_once: int = 2,
    folders: str = FOR_EACH_SCENE,
    joined_after: float = 0,
    workers: int = WORKERS,
) -> Iterator[Studio]:
    """`rate_scale`: how much shorter than the vendor's the windows of the limits are.
    `joined_after`: how many seconds the parts of a file take to be put together."""
    start = StartSandbox(place / "sandbox")
    try:
        sandbox = start(
            uploaded_after=joined_after,
            transcoded_after=0,
            part_size=part_size,
            rate_scale=rate_scale,
        )
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "DATABASE_URL": services.database.url,
            "REDIS_URL": services.redis.url if services.redis else "",
            "SECRET_KEY": "one for all hosts, and for this run alone",
            "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "JOB_LEASE_SECONDS": str(LEASE),
            "UPLOAD_WORKERS": str(workers),
            "FRAMEIO_PARTS_AT_ONCE": str(parts_at_once),
            "DISCORD_WEBHOOK_URL": "",
        }
        studio = Studio(place, services, sandbox, environment, {}, {})
        studio.mount.mkdir()
        studio.manage("migrate", "-v0")
        studio.manage("connect", "--sandbox", sandbox.url)
        studio.manage("shell", "-v0", "-c", SET_UP.format(path=str(studio.mount), folders=folders))
        yield studio
    finally:
        start.stop_all()
