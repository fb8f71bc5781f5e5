"""`manage.py probe_mount PATH`: measure a real mount, and say which settings follow."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from lucidlink.filter import Filter
from lucidlink.mount import ANYWHERE, check
from lucidlink.pace import PASS_EVERY, SHARE
from lucidlink.survey import Costs, FromAfar, Survey, by_hand, from_afar, survey
from pipeline.models import MEDIA_EXTENSIONS


class Command(BaseCommand):
    help = "Measures what a mount does: what it tells of others' writing, and what asking it costs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="The folder, as this machine sees it.")
        parser.add_argument(
            "--far",
            type=Path,
            help="The same folder by another way (another mount of it), to be written into as"
            " another machine would.",
        )
        parser.add_argument(
            "--ask", action="store_true", help="Ask a person to make a file on another machine."
        )
        parser.add_argument(
            "--types", default=MEDIA_EXTENSIONS, help="File types to look for, with spaces."
        )
        parser.add_argument("--seconds", type=float, default=60, help="The longest one step takes.")
        parser.add_argument("--json", action="store_true", help="One JSON object instead of text.")

    def handle(
        self,
        *_args: object,
        path: Path,
        far: Path | None,
        ask: bool,
        types: str,
        seconds: float,
        json: bool,
        **_options: object,
    ) -> None:
        state = check(path, ANYWHERE)
        if not state.online:
            raise CommandError(f"{path}: {state.reason}")
        if far is not None and not far.is_dir():
            text = _("%(path)s is no folder: give --far the same folder by another way.")
            raise CommandError(text % {"path": far})

        def afar() -> FromAfar | None:
            if far is not None:
                return from_afar(path, far, seconds)
            return self._by_hand(path, seconds) if ask else None

        found = survey(path, Filter(types.split()), seconds, afar)
        self.stdout.write(_as_json(found) if json else "\n".join(_in_words(found)))

    def _by_hand(self, path: Path, seconds: float) -> FromAfar:
        name = f"postflow-probe-{secrets.token_hex(3)}"
        text = _(
            "On another machine, make a file named %(name)s in this folder. Waiting %(seconds).0f s"
            " for it; Ctrl+C ends it."
        )
        self.stderr.write(text % {"name": f"{name}.mov", "seconds": seconds})
        return by_hand(path, f"{name}.mov", seconds)


def _as_json(found: Survey) -> str:
    return json.dumps({**asdict(found), "settings": list(_settings(found))})


def _in_words(found: Survey) -> Iterator[str]:
    yield _("Mount: %(mount)s") % {"mount": f"{found.carrier} {found.kind}".rstrip()}
    yield from _costs(found.costs)
    yield _("Events of this machine's writing: %(answer)s") % {"answer": _yes(found.own_events)}
    if found.from_afar is None:
        yield _("Others' writing: not measured; give --far, or --ask to make a file elsewhere")
    else:
        yield from _from_afar(found.from_afar)
    yield ""
    yield _("What follows from it:")
    for line in _settings(found):
        yield f"- {line}"


def _costs(costs: Costs) -> Iterator[str]:
    if costs.pass_seconds is None:
        yield _("A pass over everything: not ended in time")
    else:
        text = _("A pass over everything: %(seconds).2f s, %(count)d files")
        yield text % {"seconds": costs.pass_seconds, "count": costs.files}
    if costs.stat_ms is not None and costs.stat_ms_of_many is not None:
        text = _("Asking about a file: %(one).3f ms, %(eight).3f ms by eight at once")
        yield text % {"one": costs.stat_ms, "eight": costs.stat_ms_of_many}
    yield _("Kinds told with the names: %(answer)s") % {"answer": _yes(costs.kinds_told)}
    yield _("Inode numbers stay: %(answer)s") % {"answer": _yes(costs.inodes_stable)}


def _from_afar(afar: FromAfar) -> Iterator[str]:
    yield _("Others' new file seen after: %(answer)s") % {"answer": _after(afar.name_after)}
    yield _("Others' growth of a file seen after: %(answer)s") % {"answer": _after(afar.size_after)}
    yield _("Events of others' writing: %(answer)s") % {"answer": _yes(afar.events)}
    yield _("The folder's date changes with a new file: %(answer)s") % {
        "answer": _yes(afar.folder_dated)
    }


def _settings(found: Survey) -> Iterator[str]:
    if found.own_disk:
        yield _(
            "It is this machine's own disk: watch it as a plain local folder, or start LucidLink."
        )
    if found.costs.pass_seconds is None:
        yield _("Everything takes too long to look at: watch the folders below it instead.")
    else:
        every = max(PASS_EVERY, SHARE * found.costs.pass_seconds)
        text = _("A new file in a quiet folder is noticed within %(seconds).0f s.")
        yield text % {"seconds": 1.25 * every}
    if found.from_afar is None:
        return
    if found.from_afar.size_after is not None:
        quiet = max(10, round(3 * found.from_afar.size_after))
        yield _("Quiet time: %(seconds)d s or more.") % {"seconds": quiet}
    if found.from_afar.events is False:
        yield _("Others' writing makes no events: what they save is found by looking alone.")


def _yes(known: bool | None) -> str:  # noqa: FBT001  that is all it is about
    return {True: _("yes"), False: _("no"), None: _("not known")}[known]


def _after(seconds: float | None) -> str:
    return _("not known") if seconds is None else f"{seconds:.2f} s"
