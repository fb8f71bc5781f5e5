"""What a page tells of an upload that is under way, by what its journal keeps."""

from datetime import UTC, datetime

from frameio.journal import Begun, Destination
from frameio.shapes import Part, Placeholder
from pipeline.integrations.frameio_journal import DeliveryJournal, standing
from tests.integrations.contract import Memory

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
THREE = tuple(Part(number, number, 1, "https://storage.invalid/") for number in (1, 2, 3))


def test_the_parts_are_counted_from_the_first_until_it_is_forgotten() -> None:
    memory = Memory()
    journal = DeliveryJournal(memory)
    journal.beginning(Begun(NOON, Destination("acc", "folder", "a.mov", 3)))
    journal.started(Placeholder("f", "a.mov", 3, None, THREE))
    journal.sent(3)
    stands = standing(memory.values)
    assert (stands.there, stands.parts, stands.begun_at) == (1, 3, NOON)
    journal.forgotten()
    assert standing(memory.values) == standing({})
