"""What has to be in order before the children are started."""

from django.core.management import call_command
from django.db import connections


def database() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def let_go() -> None:
    """Of the database: from here on it is the children's."""
    connections.close_all()


def static_files() -> None:
    call_command("collectstatic", verbosity=0, interactive=False)
