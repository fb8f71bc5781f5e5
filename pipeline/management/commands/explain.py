"""`manage.py explain`: why a file went up, or did not, or what it waits for."""

import dataclasses
import json
import sys
import textwrap
from typing import TYPE_CHECKING

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from rich.console import Console
from rich.text import Text

from pipeline.explain import Explanation, Step, explain
from pipeline.management.command import PostFlowCommand

if TYPE_CHECKING:
    from rich.style import StyleType

EXAMPLES = """\
examples:
  manage.py explain /mnt/studio/UNDLM_00412_anim_v003.mov
  manage.py explain --json FILE

The file need not be there any more. Nothing is changed.
"""
MARKS: "dict[bool | None, tuple[str, StyleType]]" = {
    True: ("✓", "green"),
    False: ("✗", "red"),
    None: ("·", "dim"),
}


class Command(PostFlowCommand):
    help = "Say what PostFlow knows of a file, and what would have to happen for it to go up."
    epilog = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: object, file: str, json: bool, **_options: object) -> None:
        explanation = explain(file)
        if json:
            sys.stdout.write(_as_json(explanation) + "\n")
        else:
            _show(explanation, Console(highlight=False, markup=False, soft_wrap=True))


def _as_json(explanation: Explanation) -> str:
    return json.dumps(dataclasses.asdict(explanation), ensure_ascii=False)


def _show(explanation: Explanation, out: Console) -> None:
    out.print(explanation.path, style="bold")
    for step in explanation.steps:
        _show_step(step, out)
    out.print()
    out.print(_("In short:"), style="bold")
    out.print(textwrap.indent(explanation.verdict, "  "))


def _show_step(step: Step, out: Console) -> None:
    mark, style = MARKS[step.well]
    first, *rest = step.text.splitlines() or [""]
    out.print(Text.assemble((f"{mark} ", style), (f"{step.title}: ", "bold"), first))
    for line in rest:
        out.print(f"  {line}")
