from django.core.management import CommandParser
from django.utils.translation import gettext as _
from rich.console import Console

from pipeline.management.command import PostFlowCommand, seconds
from pipeline.supervisor.clusters import Clusters, queues
from pipeline.supervisor.lines import Lines
from pipeline.supervisor.supervisor import GRACE


class Command(PostFlowCommand):
    help = (
        "Run the clusters: one for uploads, one for what is short (comments, cleaning up, what\n"
        "is seen to once a day). Ctrl+C, or SIGTERM to this process alone, stops it: uploads\n"
        "under way stop at the next part and go on elsewhere, or here at the next start. A\n"
        "second one does not wait for that."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", choices=queues(), help="that one alone (default: both)")
        parser.add_argument(
            "--grace",
            type=seconds,
            default=GRACE,
            metavar="SECONDS",
            help=f"how long uploads may take to stop, before they are cut off ({GRACE:.0f})",
        )

    def handle(self, *_args: object, queue: str | None, grace: float, **_options: object) -> None:
        chosen = [found for name, found in queues().items() if queue in {None, name}]
        Clusters(Lines(Console(highlight=False)), chosen, grace=grace).run()
        self.stdout.write(_("Everything has ended."))
