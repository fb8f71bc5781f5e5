"""What a login needs though nobody sends anything, and what dead uploads left on Frame.io."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from frameio.accounts import warnings
from frameio.client import FrameioClient
from frameio.errors import FrameioError
from frameio.models import Account
from frameio.names import remote_name
from frameio.oauth import AccountAuth
from frameio.shapes import File
from frameio.sweeping import folders_in_turn, remove_abandoned
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.frameio_accounts import accounts, client_of, in_our_terms
from pipeline.models import Delivery, Project, UploadJob

log = logging.getLogger(__name__)


def keep_logins() -> None:
    """Renew those that nobody has used for days, and warn of those that end."""
    for account in _connected():
        try:
            AccountAuth(account).keep_alive()
        except FrameioError as error:
            log.warning("A Frame.io login was not renewed: %s", in_our_terms(error))
    for ending in warnings():
        log.warning("%s", ending.text)


def sweep(now: Callable[[], datetime] = timezone.now) -> None:
    """Delete the placeholders that our dead uploads left. One account's trouble is its own."""
    for pk in _connected():
        try:
            with client_of(pk) as (client, account):
                _sweep(client, account, now)
        except IntegrationError as error:
            log.warning("Abandoned uploads stay on Frame.io for now: %s", error)


def _connected() -> list[int]:
    return [account.pk for account in accounts() if account.connected]


def _sweep(client: FrameioClient, account: Account, now: Callable[[], datetime]) -> None:
    for folder_id in _folders(client, account, now):
        for file in remove_abandoned(client, account, folder_id, is_ours, now):
            log.info("Deleted what an upload of %s had left on Frame.io.", file.name)


def _folders(client: FrameioClient, account: Account, now: Callable[[], datetime]) -> Iterator[str]:
    """Where we send to: the projects' roots, and in turn what we made or found below them."""
    theirs = Q(frameio_account=account.pk)
    if Account.objects.count() == 1:
        theirs |= Q(frameio_account=None)
    projects = Project.objects.filter(theirs, active=True)
    for remote_project in sorted({project.remote_project_id for project in projects} - {""}):
        yield client.project(account.account_id, remote_project).root_folder_id
    yield from folders_in_turn(account, now=now)


def is_ours(file: File) -> bool:
    """We have sent a file of that name and size, and no upload goes on with this placeholder.

    What Frame.io was to fetch has no size yet.
    """
    at_it = Delivery.objects.filter(done=False, memory__file_id=file.id)
    if at_it.exists() or Delivery.objects.filter(remote_id=file.id).exists():
        return False
    fetched = Q(project__transfer=Project.Transfer.REMOTE)
    like_it = Q(size=file.size) if file.size else fetched
    names = UploadJob.objects.filter(like_it).values_list("name", flat=True)
    return any(remote_name(name) == file.name for name in names.iterator())
