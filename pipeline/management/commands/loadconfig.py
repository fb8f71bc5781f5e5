"""`manage.py loadconfig`: what people steer, out of a file."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pipeline.configuration import BadRows, Change, Wanted, load
from pipeline.management.command import PostFlowCommand, as_command
from postflow_site.configuration import BadConfiguration, Configuration, read

EXAMPLES = """\
examples:
  manage.py loadconfig --dry-run studio.json
  manage.py loadconfig                    # config/integrations.json, or POSTFLOW_CONFIG

Rows that are missing are made, those that differ are changed, and none is deleted. Where anything
in the file is wrong, all that is wrong is told and nothing is changed.
"""


class Command(PostFlowCommand):
    help = (
        "Read projects, naming rules, watched folders, mount paths, upload hours, limits and\n"
        "channels from a file; say what changed."
    )
    epilog = EXAMPLES

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", default=settings.POSTFLOW_CONFIG)
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, change nothing"
        )

    def handle(self, *_args: object, file: str, dry_run: bool, **_options: object) -> None:
        try:
            found = read(Path(file))
            with as_command("loadconfig"):
                changes = load(Wanted.of(found), who="loadconfig", dry_run=dry_run)
        except BadConfiguration as error:
            raise CommandError(str(error)) from None
        except BadRows as error:
            faults = "\n".join(f"  {fault.where}: {fault.reason}" for fault in error.faults)
            told = _("%(file)s was not loaded, and nothing is changed:") % {"file": file}
            raise CommandError(f"{told}\n{faults}") from None
        for change in changes:
            self._tell(change)
        self._sum_up(changes, dry_run=dry_run)
        self._mention_settings(file, found)

    def _tell(self, change: Change) -> None:
        if change.made:
            self.stdout.write(" ".join(filter(None, [f"+ {change.what}", change.note])))
            return
        self.stdout.write(f"~ {change.what}")
        for name, (was, now) in change.columns.items():
            self.stdout.write(f"    {name}: {was!r} → {now!r}")

    def _sum_up(self, changes: list[Change], *, dry_run: bool) -> None:
        count = len(changes)
        if not changes:
            self.stdout.write(_("Nothing differs: everything in the file is here already."))
        elif dry_run:
            text = ngettext(
                "%(count)d change would be made.", "%(count)d changes would be made.", count
            )
            self.stdout.write(text % {"count": count} + " " + _("Nothing was changed."))
        else:
            text = ngettext("%(count)d change is made.", "%(count)d changes are made.", count)
            self.stdout.write(text % {"count": count})

    def _mention_settings(self, file: str, found: Configuration) -> None:
        """A section that this command does not read must not look as if it had."""
        said = [name for name in ("frameio", "discord") if name in found.model_fields_set]
        if said and Path(file).resolve() != Path(settings.POSTFLOW_CONFIG).resolve():
            text = _(
                "%(sections)s are settings: they are read at each start from %(path)s"
                " (POSTFLOW_CONFIG), not from this file."
            )
            values = {"sections": ", ".join(said), "path": settings.POSTFLOW_CONFIG or "-"}
            self.stdout.write(text % values)
