"""Templates for names that a person has pasted. None is proposed that does not read them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import regex
from django.utils.translation import gettext as _

from pipeline.naming.columns import Cut, cut
from pipeline.naming.errors import NamingError, TemplateError
from pipeline.naming.guessing import Guess
from pipeline.naming.mismatch import SEQUENCE
from pipeline.naming.rule import Rule
from pipeline.naming.text import clean_name, printable
from pipeline.naming.vocabulary import CLIPS

MOST_PARTS = 24
MOST_MISSING = 2
MOST_KINDS = 12
MOST_PROPOSALS = 4
_CLIPS = [(regex.compile(stem), template, folders) for stem, template, folders in CLIPS]


@dataclass(frozen=True)
class Proposal:
    """`names`: those it reads. `project`: the code in all of them, "" when there is none."""

    template: str
    folders: str
    names: tuple[str, ...]
    tokens: tuple[str, ...]
    project: str


@dataclass(frozen=True)
class Unread:
    name: str
    why: str


@dataclass(frozen=True)
class Proposed:
    """One proposal for each way in which the names are made, that of the most names first."""

    proposals: tuple[Proposal, ...]
    unread: tuple[Unread, ...]


def propose(names: Iterable[str], codes: Collection[str] = ()) -> Proposed:
    """`codes` are those of the projects there are."""
    wrong: list[Unread] = []
    good: list[str] = []
    for name in dict.fromkeys(names):
        try:
            good.append(_clean(name))
        except NamingError as error:
            wrong.append(Unread(printable(name), str(error)))
    cameras = [*_of_cameras(good)]
    kinds = _kinds([name for name in good if name not in _names_of(cameras)], codes)
    found = [*cameras, *_of_kinds(kinds[:MOST_KINDS])]
    found.sort(key=lambda one: -len(one.names))
    shown = found[:MOST_PROPOSALS]
    read = _names_of(shown)
    postponed = _names_of(found[MOST_PROPOSALS:]) | _names_of(kinds[MOST_KINDS:])
    wrong += [
        Unread(name, _later(name) if name in postponed else _why_not(name))
        for name in good
        if name not in read
    ]
    return Proposed(tuple(shown), tuple(wrong))


def _clean(name: str) -> str:
    if found := SEQUENCE.search(name):
        said = _(
            '%(name)s: "%(text)s" stands for a whole sequence. Paste the name of one of its files.'
        )
        raise NamingError(said % {"name": printable(name), "text": found[0]})
    name = clean_name(name)
    if len(cut(name).texts) > MOST_PARTS:
        said = _("%(name)s: the name has more than %(most)d parts.")
        raise NamingError(said % {"name": printable(name), "most": MOST_PARTS})
    return name


def _why_not(name: str) -> str:
    return _(
        "%(name)s: neither shot, version nor date can be told in it. Write the template below by"
        " hand, or paste more names of this kind."
    ) % {"name": printable(name)}


def _later(name: str) -> str:
    said = _("%(name)s: too many kinds of names at once. Paste those of its kind by themselves.")
    return said % {"name": printable(name)}


def _of_cameras(names: list[str]) -> Iterable[Proposal]:
    for stem, template, folders in _CLIPS:
        found = tuple(name for name in names if stem.fullmatch(name.rpartition(".")[0]))
        if found and (proposal := _checked(f"{template}.{{ext}}", folders, found)):
            yield proposal


def _of_kinds(kinds: Iterable["_Kind"]) -> Iterable[Proposal]:
    """Those of the most parts first: others may be the same with something left out."""
    found: list[_Kind] = []
    for kind in sorted(kinds, key=lambda kind: -len(kind.guess.columns)):
        for at, other in enumerate(found):
            both = other.having(kind)
            if both and both.proposal():
                found[at] = both
                break
        else:
            found.append(kind)
    return [proposal for kind in found if (proposal := kind.proposal())]


@dataclass(frozen=True)
class _Kind:
    """Names that are made in one way. `missing`: columns that some of them have not."""

    guess: Guess
    names: tuple[str, ...]
    missing: frozenset[int] = frozenset()

    def having(self, other: "_Kind") -> "_Kind | None":
        gaps = self.guess.gaps(other.guess)
        if not gaps or 0 in gaps or len(gaps) > MOST_MISSING or not other.guess.telling:
            return None
        return replace(self, names=self.names + other.names, missing=self.missing | gaps)

    def proposal(self) -> Proposal | None:
        if not self.guess.telling:
            return None
        template, folders = self.guess.template(self.missing), self.guess.folders(self.missing)
        return _checked(template, folders, self.names)


def _kinds(names: Iterable[str], codes: Collection[str]) -> list[_Kind]:
    """Those of the most names first."""
    shapes: dict[object, dict[str, Cut]] = {}
    for name in names:
        parts = cut(name)
        shapes.setdefault(parts.shape, {})[name] = parts
    kinds = [_Kind(Guess([*cuts.values()], codes), tuple(cuts)) for cuts in shapes.values()]
    return sorted(kinds, key=lambda kind: -len(kind.names))


def _names_of(found: "Sequence[Proposal] | Sequence[_Kind]") -> set[str]:
    return {name for one in found for name in one.names}


def _checked(template: str, folders: str, names: tuple[str, ...]) -> Proposal | None:
    """Only what reads all of the names is a proposal."""
    try:
        rule = Rule(template, folders)
        codes = {rule.parse(name).fields.get("project", "").casefold() for name in names}
    except (TemplateError, NamingError):
        return None
    code = rule.parse(names[0]).fields.get("project", "") if len(codes) == 1 else ""
    return Proposal(template, folders, names, rule.tokens, code)
