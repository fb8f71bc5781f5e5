"""One version stack a shot: the second version makes it, later ones go on top.

Frame.io has no key for a shot, so which files are its versions is kept in a row of ours, and which
stack they are in is asked of the files themselves: a file is the child of one folder or of one
stack. That answers a create whose answer never came, too.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from frameio.client import FrameioClient
from frameio.errors import NotFound, Unavailable
from frameio.leases import Leases
from frameio.models import StackKey
from frameio.wire import LONGEST_PAUSE

log = logging.getLogger(__name__)

CREATE_TRIES = 3
MOST_AT_ONCE = 10  # files in one create; the others are moved in afterwards


@dataclass(frozen=True)
class Version:
    """A file of the shot that Frame.io has whole, and the number in its name."""

    file_id: str
    number: int


@dataclass(frozen=True)
class Stacked:
    """`stack_id` is empty while there is one version only. `position` counts from the oldest, 1.

    `gaps` are the numbers missing between the lowest and the highest version there is, `newest`.
    """

    stack_id: str
    position: int
    is_head: bool
    arrived_late: bool
    newest: int
    gaps: tuple[int, ...]


def stack(
    client: FrameioClient,
    account_id: str,
    folder_id: str,
    key: str,
    new: Version,
    earlier: Sequence[Version] = (),
    *,
    leases: Leases | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Stacked:
    """Put `new` where it belongs among the versions of the shot `key` in that folder.

    `earlier` are versions of it that may be there and were not stacked by us, in any order. Safe
    to call again. One that comes after a newer one goes below it: Frame.io puts what is moved in on
    top, so the newer ones are moved out and in again. Raises `FrameioError`.
    """
    digest = hashlib.sha256(f"{folder_id}/{key}".encode()).hexdigest()
    with (leases or Leases()).held(f"stack/{digest}") as renew:
        row, _made = StackKey.objects.get_or_create(
            folder_id=folder_id, key=key, defaults={"account_id": account_id}
        )
        return _Shot(client, account_id, row, renew, sleep).with_version(new, earlier)


@dataclass(frozen=True)
class _Shot:
    client: FrameioClient
    account_id: str
    row: StackKey
    renew: Callable[[], None]
    sleep: Callable[[float], None] = field(repr=False)

    def with_version(self, new: Version, earlier: Sequence[Version]) -> Stacked:
        """
        1. Note the versions, so that whoever comes next knows of them. When there was none, nobody
           can have moved the new file: looking where it is would be a call for each file that goes
           up, of the ten a second that Frame.io allows.
        2. Look where their files are.
        3. Make the stack, or note which ones have to be raised above a late one, and move it in.
        4. Raise those, and see that the newest is on top.
        """
        is_first = not (self.row.versions or earlier)
        self._keep(versions=_merged(self.row.versions, [*earlier, new]))
        if is_first:
            return self._told(new, head_id=new.file_id)
        loose = self._look(new.file_id)
        if not self.row.stack_id and len(loose) == 1:
            return self._told(new, head_id=new.file_id)
        self._gather(loose)
        return self._told(new, self._settled_head())

    @property
    def versions(self) -> list[Version]:
        """The oldest first; of two with one number, the one that came first."""
        known = [Version(file_id, number) for file_id, number in self.row.versions]
        return sorted(known, key=lambda version: version.number)

    def _keep(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self.row, name, value)
        self.row.save(update_fields=list(values))

    def _look(self, needed: str) -> list[str]:
        """The files that lie in the folder, the oldest version first; the stack is found on the
        way. What is gone, or was moved elsewhere by a person, is a version no more.

        Raises `NotFound` when that is so for `needed`.
        """
        inside = self._inside(self.row.stack_id)
        where = {version.file_id: self._parent(version, inside) for version in self.versions}
        stack_id = self._chosen({parent for parent in where.values() if parent})
        here = {file_id for file_id in where if where[file_id] in {self.row.folder_id, stack_id}}
        if needed not in here:
            raise NotFound(_("The file to be stacked was moved or deleted on Frame.io meanwhile."))
        self._keep(
            stack_id=stack_id,
            versions=[entry for entry in self.row.versions if entry[0] in here],
            unsettled=[file_id for file_id in self.row.unsettled if file_id in here],
        )
        return [v.file_id for v in self.versions if where[v.file_id] == self.row.folder_id]

    def _inside(self, stack_id: str) -> set[str]:
        """One call instead of one for each version; none are inside a stack that is gone."""
        if not stack_id:
            return set()
        try:
            return {file.id for file in self.client.stacked_files(self.account_id, stack_id)}
        except NotFound:
            return set()

    def _parent(self, version: Version, inside: set[str]) -> str | None:
        if version.file_id in inside:
            return self.row.stack_id
        try:
            return self.client.file(self.account_id, version.file_id).parent_id
        except NotFound:
            return None

    def _chosen(self, parents: set[str]) -> str:
        """The stack we remember, while a file is in it; else the one the files tell of."""
        others = sorted(parents - {self.row.folder_id})
        if self.row.stack_id in others:
            return self.row.stack_id
        return next((parent for parent in others if self._is_stack_here(parent)), "")

    def _is_stack_here(self, parent: str) -> bool:
        """A person may have moved a file to quite another folder."""
        try:
            found = self.client.version_stack(self.account_id, parent)
        except NotFound:
            return False
        return found.parent_id == self.row.folder_id

    def _gather(self, loose: list[str]) -> None:
        if not self.row.stack_id:
            first, loose = loose[:MOST_AT_ONCE], loose[MOST_AT_ONCE:]
            self._keep(stack_id=self._create(first))
        elif loose:
            self._keep(unsettled=self._above(loose))
        for file_id in loose:
            self._raise(file_id)
        for file_id in self.row.unsettled:
            self._raise_again(file_id)
        self._keep(unsettled=[])

    def _settled_head(self) -> str | None:
        """The file on top. That a file moved in goes on top is nowhere promised, so it is seen to
        once more; what Frame.io says then is what people see.
        """
        newest = self.versions[-1].file_id
        head_id = self._head()
        if head_id == newest:
            return head_id
        self._raise_again(newest)
        return self._head()

    def _above(self, loose: list[str]) -> list[str]:
        """Those that will have to go over the oldest that comes in now, and the unfinished."""
        order = [version.file_id for version in self.versions]
        over = set(order[order.index(loose[0]) + 1 :]) - set(loose)
        if not over:
            return [file_id for file_id in order if file_id in self.row.unsettled]
        over |= set(loose[1:]) | set(self.row.unsettled)
        return [file_id for file_id in order if file_id in over]

    def _create(self, file_ids: list[str]) -> str:
        """A create that got no clear answer may have worked: ask a file where it is."""
        for count in range(CREATE_TRIES):
            self.renew()
            try:
                made = self.client.create_version_stack(
                    self.account_id, self.row.folder_id, file_ids
                )
            except Unavailable as error:
                failure = error
            else:
                return made.id
            pause = failure.retry_after.total_seconds() if failure.retry_after else 2.0**count
            if pause > LONGEST_PAUSE:
                raise failure
            self.sleep(pause)
            parent = self.client.file(self.account_id, file_ids[0]).parent_id
            if parent and parent != self.row.folder_id:
                return parent
        raise failure

    def _raise(self, file_id: str) -> None:
        self.renew()
        self.client.move_file(self.account_id, file_id, self.row.stack_id)

    def _raise_again(self, file_id: str) -> None:
        self.renew()
        self.client.move_file(self.account_id, file_id, self.row.folder_id)
        self._raise(file_id)

    def _head(self) -> str | None:
        return self.client.version_stack(self.account_id, self.row.stack_id).head_id

    def _told(self, new: Version, head_id: str | None) -> Stacked:
        order = [version.file_id for version in self.versions]
        numbers = {version.number for version in self.versions}
        if head_id != order[-1]:
            log.warning("The newest version of %s is not on top of its stack.", self.row.key)
        return Stacked(
            stack_id=self.row.stack_id,
            position=order.index(new.file_id) + 1,
            is_head=head_id == new.file_id,
            arrived_late=max(numbers) > new.number,
            newest=max(numbers),
            gaps=tuple(sorted(set(range(min(numbers), max(numbers))) - numbers)),
        )


def _merged(kept: list[list[str | int]], more: Sequence[Version]) -> list[list[str | int]]:
    """What the caller says of a file counts; a file stays where it came in the list."""
    numbers = {str(file_id): number for file_id, number in kept}
    numbers |= {version.file_id: version.number for version in more}
    return [[file_id, number] for file_id, number in numbers.items()]
