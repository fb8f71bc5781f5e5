"""A file that has arrived and is only put elsewhere: moved on Frame.io, not sent again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from django.utils.translation import gettext as _

from frameio import errors, shapes
from frameio.client import FrameioClient
from frameio.versions import take_out
from pipeline.integrations.base import MediaFile

Bring: TypeAlias = Callable[[str], shapes.File]  # into the folder of that id


@dataclass(frozen=True)
class ArrivedBefore:
    """A file that is there, as a version of the shot `key`. `review_url`: its link goes with it."""

    client: FrameioClient
    account_id: str
    file: shapes.File
    key: str
    review_url: str

    def bring(self, folder_id: str) -> shapes.File:
        return take_out(self.client, self.account_id, self.file, self.key, folder_id)


def arrived_before(client: FrameioClient, account_id: str, file: MediaFile) -> ArrivedBefore | None:
    """None where it has not arrived, or somebody has deleted it there since: then it is sent."""
    kept = file.memory.get("arrived")
    if not isinstance(kept, dict):
        return None
    try:
        found = client.file(account_id, str(kept["id"]))
    except errors.NotFound:
        file.memory.keep(arrived=None)
        file.note(_("It is no longer on Frame.io, so it is sent again."))
        return None
    return ArrivedBefore(client, account_id, found, str(kept["shot"]), str(kept["review_url"]))
