"""`manage.py doctor`: is everything there that PostFlow needs, and what to do if not."""

import json
import logging
import platform
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.text import Text

from pipeline.doctor import Finding, State, full_examination
from pipeline.management.command import PostFlowCommand, quiet_console

EXAMPLES = """\
examples:
  manage.py doctor
  manage.py doctor --json

It asks Frame.io who is logged in and Discord whether the webhook is there; it posts nothing.
Exit code: 0 when nothing is broken (warnings included), 1 when something is, 2 for bad usage.
"""
MARKS = {State.OK: ("✓", "green"), State.WARNING: ("!", "yellow"), State.FAULT: ("✗", "red")}
INDENT = "  "


class Command(PostFlowCommand):
    help = "Examine everything that PostFlow needs, and say what to do about what is not well."
    epilog = EXAMPLES
    requires_system_checks = []  # they are one of its own

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_args: object, json: bool, **_options: object) -> None:
        quiet_console(logging.CRITICAL)  # the findings say it all
        findings = full_examination()
        if json:
            sys.stdout.write(_as_json(findings) + "\n")
        else:
            _show(findings, Console(highlight=False, markup=False, soft_wrap=True))
        if _worst(findings) == State.FAULT:
            sys.exit(1)


def _worst(findings: Sequence[Finding]) -> State:
    states = {found.state for found in findings}
    return next(state for state in (State.FAULT, State.WARNING, State.OK) if state in states)


def _as_json(findings: Sequence[Finding]) -> str:
    said = {
        "state": _worst(findings).value,
        "version": settings.VERSION,
        "host": platform.node(),
        "findings": [found.as_json() for found in findings],
    }
    return json.dumps(said, ensure_ascii=False)


def _show(findings: Sequence[Finding], out: Console) -> None:
    out.print(_title(), style="bold")
    for found in findings:
        _show_one(found, out)
    out.print()
    out.print(_sum(findings), style="bold")


def _title() -> str:
    return _("PostFlow %(version)s on %(host)s") % {
        "version": settings.VERSION,
        "host": platform.node(),
    }


def _show_one(found: Finding, out: Console) -> None:
    mark, style = MARKS[found.state]
    out.print(Text.assemble((f"{mark} ", style), (f"{found.title}: ", "bold"), str(found.text)))
    if found.state == State.OK:
        return
    if found.since:
        since = f"{timezone.localtime(found.since):%Y-%m-%d %H:%M}"
        out.print(INDENT + _("Since %(when)s.") % {"when": since}, style="dim")
    if found.advice:
        out.print(textwrap.indent(f"→ {found.advice}", INDENT))


def _sum(findings: Sequence[Finding]) -> str:
    count = Counter(found.state for found in findings)
    faults, warnings = count[State.FAULT], count[State.WARNING]
    if not faults and not warnings:
        return _("All is well.")
    parts = [
        ngettext("%(count)d fault", "%(count)d faults", faults) % {"count": faults},
        ngettext("%(count)d warning", "%(count)d warnings", warnings) % {"count": warnings},
    ]
    return ", ".join(part for part, number in zip(parts, (faults, warnings), strict=True) if number)
