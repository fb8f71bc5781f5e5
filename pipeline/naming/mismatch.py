"""Why a name does not fit a template, said to the artist who gave the name."""

import regex
from django.utils.translation import gettext as _

from pipeline.naming.errors import TooSlow
from pipeline.naming.kinds import Kind
from pipeline.naming.matching import search
from pipeline.naming.near import laid_out, meant
from pipeline.naming.parts import (
    VERSION_PREFIX,
    Literal,
    Optional,
    Parts,
    Token,
    required_tokens_of,
    tokens_of,
    write,
)
from pipeline.naming.stop import Stop, is_literal, stop_of
from pipeline.naming.text import printable

_UP_TO_SEPARATOR = regex.compile("[^_.]*")
_AFTER_SEPARATOR = regex.compile(r"[^_.\s]*\Z")
_VERSION = regex.compile(r"(?<![^_.])[vV][0-9]+(?![^_.])")
SEQUENCE = regex.compile(r"%[0-9]*d|#+|\[[0-9-]+\]")


def explain(parts: Parts, name: str, template: str) -> str:
    """Where the name stops fitting, on what text, and what it should look like."""
    try:
        return _explain(parts, name, template)
    except TooSlow as slow:
        return str(slow)


def _explain(parts: Parts, name: str, template: str) -> str:
    laid = laid_out(parts, name, template)
    parts = laid.parts if laid else parts
    stop = stop_of(parts, name, template)
    if opened := _with_the_optional_part_meant(parts, stop):
        return _explain(opened, name, template)
    shifted = _shifted(parts, stop)
    fault = shifted or _fault(parts, stop)
    said = _("%(fault)s; expected %(drawn)s")
    if fault.endswith("?"):
        said = _("%(fault)s Expected %(drawn)s")
    taken = laid.near.fitting if laid else stop.taken
    drawn = printable(_drawn(parts, {} if shifted else taken, name), 200)
    return said % {"fault": fault, "drawn": drawn}


def _with_the_optional_part_meant(parts: Parts, stop: Stop) -> Parts | None:
    """`comp_v003_hi.mov` met `<_{suffix:A}>`: the parts in which that suffix must be there."""
    if not stop.rest or _first_character(parts[stop.at :]) == stop.rest[0]:
        return None
    for at in range(stop.at - 1, -1, -1):
        part = parts[at]
        if not isinstance(part, Optional) or any(t.name in stop.taken for t in tokens_of((part,))):
            return None
        if _first_character(part.parts) == stop.rest[0]:
            return (*parts[:at], *part.parts, *parts[at + 1 :])
    return None


def _first_character(parts: Parts) -> str:
    return write(parts[:1], {})[0] if is_literal(parts, 0) else ""


def _fault(parts: Parts, stop: Stop) -> str:
    after = _after(parts, stop)
    match parts[stop.at :]:
        case (Token() as token, *_):
            return _unfit(token, _lead(parts[: stop.at], stop), after, stop)
        case (Literal(), *_) as ahead:
            return _missing(tuple(ahead), after, stop)
    said = _("nothing more was expected %(after)s, but there is %(found)s")
    return said % {"after": after, "found": _found(stop)}


def _after(parts: Parts, stop: Stop) -> str:
    """Where in the name."""
    told = [token.name for token in tokens_of(parts[: stop.at]) if token.name in stop.taken]
    if not told:
        return _("at its start")
    values = {"token": told[-1], "text": printable(stop.taken[told[-1]], 60)}
    return _('after %(token)s "%(text)s"') % values


def _lead(parts: Parts, stop: Stop) -> str:
    """What stands right before a token in its own piece of the name, as the v of v003."""
    text = ""
    for part in reversed(parts):
        if not isinstance(part, Literal):
            break
        text = stop.taken.get(part.key, part.text) + text
    found = _AFTER_SEPARATOR.search(text)
    return found[0] if found else ""


def _found(stop: Stop) -> str:
    return f'"{printable(stop.rest, 60)}"' if stop.rest else _("the end of the name")


def _unfit(token: Token, lead: str, after: str, stop: Stop) -> str:
    chunk = _UP_TO_SEPARATOR.match(stop.rest)
    piece = chunk[0] if chunk else ""
    values = {
        "text": printable(lead + piece, 60),
        "after": after,
        "token": token.name,
        "words": token.kind.words,
        "lead": lead,
        "found": _found(stop),
        "before": stop.taken.get(token.name, ""),
        "meant": meant(token, piece),
    }
    if not piece:
        said = _("no %(token)s %(after)s, found %(found)s")
    elif token.name in stop.taken:
        said = _('"%(text)s" %(after)s is not the %(token)s given before, "%(before)s"')
    elif token.kind.choices and values["meant"]:
        said = _(
            '"%(text)s" %(after)s does not fit as %(token)s: it needs %(words)s - did you mean'
            ' "%(meant)s"?'
        )
    elif lead and not token.kind.choices:
        said = _(
            '"%(text)s" %(after)s does not fit as %(token)s: it needs "%(lead)s" and then %(words)s'
        )
    else:
        said = _('"%(text)s" %(after)s does not fit as %(token)s: it needs %(words)s')
    sequence = not token.kind.choices and SEQUENCE.search(piece) and token.name not in stop.taken
    more = " " + _("(this stands for a whole sequence)") if sequence else ""
    return said % values + more


def _missing(ahead: Parts, after: str, stop: Stop) -> str:
    lead = ""
    for part in ahead:
        match part:
            case Literal(text):
                lead += text
            case Token(name, _, kind):
                if over := _surplus(lead, kind, stop):
                    return _('"%(over)s" %(after)s is too much') % {"over": over, "after": after}
                shape = lead.lstrip("_. ") + kind.blank
                said = _("no %(token)s where %(shape)s was expected %(after)s, found %(found)s")
                if shape == f"[{name}]":
                    said = _("no %(token)s %(after)s, found %(found)s")
                values = {"token": name, "shape": shape, "after": after, "found": _found(stop)}
                return said % values
            case Optional():
                break
    said = _('no "%(lead)s" %(after)s, found %(found)s')
    return said % {"lead": lead, "after": after, "found": _found(stop)}


def _surplus(lead: str, kind: Kind, stop: Stop) -> str:
    """What stands between the last token and the one that was due, when that follows later."""
    due = regex.compile(f"{regex.escape(lead)}{kind.eager}" + r"(?=[_.]|\Z)")
    found = search(due, stop.rest, lead + kind.eager)
    return printable(stop.rest[: found.start()], 60) if found else ""


def _shifted(parts: Parts, stop: Stop) -> str:
    """With a part too few or too many, every token after it takes what belongs to another."""
    for name, text in stop.taken.items():
        if name != "version" and _VERSION.fullmatch(text):
            said = _('a part before "%(text)s" is missing, it stands where the %(token)s should be')
            return said % {"text": text, "token": name}
    version = _VERSION.search(stop.rest)
    due = next((token.name for token in tokens_of(parts[stop.at :])), "")
    if due == "version" and version and version.start() > 1:
        return _('there is a part too many before "%(text)s"') % {"text": version[0]}
    return ""


def _drawn(parts: Parts, taken: dict[str, str], name: str) -> str:
    """The name as it should be: blanks for what is not known."""
    fields = {token.name: token.kind.blank for token in required_tokens_of(parts)} | taken
    if "version" not in taken:
        fields.pop(VERSION_PREFIX, None)
    stem, _dot, ending = name.rpartition(".")
    for token in tokens_of(parts):
        # Of sh010.1001.exr the frame may have been taken for the extension.
        if token.name == "ext" and stem and token.kind.fits(ending):
            fields["ext"] = ending if taken.get("ext", "0").isdigit() else taken["ext"]
    return write(parts, fields)
