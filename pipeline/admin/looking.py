"""What this machine sees at a path, said in a sentence, even when the mount is dead."""

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from pipeline.browsing import Listing
from pipeline.places import PATIENCE, within

COUNT_AT_MOST = 1000


@dataclass(frozen=True)
class Seen:
    there: bool
    sentence: str


def look_at(
    path: Path,
    listing: Listing = os.scandir,
    patience: float = PATIENCE,
) -> Seen:
    language = get_language()  # the person's; a thread of its own begins with the server's

    def look() -> Seen:
        with override(language):
            return _look(path, listing)

    return within(patience, look) or Seen(
        there=False,
        sentence=_("%(path)s does not answer: the mount is probably away. Check LucidLink.")
        % {"path": path},
    )


def _look(path: Path, listing: Listing) -> Seen:
    try:
        with listing(path) as entries:
            count = sum(1 for _entry in islice(entries, COUNT_AT_MOST + 1))
    except FileNotFoundError:
        text = _("There is no %(path)s on this machine. Check the spelling, and the mount.")
    except NotADirectoryError:
        text = _("%(path)s is a file, not a folder. Give the folder it lies in.")
    except PermissionError:
        text = _("PostFlow may not read %(path)s. Give its user the right to.")
    except (OSError, ValueError) as error:
        text = _("%(path)s cannot be read (%(error)s). Check the mount.")
        return Seen(there=False, sentence=text % {"path": path, "error": error})
    else:
        return Seen(there=True, sentence=_there(count))
    return Seen(there=False, sentence=text % {"path": path})


def _there(count: int) -> str:
    if count > COUNT_AT_MOST:
        return _("It is there, with more than %(count)d entries.") % {"count": COUNT_AT_MOST}
    if count == 0:
        return _("It is there, and empty.")
    text = ngettext(
        "It is there, with %(count)d entry.", "It is there, with %(count)d entries.", count
    )
    return text % {"count": count}
