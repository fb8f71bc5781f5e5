"""`manage.py sandbox`: a local Frame.io."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from frameio.sandbox.options import add_arguments, options_from
from frameio.sandbox.server import CannotStart, serve


class Command(BaseCommand):
    help = (
        "Runs a local Frame.io: Adobe login, the V4 API, part storage, and a page that shows and"
        " plays what arrived. Everything it was sent is kept under --data and is there again after"
        " a restart. Only this machine can reach it. Stop it with Ctrl-C."
    )
    requires_system_checks: list[str] = []  # it uses neither models nor settings of the product

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser, data=Path(settings.POSTFLOW_VAR) / "sandbox")

    def handle(self, *args: object, **options: object) -> None:  # noqa: ARG002  # Django's shape
        try:
            serve(options_from(options))
        except CannotStart as reason:
            raise CommandError(str(reason)) from reason
