"""What is done for a file once Frame.io has it: the earlier one goes, its stack, its metadata.

Each step may be repeated after a crash. None of them is the film: what cannot be had is a sentence
for people, and the delivery stands.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from frameio import errors, metadata
from frameio.client import FrameioClient
from frameio.versions import Stacked, Version, stack
from pipeline.integrations.base import MediaFile


def finish(
    client: FrameioClient, account_id: str, folder_id: str, file_id: str, file: MediaFile
) -> tuple[str, ...]:
    """The sentences for the job's history. Raises `FrameioError` where another try may help."""
    return (
        *_replaced(client, account_id, file_id, file),
        *_stacked(client, account_id, folder_id, file_id, file),
        *_described(client, account_id, file_id, file),
    )


def _replaced(
    client: FrameioClient, account_id: str, file_id: str, file: MediaFile
) -> Sequence[str]:
    """Before the stacking, so that one file that replaces another makes no stack with it."""
    gone = [old for old in file.replaces if old != file_id]
    try:
        for old in gone:
            client.delete_file(account_id, old)
    except errors.Forbidden as error:
        return [_("The earlier file stays beside it: %(why)s") % {"why": error}]
    return [_("replaces the earlier file of this name, which was deleted")] if gone else []


def _stacked(
    client: FrameioClient, account_id: str, folder_id: str, file_id: str, file: MediaFile
) -> Sequence[str]:
    if not file.stack_versions:
        return []
    new = Version(file_id, file.number)
    earlier = [Version(version.remote_id, version.number) for version in file.earlier]
    try:
        stacked = stack(client, account_id, folder_id, file.shot, new, earlier)
    except (errors.Forbidden, errors.NotFound, errors.Invalid) as error:
        return [_("It is in no version stack: %(why)s") % {"why": error}]
    return _remarks(stacked, file)


def _remarks(stacked: Stacked, file: MediaFile) -> list[str]:
    """A gap is told once: of the version right above it."""
    remarks = []
    if stacked.arrived_late:
        remarks.append(_("arrived after a newer one (%(newest)s)") % {"newest": _v(stacked.newest)})
    below = max((v.number for v in file.earlier if v.number < file.number), default=0)
    missing = [_v(gap) for gap in stacked.gaps if below < gap < file.number]
    if len(missing) == 1:
        remarks.append(_("%(version)s is missing") % {"version": missing[0]})
    elif missing:
        remarks.append(
            _("%(versions)s and %(last)s are missing")
            % {"versions": ", ".join(missing[:-1]), "last": missing[-1]}
        )
    return remarks


def _v(number: int) -> str:
    return f"v{number:03d}"


def _described(
    client: FrameioClient, account_id: str, file_id: str, file: MediaFile
) -> Sequence[str]:
    if not file.metadata:
        return []
    try:
        metadata.set_fields(client, account_id, file.remote_project, [file_id], file.metadata)
    except (errors.Forbidden, errors.NotFound, errors.Invalid) as error:
        return [_("Its metadata is not on Frame.io: %(why)s") % {"why": error}]
    return []
