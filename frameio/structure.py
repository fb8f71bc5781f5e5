"""Folders on Frame.io, each made once.

Frame.io takes two folders of one name, has no filter by name and no idempotency key. So we
remember what we made, look through the whole list before we make, and let one process at a time
work in a folder.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from frameio.client import FrameioClient
from frameio.errors import FolderMissing, Invalid, NotFound, Unavailable
from frameio.leases import Leases
from frameio.models import Account, RemoteFolder
from frameio.names import remote_name, same_name
from frameio.wire import LONGEST_PAUSE

CREATE_TRIES = 3
SEEN_LASTS = timedelta(minutes=10)  # a look at each folder with each file is 100 files a minute


def ensure_folder(
    client: FrameioClient,
    account: Account,
    project_id: str,
    root_folder_id: str,
    names: Sequence[str],
    *,
    existing_only: bool = False,
    leases: Leases | None = None,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], datetime] = timezone.now,
) -> str:
    """The id of the folder at the end of `names`, below the root; what is missing is made, or with
    `existing_only` named in a `FolderMissing`.

    What we remember and Frame.io no longer has (a producer deleted it) is forgotten and made
    again, once. A folder that was seen lately is taken for granted, until its project is doubted
    (frameio.projects). Raises `FrameioError`.
    """
    if not account.account_id:
        raise Invalid(
            _("No Frame.io account is chosen for %(account)s. Choose one on its page.")
            % {"account": account}
        )
    wanted = [remote_name(name) for name in names]
    path = _Path(
        client,
        account,
        project_id,
        root_folder_id,
        wanted,
        existing_only,
        leases or Leases(),
        sleep,
        now,
    )
    try:
        return path.walk()
    except NotFound:
        path.forget()
        return path.walk()


@dataclass(frozen=True)
class _Path:
    client: FrameioClient
    account: Account
    project_id: str
    root_folder_id: str
    names: list[str]
    existing_only: bool
    leases: Leases
    sleep: Callable[[float], None] = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)

    def walk(self) -> str:
        here, remembered = self.root_folder_id, ""
        for name in self.names:
            remembered = self._remembered(here, name)
            here = remembered or self._find_or_make(here, name)
        if remembered:  # where the last folder is, those above it are too
            self._see(remembered)
        return here

    def _see(self, folder_id: str) -> None:
        rows = RemoteFolder.objects.filter(folder_id=folder_id)
        if not rows.filter(seen_at__gt=self.now() - SEEN_LASTS).exists():
            self.client.folder(self.account.account_id, folder_id)
            rows.update(seen_at=self.now())

    def forget(self) -> None:
        here = self.root_folder_id
        for name in self.names:
            rows = RemoteFolder.objects.filter(parent_id=here, name=name)
            here = self._remembered(here, name)
            rows.delete()

    def _remembered(self, parent_id: str, name: str) -> str:
        rows = RemoteFolder.objects.filter(parent_id=parent_id, name=name)
        return rows.values_list("folder_id", flat=True).first() or ""

    def _find_or_make(self, parent_id: str, name: str) -> str:
        with self.leases.held(f"folder/{parent_id}") as renew:
            remembered = self._remembered(parent_id, name)
            if remembered:
                return remembered  # another process made it while we waited
            folder_id = self._find(parent_id, name) or self._make(parent_id, name, renew)
            RemoteFolder.objects.update_or_create(
                parent_id=parent_id,
                name=name,
                defaults={
                    "account": self.account,
                    "project_id": self.project_id,
                    "folder_id": folder_id,
                    "seen_at": self.now(),
                },
            )
            return folder_id

    def _find(self, parent_id: str, name: str) -> str:
        """The oldest of that name, as everyone who looks will choose the same."""
        folders = self.client.folders(self.account.account_id, parent_id)
        same = [folder for folder in folders if same_name(folder.name, name)]
        oldest = min(same, key=lambda folder: (folder.created_at, folder.id), default=None)
        return oldest.id if oldest else ""

    def _make(self, parent_id: str, name: str, renew: Callable[[], None]) -> str:
        """A create that got no clear answer may have worked: look before trying again."""
        if self.existing_only:
            raise FolderMissing(
                _(
                    "There is no folder %(name)s on Frame.io (%(path)s), and this project uses"
                    " existing folders only. Make the folder, or allow new ones."
                )
                % {"name": name, "path": "/".join(self.names)}
            )
        for count in range(CREATE_TRIES):
            renew()
            try:
                return self.client.create_folder(self.account.account_id, parent_id, name).id
            except Unavailable as error:
                pause = 2.0**count
                if error.retry_after is not None:
                    pause = error.retry_after.total_seconds()
                if pause > LONGEST_PAUSE:
                    raise
                failure = error
            self.sleep(pause)
            found = self._find(parent_id, name)
            if found:
                return found
        raise failure
