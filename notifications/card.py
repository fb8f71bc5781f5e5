"""A message as a Discord embed that Discord will take, whatever stands in it.

Limits: https://docs.discord.com/developers/resources/message#embed-object-embed-limits
"""

import re

from notifications.message import Level, Message
from notifications.plain import plain

TITLE, TEXT, FIELDS, FIELD_NAME, FIELD_VALUE, FOOTER = 256, 4096, 25, 256, 1024, 2048
WHOLE = 6000
URL = 2048

COLOURS: dict[Level, int] = {"success": 0x2E9E5B, "error": 0xD23B3B, "info": 0x4A7BD0}
ADDRESS = re.compile(r"https?://[^\s<>()\[\]`|\\]+")
MARKUP = re.compile(r"[\\*_~`|>\[\]()<#@:-]")

Field = dict[str, str | bool]
Embed = dict[str, str | int | list[Field] | dict[str, str]]


class Budget:
    """The characters that are left for the whole card."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, text: str, limit: int, *, markup: bool = True) -> str:
        taken = fit(text, min(limit, self.left), markup=markup)
        self.left -= units(taken)
        return taken


def embed(message: Message) -> Embed:
    """The title and the footer have their room first, then the text, then the fields."""
    budget = Budget(WHOLE)
    card: Embed = {"title": budget.take(message.title, TITLE), "color": COLOURS[message.level]}
    if footer := budget.take(message.footer, FOOTER, markup=False):
        card["footer"] = {"text": footer}
    if text := budget.take(message.text, TEXT):
        card["description"] = text
    if fields := _fields(message, budget):
        card["fields"] = fields
    if message.url.startswith(("https://", "http://")) and len(message.url) <= URL:
        card["url"] = message.url
    if message.picture:
        card["thumbnail"] = {"url": f"attachment://{message.picture.name}"}
    if message.at:
        card["timestamp"] = message.at.isoformat()
    return card


def _fields(message: Message, budget: Budget) -> list[Field]:
    fields: list[Field] = []
    for name, value in message.fields:
        if not plain(name) or not plain(value) or len(fields) == FIELDS or budget.left < 2:
            continue
        shown = budget.take(name, min(FIELD_NAME, budget.left - 1))
        fields.append({"name": shown, "value": budget.take(value, FIELD_VALUE), "inline": True})
    for name, address in message.links:
        if len(fields) < FIELDS and _fits(name, address, budget):
            shown = budget.take(name, FIELD_NAME)
            value = budget.take(address, FIELD_VALUE, markup=False)
            fields.append({"name": shown, "value": value, "inline": False})
    return fields


def _fits(name: str, address: str, budget: Budget) -> bool:
    """Discord shows an address as one; half an address leads nowhere."""
    whole = min(FIELD_VALUE, budget.left - 2 * units(name))
    return bool(plain(name)) and bool(ADDRESS.fullmatch(address)) and units(address) <= whole


def fit(text: str, limit: int, *, markup: bool = True) -> str:
    """As much of it as fits in `limit`, with no markup left in it and no escape cut in two.

    Footers know no markup, and would show the backslashes.
    """
    whole = plain(text)
    pieces = [MARKUP.sub(r"\\\g<0>", character) if markup else character for character in whole]
    if sum(map(units, pieces)) <= limit:
        return "".join(pieces)
    room, kept = limit - 1, ""  # one for the ellipsis
    for piece in pieces:
        room -= units(piece)
        if room < 0:
            break
        kept += piece
    return f"{kept.rstrip()}…" if limit > 0 else ""


def units(text: str) -> int:
    """Its length in UTF-16, which is never less than what Discord counts."""
    return len(text.encode("utf-16-le")) // 2
