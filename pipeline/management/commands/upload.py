"""`manage.py upload`: send files by hand and see them arrive."""

import dataclasses
import json
import logging
import sys
import textwrap
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from pipeline import routing
from pipeline.management.command import PostFlowCommand, quiet_console
from pipeline.models import UploadJob
from pipeline.sizes import human_size
from pipeline.uploads import UploadRefused, UploadResult, plan, upload_file

EXAMPLES = """\
examples:
  manage.py upload UNDLM_00412_anim_v003.mov
  manage.py upload --shot 0045 UNDLM_010_0040_comp_v003.mov
  manage.py upload --project UNDLM --folder Dailies/2026-11-21 *.mov
  manage.py upload --dry-run UNDLM_00412_anim_v003.mov

A name that fits no rule needs --project and --folder. What is given by hand wins over the name.

exit code: 0 when every file arrived (or was queued, with --no-wait), 1 when one did not,
2 for a wrong command line. What was sent before is not sent again.
"""


STOPPED = gettext_lazy(
    "Stopped. What was sent is kept: run it again, or leave it to the cluster, which goes on with"
    " it by itself. To end it for good, cancel the upload in the admin."
)


class Command(PostFlowCommand):
    help = "Send files to Frame.io now, and say where they are."
    epilog = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--project", metavar="CODE", help="project, if not the name's")
        parser.add_argument("--scene", metavar="S", default="", help="scene, if not the name's")
        parser.add_argument("--shot", metavar="S", default="", help="shot, if not the name's")
        parser.add_argument("--folder", metavar="A/B", help="Frame.io folders, if not the rule's")
        parser.add_argument(
            "--discord-webhook", metavar="URL", default="", help="tell this Discord channel"
        )
        parser.add_argument(
            "--no-wait", action="store_true", help="queue it for the cluster and return at once"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would happen, change nothing"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object a file")

    def handle(self, **options: object) -> None:
        asked = Namespace(**options)
        if asked.verbosity < 2:
            quiet_console(logging.WARNING)  # the result says it all
        send = _rehearse if asked.dry_run else _send
        show = _as_json if asked.json else _as_text
        try:
            results = [show(send(file, asked), asked) for file in asked.files]
        except KeyboardInterrupt:
            sys.stderr.write(f"\n{STOPPED}\n")
            sys.exit(130)
        if not all(results):
            sys.exit(1)


def _fields(asked: Namespace) -> dict[str, str]:
    given = {"scene": asked.scene, "shot": asked.shot}
    return {token: value for token, value in given.items() if value}


def _rehearse(file: str, asked: Namespace) -> UploadResult:
    """What sending would do, as a result that has not happened."""
    try:
        planned = plan(file, asked.project, _fields(asked), asked.folder, asked.discord_webhook)
    except UploadRefused as error:
        return UploadResult(success=False, file=routing.printable(file), error=str(error))
    known = planned.known
    return UploadResult(
        success=True,
        file=file,
        job_id=known.pk if known else None,
        state=known.state if known else None,
        folder="/".join(planned.route.destination),
        fields=planned.route.fields,
        version=planned.route.version,
        bytes=planned.size,
    )


def _send(file: str, asked: Namespace) -> UploadResult:
    console = Console(stderr=True)
    name = routing.printable(Path(file).name)
    quiet = asked.json or asked.no_wait or not console.is_terminal
    with _bar(console, name, quiet=quiet) as progress:
        return upload_file(
            file,
            project=asked.project,
            fields=_fields(asked),
            folder=asked.folder,
            discord_webhook_url=asked.discord_webhook,
            wait=not asked.no_wait,
            progress=progress,
        )


@contextmanager
def _bar(console: Console, name: str, *, quiet: bool) -> Iterator["Bar"]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[state]}"),
    )
    with Progress(*columns, console=console, transient=True, disable=quiet) as progress:
        yield Bar(progress, name)


class Bar:
    """A live line: how far, how fast, how long still, and what the job waits for."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=None, state="")

    def __call__(self, job: UploadJob) -> None:
        self._progress.update(
            self._task,
            total=job.size,
            completed=job.bytes_sent,
            state=job.reason.splitlines()[0] if job.reason else job.get_state_display(),
        )


def _as_json(result: UploadResult, _asked: Namespace) -> bool:
    told = dataclasses.asdict(result)
    del told["already"]  # the object's names are what other programs rely on
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return result.success


def _as_text(result: UploadResult, asked: Namespace) -> bool:
    out = Console(highlight=False, soft_wrap=True, markup=False)
    name, size = Path(result.file).name, human_size(result.bytes)
    where = " / ".join(part for part in (result.fields.get("project"), result.folder) if part)
    if not result.success:
        err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
        err.print(f"✗ {name}", style="red")
        err.print(textwrap.indent(result.error or "", "  "))
    elif asked.dry_run:
        out.print(f"{name} ({size})", style="bold")
        out.print("  " + _("fields: ") + _listed(result.fields))
        out.print("  " + _("to: ") + (where or "/"))
        out.print("  " + _foreseen(result))
    elif result.already:
        out.print(f"✓ {name} → {where}  " + _("has arrived before (job %d)") % result.job_id)
        out.print(f"  {result.view_url}")
    elif result.state == UploadJob.State.DONE:
        out.print(f"✓ {name} → {where}  ({size}, {result.seconds:.1f} s)", style="green")
        out.print(f"  {result.view_url}")
    else:
        out.print(f"… {name} → {where}  " + _("queued as job %d") % (result.job_id or 0))
    return result.success


def _listed(fields: dict[str, str]) -> str:
    return ", ".join(f"{token} {value}" for token, value in fields.items()) or "-"


def _foreseen(result: UploadResult) -> str:
    if result.state == UploadJob.State.DONE:
        return _("It has arrived already (job %d) and would not be sent again.") % result.job_id
    if result.state == UploadJob.State.RUNNING:
        return _("It is on its way (job %d).") % result.job_id
    return _("It would be sent. Nothing was changed.")
