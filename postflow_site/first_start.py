"""The secrets a fresh installation needs, made once and kept beside the data."""

import os
import secrets
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet


def make_secrets(path: Path) -> None:
    """Write SECRET_KEY and FIELD_ENCRYPTION_KEYS to `path` (mode 0600) unless it exists.

    Several processes may start at once: the file appears whole or not at all, and the first wins.
    """
    if path.exists():
        return
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp gives mode 0600
    with os.fdopen(descriptor, "w") as file:
        file.write(
            "# Made by PostFlow at its first start. Back it up: without it, the stored Frame.io\n"
            "# tokens cannot be read and everyone has to log in again.\n"
            f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
            f"FIELD_ENCRYPTION_KEYS={Fernet.generate_key().decode()}\n"
        )
    try:
        path.hardlink_to(draft)  # atomic, and refuses to replace what another process made
    except FileExistsError:
        pass  # the other process was first; its secrets are everybody's
    finally:
        Path(draft).unlink()
