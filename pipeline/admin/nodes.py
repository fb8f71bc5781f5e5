"""The machines: which processes keep PostFlow going where, and whether their clocks agree."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pipeline import node_table
from pipeline.admin import wording
from pipeline.admin.base import ReadOnlyDesk
from pipeline.models import Node
from pipeline.nodes import place_of

MOST_SKEW = 2.0  # seconds; leases are a minute


@dataclass(frozen=True)
class Machine:
    """`roles`: what its living processes do; `skew`: a sentence when its clock is off."""

    host: str
    roles: str
    version: str
    running: int
    draining: bool
    skew: str


def machines() -> list[Machine]:
    """Those that give a sign of life."""
    of_host: dict[str, list[Node]] = {}
    for node in node_table.alive():
        of_host.setdefault(node.host, []).append(node)
    return [_machine(host, nodes) for host, nodes in of_host.items()]


def _machine(host: str, nodes: Sequence[Node]) -> Machine:
    return Machine(
        host,
        ", ".join(dict.fromkeys(node.get_role_display() for node in nodes)),
        ", ".join(sorted({node.version for node in nodes})),
        sum(_running_by_place(nodes).values()),
        any(node.draining for node in nodes),
        next((said for node in nodes if (said := skew_in_words(node))), ""),
    )


def _running_by_place(nodes: Sequence[Node]) -> dict[str, int]:
    """Several containers may share a host's name; the processes of one share its uploads."""
    places = {place_of(node.name): node for node in nodes}
    return {place: node_table.running(node).count() for place, node in places.items()}


def skew_in_words(node: Node) -> str:
    if node.skew_seconds is None or abs(node.skew_seconds) <= MOST_SKEW:
        return ""
    said = (
        _now("Its clock is %(seconds).0f s ahead. Set it right (NTP): jobs are timed by it.")
        if node.skew_seconds > 0
        else _now("Its clock is %(seconds).0f s behind. Set it right (NTP): jobs are timed by it.")
    )
    return said % {"seconds": abs(node.skew_seconds)}


class NodeDesk(ReadOnlyDesk[Node]):
    list_display = ["standing", "host", "pid", "role", "version", "seen", "uploads", "clock"]
    list_display_links = None
    sortable_by = ()  # machine by machine, each with what runs on it
    fields = [
        "standing",
        "host",
        "pid",
        "role",
        "version",
        "started_at",
        "seen",
        "uploads",
        "clock",
    ]
    nothing_yet = _("No process of PostFlow is running. Start it: manage.py start.")

    @admin.display(description=_("state"))
    def standing(self, node: Node) -> SafeString:
        if not node_table.alive().filter(pk=node.pk).exists():
            return wording.badge("offline", _now("silent"))
        if node.draining:
            return wording.badge("waiting", _now("draining"))
        return wording.badge("online", _now("running"))

    @admin.display(description=_("last sign of life"), ordering="seen_at")
    def seen(self, node: Node) -> str:
        return wording.ago(node.seen_at)

    @admin.display(description=_("under way"))
    def uploads(self, node: Node) -> str:
        return str(node_table.running(node).count()) if node.role == Node.Role.CLUSTER else "-"

    @admin.display(description=_("clock"))
    def clock(self, node: Node) -> str:
        if node.skew_seconds is None:
            return _now("not measured yet")
        return skew_in_words(node) or _now("right")
