import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from pipeline.demo import place, show, stage
from pipeline.supervisor import children, ports
from pipeline.supervisor.lock import AlreadyRunning, only_one

WEB_PORT = 8000
LAST_LINES = 30


class Command(BaseCommand):
    help = (
        "Show PostFlow at work: a sandbox in place of Frame.io, and sample renders that are saved"
        " on a demo mount and arrive there. Its data lie in `demo` under POSTFLOW_VAR, apart from"
        " the real ones, and are made anew at each run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once",
            action="store_true",
            help="end by itself: exit code 0 when every clip has arrived byte for byte, 1 if not",
        )
        parser.add_argument("--port", type=ports.number, help="of the web pages")

    def handle(self, *, once: bool, port: int | None, **_more: object) -> None:
        home = Path(settings.POSTFLOW_VAR)
        if place.MARK not in os.environ:
            _move_to(home / "demo", once=once, port=port)
        try:
            with only_one(home) as lock:
                show.run(home, lock, web_port=_web_port(port, once=once), once=once)
        except (AlreadyRunning, ports.PortTaken) as error:
            raise CommandError(str(error)) from error
        except (stage.Stopped, KeyboardInterrupt):
            raise CommandError(_("Stopped before it had begun."), returncode=130) from None
        except (stage.NoStage, show.NotArrived) as error:
            raise CommandError(f"{error}\n\n{_log_of(home)}") from error


def _move_to(home: Path, *, once: bool, port: int | None) -> None:
    """Become the demo in its own place: settings are read when a process starts."""
    flags = (["--once"] if once else []) + (["--port", str(port)] if port else [])
    command = children.manage("demo", *flags)
    sys.stdout.flush()
    if os.name == "nt":  # where exec gives the terminal back to the shell
        sys.exit(subprocess.call(command, env=place.environment(home)))
    os.execve(command[0], command, place.environment(home))  # noqa: S606  our own program


def _web_port(asked: int | None, *, once: bool) -> int:
    if asked:
        ports.check(stage.HOST, asked)
        return asked
    return ports.free_port(stage.HOST) if once else ports.next_free(stage.HOST, WEB_PORT)


def _log_of(home: Path) -> str:
    log = home / show.LOG
    lines = log.read_text(encoding="utf-8").splitlines()[-LAST_LINES:] if log.exists() else []
    return "\n".join([_("The last lines of %(log)s:") % {"log": log}, *lines])
