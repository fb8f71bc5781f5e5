"""The demo's data: apart from the real thing, and new at each run."""

import os
import shutil
from pathlib import Path

from pipeline.demo.clips import PROJECT

MARK = "POSTFLOW_DEMO"  # its value is the code of the demo's project


def environment(place: Path) -> dict[str, str]:
    """Ours, with everything changed that would lead to the real data, accounts and people.

    Set here, because a `.env` file fills in only what the environment does not name.
    """
    keys_of_the_real_place = {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS"}
    kept = {name: value for name, value in os.environ.items() if name not in keys_of_the_real_place}
    return kept | {
        MARK: PROJECT,
        "POSTFLOW_VAR": str(place),
        "DATABASE_URL": f"sqlite:///{place / 'postflow.sqlite3'}",
        "REDIS_URL": "",
        "DISCORD_WEBHOOK_URL": "",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "BEHIND_HTTPS": "0",
        "DEBUG": "0",
    }


def clear(place: Path) -> None:
    """Take away what an earlier run left. Only what a demo makes: the place may be anything."""
    for file in place.glob("postflow.sqlite3*"):
        file.unlink()
    for folder in ("mount", "sandbox"):
        shutil.rmtree(place / folder, ignore_errors=True)
    (place / "mount").mkdir(parents=True)
