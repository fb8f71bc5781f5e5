"""What the watcher says, a line each, in its terminal or log."""

from collections.abc import Callable, Sequence

LISTED_AT_ONCE = 10  # more files than these are counted, not listed


def legible(text: str) -> str:
    """Without what would move the cursor or ring the bell: names may hold anything."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


class Voice:
    """Speaks of one folder."""

    def __init__(self, path: str, say: Callable[[str], None]) -> None:
        self.say = say
        self._path = path
        self._told: set[str] = set()

    def once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self.say(line)

    def each(self, what: str, keys: Sequence[str]) -> None:
        for key in keys[:LISTED_AT_ONCE]:
            self.say(f"{what}: {legible(key)}")
        if len(keys) > LISTED_AT_ONCE:
            self.say(f"{what}: {len(keys) - LISTED_AT_ONCE} more in {self._path}")
