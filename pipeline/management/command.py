"""What PostFlow's commands share: help with examples, and a database that is not ready."""

import getpass
import logging
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from contextlib import AbstractContextManager

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext as _

from pipeline.acting import Act, Via, acting


def seconds(text: str) -> float:
    """For a command line."""
    if text.isdecimal():
        return float(text)
    raise ArgumentTypeError(f"{text} is no time: give whole seconds")


class PostFlowCommand(BaseCommand):
    """`epilog` is shown below the options, as it stands."""

    epilog = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: object) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.epilog = self.epilog
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def execute(self, *args: object, **options: object) -> str | None:
        try:
            return super().execute(*args, **options)
        except (OperationalError, ProgrammingError) as error:
            told = {"error": error, "advice": _advice(error)}
            text = _("The database cannot be used: %(error)s. %(advice)s")
            raise CommandError(text % told) from error


def as_command(name: str) -> AbstractContextManager[None]:
    """What is changed within is whose shell it is, by this command."""
    return acting(Act(Via.COMMAND, _user_of_the_system, name))


def _user_of_the_system() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # a container's user may have no name
        return ""


def quiet_console(level: int) -> None:
    """For a command whose own words say it all: below `level`, what is logged goes to the files
    alone."""
    for handler in logging.getLogger().handlers:
        if handler.name == "console":
            handler.setLevel(level)


def _advice(error: Exception) -> str:
    if "full" in str(error):
        return _("Make room on the disk of %(place)s, then run it again.") % {
            "place": settings.POSTFLOW_VAR
        }
    return _("If this is a new installation or a new version, run: manage.py migrate")
