"""The clips arriving: a table that stays in place on a terminal, lines elsewhere."""

from collections.abc import Sequence
from types import TracebackType

from django.utils.translation import gettext as _
from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pipeline.demo.arrivals import Arrival
from pipeline.sizes import human_size


class Screen:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._said: dict[str, str] = {}

    def __enter__(self) -> "Screen":
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.stop()

    def say(self, text: str) -> None:
        self._console.print(Text(text), soft_wrap=True)

    def show(self, arrivals: Sequence[Arrival]) -> None:
        if self._live:
            self._live.update(_table(arrivals), refresh=True)
            return
        for arrival in arrivals:
            if self._said.get(arrival.clip.name) != arrival.state:
                self._said[arrival.clip.name] = arrival.state
                self.say(f"  {arrival.clip.name}: {arrival.state}")


def _table(arrivals: Sequence[Arrival]) -> Table:
    table = Table(_("render"), _("size"), _("sent"), "")
    for arrival in arrivals:
        link = f"link {arrival.url}" if arrival.url else ""
        colour = "green" if arrival.whole else ""
        table.add_row(
            Text(arrival.clip.name, style=link),
            Text(human_size(arrival.clip.size)),
            ProgressBar(total=1.0, completed=arrival.part, width=20),
            Text(arrival.state, style=colour),
        )
    return table
