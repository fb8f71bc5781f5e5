"""`manage.py makemessages`: Django's own, made to fit this code. See docs/translating.md."""

import re
from pathlib import Path

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [
        *makemessages.Command.xgettext_options,
        "--keyword=_now",  # gettext, where `_` is the lazy one
    ]

    def write_po_file(self, potfile: str, locale: str) -> None:
        """Without the date of the run, so that a file changes only when a message does."""
        super().write_po_file(potfile, locale)
        catalogue = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        text = catalogue.read_text(encoding="utf-8")
        dateless = re.sub(r'^"POT-Creation-Date: .*"\n', "", text, flags=re.MULTILINE)
        catalogue.write_text(dateless, encoding="utf-8", newline="\n")
