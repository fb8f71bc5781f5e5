"""`manage.py dumpconfig`: what people steer, and settings, as one file."""

import json

from django.core.management.base import CommandParser

from pipeline.configuration import dump
from pipeline.configuration.tables import LIMITS, TABLES
from pipeline.management.command import PostFlowCommand

EXAMPLES = """\
examples:
  manage.py dumpconfig > studio.json
  manage.py loadconfig studio.json        # on another installation

No secret is in it: Frame.io logins are connected anew, webhook addresses set anew.
"""


class Command(PostFlowCommand):
    help = (
        "Write projects, naming rules, watched folders, mount paths, upload hours, limits, channels"
        " and settings as JSON."
    )
    epilog = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--only",
            choices=["frameio", "discord", LIMITS.section, *(table.section for table in TABLES)],
            help="one section alone",
        )

    def handle(self, *_args: object, only: str | None, **_options: object) -> None:
        found = dump()
        shown = {only: found[only]} if only else found
        self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2))
