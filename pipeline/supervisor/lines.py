"""What the children say, each line with its child's name in front and in its colour."""

from rich.console import Console
from rich.text import Text

COLOURS = ("cyan", "magenta", "green", "yellow", "blue")
WIDTH = 8


class Lines:
    """May be used from any thread."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._colours: dict[str, str] = {}

    def say(self, name: str, line: str) -> None:
        text = Text(f"{name:<{WIDTH}} | ", style=self._colour(name))
        text.append(self._shown(line), style="default")
        self._console.print(text, soft_wrap=True)

    def _colour(self, name: str) -> str:
        return self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])

    def _shown(self, line: str) -> str:
        """A file's name can hold what would steer the terminal, or what it has no signs for."""
        tame = "".join(c if c.isprintable() else "?" for c in line.rstrip().expandtabs(4))
        return tame.encode(self._console.encoding, "replace").decode(self._console.encoding)
