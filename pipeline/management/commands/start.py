import os
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import DatabaseError
from django.utils.translation import gettext as _
from rich.console import Console

from pipeline.management.command import seconds
from pipeline.supervisor import children, ports, prepare
from pipeline.supervisor.lines import Lines
from pipeline.supervisor.lock import AlreadyRunning, only_one
from pipeline.supervisor.supervisor import GRACE, Child, Supervisor

KILLING = 10.0  # seconds that a cluster needs to end what did not end by itself


class Command(BaseCommand):
    help = (
        "Run all of PostFlow in this terminal: the web pages, the cluster that uploads and the"
        " watcher of the mount. Ctrl+C ends it; a second Ctrl+C does not wait for uploads to stop."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where the web pages listen")
        parser.add_argument("--port", type=ports.number, default=8000)
        parser.add_argument("--no-web", action="store_true", help="the pages are served elsewhere")
        parser.add_argument(
            "--no-input", action="store_true", help="do not ask about an admin user"
        )
        parser.add_argument(
            "--grace",
            type=seconds,
            default=GRACE,
            metavar="SECONDS",
            help=f"how long uploads may take to stop at the next part ({GRACE:.0f}); all of them"
            " go on from there at the next start",
        )

    def handle(
        self, *, host: str, port: int, no_web: bool, no_input: bool, grace: float, **_more: object
    ) -> None:
        try:
            with only_one(settings.POSTFLOW_VAR) as lock:
                if not no_web:
                    ports.check(host, port)
                self._prepare(ask=not no_input and sys.stdin.isatty())
                if not no_web:
                    self._say(
                        _("The pages will be at %(url)s")
                        % {"url": f"{children.address(host, port)}/"}
                    )
                family = the_children(host, port, grace=grace, no_web=no_web)
                self._supervise(family, grace + KILLING, lock)
                self._say(_("Everything has ended."))
        except (AlreadyRunning, ports.PortTaken) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(_("Stopped before it had begun."), returncode=130) from None

    def _prepare(self, *, ask: bool) -> None:
        self._say(_("Bringing the database up to date."))
        try:
            prepare.database()
            self._see_that_someone_can_log_in(ask=ask)
        except DatabaseError as error:
            raise CommandError(
                _(
                    "The database cannot be used: %(error)s. Check DATABASE_URL, and that there is"
                    " room on the disk."
                )
                % {"error": error}
            ) from error
        self._say(_("Collecting the pages' static files."))
        prepare.static_files()
        prepare.let_go()

    def _see_that_someone_can_log_in(self, *, ask: bool) -> None:
        if get_user_model().objects.filter(is_superuser=True, is_active=True).exists():
            return
        if ask and self._yes(_("Nobody can log in yet. Make an admin user now? [Y/n]")):
            call_command("createsuperuser", stdout=self.stdout)
        else:
            self._say(_("Nobody can log in yet. Make an admin user: manage.py createsuperuser"))

    def _yes(self, question: str) -> bool:
        self.stdout.write(question, ending=" ")
        self.stdout.flush()
        return sys.stdin.readline().strip().lower() in {"", *_("y yes").split()}

    def _supervise(self, family: list[Child], grace: float, lock: int) -> None:
        lines = Lines(Console(highlight=False))
        folder = Path(settings.BASE_DIR)
        with Supervisor(lines, folder=folder, grace=grace, keep_open=(lock,)) as supervisor:
            supervisor.heed_signals()
            for child in family:
                supervisor.add(child)
            self._say(_("PostFlow runs. Ctrl+C ends it."))
            supervisor.run(until=lambda: False)
            self._say(
                _(
                    "Ending. Uploads stop at the next part and go on at the next start; Ctrl+C once"
                    " more does not wait for that."
                )
            )

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def the_children(host: str, port: int, *, no_web: bool, grace: float = GRACE) -> list[Child]:
    fetched = bool(settings.PUBLIC_FILE_URL or settings.NGROK_AUTHTOKEN)
    files = [children.files()] if fetched else []
    if no_web:
        return [children.cluster(grace=grace), children.watcher(), *files]
    # Links in cards lead to this server, unless the operator has said where people find it.
    home = {"PUBLIC_URL": os.environ.get("PUBLIC_URL") or children.address(host, port)}
    inside = [children.cluster(home, grace=grace), children.watcher(home), *files]
    return [children.web(host, port, home), *inside]
