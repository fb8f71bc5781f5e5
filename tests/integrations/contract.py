"""What every integration has to keep to: its tests inherit this and say what is at the place.

A subclass overrides the fixtures `place` (makes the integration), `away` (the place cannot be
reached within it) and `delivered` (what is whole at the place: sha256 by path); and `project`,
where the place needs one of its own.
"""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pipeline.integrations.base import (
    BaseIntegration,
    IntegrationError,
    Json,
    MediaFile,
    Receipt,
    SourceAway,
    SourceChanged,
)
from pipeline.jobs import LeaseLost
from tests.pipeline.conftest import rewrite

MakePlace = Callable[[], BaseIntegration]
Delivered = Callable[[], dict[str, str]]
Away = Callable[[], AbstractContextManager[None]]
CONTENT = bytes(range(256)) * 4096 * 12  # 12 MiB: more than one block, and more than one part
NAME = "UNDLM_00412_anim_v003.mov"
WHOLE = {f"00412/anim/{NAME}": hashlib.sha256(CONTENT).hexdigest()}


@dataclass(frozen=True)
class Whose:
    """The project's code, and its ids at the place."""

    code: str = "UNDLM"
    account: int | None = None
    remote: str = ""


class Died(BaseException):
    """The process ends here: nobody catches it."""


@dataclass
class Memory:
    """Kept as the delivery's columns are."""

    values: dict[str, Json] = field(default_factory=dict)
    secrets: dict[str, Json] = field(default_factory=dict)

    def get(self, key: str) -> Json:
        return self.values.get(key)

    def keep(self, **values: Json) -> None:
        kept = self.values | values
        self.values = {key: value for key, value in kept.items() if value is not None}

    def get_secret(self, key: str) -> Json:
        return self.secrets.get(key)

    def keep_secret(self, **values: Json) -> None:
        self.secrets |= values

    def is_kept_elsewhere(self, key: str, value: Json) -> bool:
        return False


@dataclass
class Reports:
    """Counts the bytes; raises `then` when so many have been told of."""

    sent: int = 0
    until: int | None = None
    then: BaseException | None = None

    def __call__(self, sent: int) -> None:
        self.sent += sent
        if self.then and self.until is not None and self.sent >= self.until:
            raise self.then


def deliver(make: MakePlace, file: MediaFile) -> Receipt:
    place = make()
    place.initialize()
    try:
        return place.process_file(file)
    finally:
        place.cleanup()


def discard(make: MakePlace, file: MediaFile) -> None:
    place = make()
    place.initialize()
    try:
        place.discard(file)
    finally:
        place.cleanup()


def stopped(file: MediaFile, error: BaseException, after: int = 1) -> MediaFile:
    return replace(file, report=Reports(until=after, then=error))


class IntegrationContract:
    @pytest.fixture
    def place(self) -> MakePlace:
        raise NotImplementedError

    @pytest.fixture
    def delivered(self) -> Delivered:
        raise NotImplementedError

    @pytest.fixture
    def away(self) -> Away:
        raise NotImplementedError

    @pytest.fixture
    def project(self) -> Whose:
        return Whose()

    @pytest.fixture
    def file(self, tmp_path: Path, project: Whose) -> MediaFile:
        path = tmp_path / "renders" / NAME
        path.parent.mkdir()
        path.write_bytes(CONTENT)
        found = path.stat()
        return MediaFile(
            path=path,
            name=path.name,
            size=found.st_size,
            mtime_ns=found.st_mtime_ns,
            project=project.code,
            fields={"shot": "00412", "task": "anim", "version": "003"},
            folders=("00412", "anim"),
            account=project.account,
            remote_project=project.remote,
            memory=Memory(),
            report=Reports(),
            note=lambda _sentence: None,
        )

    def test_it_has_a_name_for_people(self, place: MakePlace) -> None:
        assert str(place().label)

    def test_the_file_is_there_byte_for_byte_and_told_of(
        self, place: MakePlace, file: MediaFile, delivered: Delivered
    ) -> None:
        receipt = deliver(place, file)
        assert receipt.remote_id
        assert delivered() == WHOLE
        assert isinstance(file.report, Reports)
        assert file.report.sent == file.size

    def test_called_twice_it_is_there_once(
        self, place: MakePlace, file: MediaFile, delivered: Delivered
    ) -> None:
        """The process died when all was done but noted."""
        first = deliver(place, file)
        again = deliver(place, replace(file, report=Reports()))
        assert again.remote_id == first.remote_id
        assert delivered() == WHOLE

    def test_killed_half_way_it_goes_on(
        self, place: MakePlace, file: MediaFile, delivered: Delivered
    ) -> None:
        with pytest.raises(Died):
            deliver(place, stopped(file, Died()))
        deliver(place, file)
        assert delivered() == WHOLE

    def test_cancelled_it_stops_and_leaves_nothing(
        self, place: MakePlace, file: MediaFile, delivered: Delivered
    ) -> None:
        with pytest.raises(LeaseLost):
            deliver(place, stopped(file, LeaseLost(cancelled=True)))
        discard(place, file)
        discard(place, file)
        assert delivered() == {}

    def test_a_place_that_is_away_is_a_passing_error_in_words(
        self, place: MakePlace, file: MediaFile, away: Away, delivered: Delivered
    ) -> None:
        with away(), pytest.raises(IntegrationError) as caught:
            deliver(place, file)
        assert not caught.value.permanent
        assert str(caught.value).endswith(".")
        deliver(place, replace(file, report=Reports()))
        assert delivered() == WHOLE

    def test_a_file_that_was_written_to_since_is_not_delivered(
        self, place: MakePlace, file: MediaFile, delivered: Delivered
    ) -> None:
        rewrite(file.path, b"other frames")
        with pytest.raises(SourceChanged):
            deliver(place, file)
        assert delivered() == {}

    def test_a_file_that_is_away_is_not_taken_for_changed(
        self, place: MakePlace, file: MediaFile, delivered: Delivered
    ) -> None:
        file.path.unlink()
        with pytest.raises(SourceAway):
            deliver(place, file)
        assert delivered() == {}

    def test_cleaning_up_raises_nothing_whatever_came_before(
        self, place: MakePlace, file: MediaFile, away: Away
    ) -> None:
        made = place()
        made.initialize()
        with away(), pytest.raises(IntegrationError):
            made.process_file(file)
        made.cleanup()
