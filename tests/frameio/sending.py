"""Uploads as processes of their own: `python -m tests.frameio.sending send|folder|project|me ...`.

They share the test's database and print one line of JSON.
"""

import json
import os
import resource
import sys
from pathlib import Path

import django

django.setup()

from frameio.connecting import client_for  # noqa: E402  # Django has to be set up first
from frameio.http import storage_client  # noqa: E402
from frameio.models import Account  # noqa: E402
from frameio.projects import ensure_project  # noqa: E402
from frameio.structure import ensure_folder  # noqa: E402
from frameio.uploads import DirectUpload  # noqa: E402
from frameio.versions import Version, stack  # noqa: E402
from tests.frameio.journals import FileJournal  # noqa: E402


def send(account: Account, folder_id: str, path: str, journal: str) -> dict[str, object]:
    """The file that arrived, and how much memory this process took at most."""
    stat = Path(path).stat()
    with client_for(account) as client, storage_client() as storage:
        upload = DirectUpload(client, storage, FileJournal(Path(journal)))
        file = upload.send(
            Path(path),
            stat.st_size,
            stat.st_mtime_ns,
            account.account_id,
            folder_id,
            Path(path).name,
        )
    return {"file_id": file.id, "peak_kib": peak_kib()}


def peak_kib() -> int:
    """Linux hands ru_maxrss down from the process that started us, so there it is no use."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # macOS counts bytes


def folder(account: Account, root_folder_id: str, *names: str) -> dict[str, object]:
    with client_for(account) as client:
        return {"folder": ensure_folder(client, account, "project", root_folder_id, names)}


def projects(account: Account, workspace_id: str, count: str) -> dict[str, object]:
    """Ten a minute is all that Frame.io allows of these."""
    with client_for(account) as client:
        names = [f"{os.getpid()}-{number}" for number in range(int(count))]
        made = [client.create_project(account.account_id, workspace_id, name) for name in names]
    return {"made": len(made)}


def project(account: Account, workspace_id: str, name: str) -> dict[str, object]:
    with client_for(account) as client:
        found, made = ensure_project(client, account.account_id, workspace_id, name)
    return {"project": found.id, "made": made}


def stacked(account: Account, folder_id: str, file_id: str, number: str) -> dict[str, object]:
    with client_for(account) as client:
        new = Version(file_id, int(number))
        done = stack(client, account.account_id, folder_id, "sc010/sh020", new)
    return {"position": done.position}


def me(account: Account) -> dict[str, object]:
    with client_for(account) as client:
        return {"user": client.me().id}


def main(what: str, *words: str) -> dict[str, object]:
    account = Account.objects.get()
    match what, words:
        case "send", [folder_id, path, journal]:
            return send(account, folder_id, path, journal)
        case "folder", [root_folder_id, *names]:
            return folder(account, root_folder_id, *names)
        case "projects", [workspace_id, count]:
            return projects(account, workspace_id, count)
        case "project", [workspace_id, name]:
            return project(account, workspace_id, name)
        case "stack", [folder_id, file_id, number]:
            return stacked(account, folder_id, file_id, number)
    return me(account)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
