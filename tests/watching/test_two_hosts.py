"""Two machines, one mount, one database: the one on duty dies, or sleeps; the other takes over.

The sleepers are left to POSTFLOW_LONG=1 in the environment."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.long_form import of_which
from tests.lucidlink.clips import tiny_mov
from tests.watching.site import Host, Site, why_no_hosts

pytestmark = [pytest.mark.processes, pytest.mark.slow]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    if why := why_no_hosts():
        pytest.skip(why)
    site = Site(tmp_path)
    site.watch_the_mount()
    return site


class Pair:
    """`alpha` is on duty, `beta` stands by."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.alpha = Host(site, "alpha")
        self.alpha.until(f"{site.mount} is online")
        self.beta = Host(site, "beta")
        said = self.beta.until(f"{site.mount} is watched by")
        assert "watched by alpha (1)" in said[-1]

    def put(self, name: str) -> None:
        (self._site.mount / name).write_bytes(tiny_mov())


@pytest.fixture
def pair(site: Site) -> Iterator[Pair]:
    pair = Pair(site)
    yield pair
    rest = pair.alpha.end() + pair.beta.end()
    assert "Traceback" not in rest


def names(site: Site) -> list[str]:
    return sorted(name for name, _state in site.jobs())


@pytest.mark.parametrize("stroke", of_which([psutil.Process.kill], [psutil.Process.suspend]))
def test_the_other_machine_takes_over_and_hands_each_file_over_once(
    site: Site, pair: Pair, stroke: Callable[[psutil.Process], None]
) -> None:
    pair.put("one.mov")
    pair.alpha.until("held: one.mov")
    pair.put("two.mov")
    pair.alpha.until("found: two.mov")
    stroke(pair.alpha.watcher)
    pair.put("three.mov")
    assert "alpha (1) does not answer; taken over." in pair.beta.until(f"{site.mount}: ")[-1]
    said = "".join([*pair.beta.until("held: t"), *pair.beta.until("held: t")])
    assert "one.mov" not in said
    assert names(site) == ["one.mov", "three.mov", "two.mov"]


@pytest.mark.long
def test_who_wakes_stands_by_and_no_file_is_lost_or_doubled(site: Site, pair: Pair) -> None:
    """One falls asleep in the middle of a file that is not finished; when it is awake again, the
    other one does."""
    sleeper, other = pair.alpha, pair.beta
    for turn in range(2):
        watcher = sleeper.watcher  # looking for it may take longer than the file needs
        pair.put(f"{turn}a.mov")
        sleeper.until(f"found: {turn}a.mov")
        watcher.suspend()
        pair.put(f"{turn}b.mov")
        other.until(f"{site.mount}: ")
        watcher.resume()
        said = sleeper.until(f"{site.mount} is watched by {other.name} (1)")
        assert not any(line.startswith(("found", "held")) for line in said), said
        sleeper, other = other, sleeper
    pair.put("last.mov")
    sleeper.until("held: last.mov")
    assert names(site) == ["0a.mov", "0b.mov", "1a.mov", "1b.mov", "last.mov"]
