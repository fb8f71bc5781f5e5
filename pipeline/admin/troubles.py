"""What keeps uploads from going that lies outside of all of them: a login, a mount, a process."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.translation import gettext as _

from pipeline import node_table
from pipeline.integrations.frameio_accounts import AccountState
from pipeline.lookouts import Lookout, nobody_watches
from pipeline.models import WatchedFolder


@dataclass(frozen=True)
class Trouble:
    """`button` leads to where it is mended; it is empty where this person may not."""

    title: str
    why: str
    button: str = ""
    url: str = ""


def of_accounts(accounts: Iterable[AccountState], user: User | AnonymousUser) -> Iterator[Trouble]:
    may = user.has_perm("frameio.change_account")
    for account in accounts:
        if account.awaits_login:
            why = _(
                "Frame.io asks for a new login. Renders wait, and go on by themselves after it."
            )
            if not may:
                ask = _("Ask an administrator of PostFlow to log in.")
                why = f"{why} {ask}"
            url = reverse("frameio:connect") + f"?account={account.pk}"
            yield Trouble(account.label, why, _("Log in") if may else "", url)


def of_folders(
    folders: Sequence[WatchedFolder], watch: Sequence[Lookout], user: User | AnonymousUser
) -> Iterator[Trouble]:
    for folder in folders:
        if folder.is_away:
            why = folder.state_reason or _("The folder is away.")
            url = reverse("admin:pipeline_watchedfolder_change", args=[folder.pk])
            may = user.has_perm("pipeline.change_watchedfolder")
            yield Trouble(folder.path, why, _("Open the folder") if may else "", url)
    if silence := nobody_watches(watch):
        yield Trouble(_("Nobody watches the folders"), silence)


def of_machines(queued: int) -> Iterator[Trouble]:
    """Queued uploads that no machine takes."""
    if queued and not node_table.clusters().exists():
        why = _("Uploads are queued, and no process takes them. Start it: manage.py qcluster.")
        yield Trouble(_("Nothing sends uploads"), why)
