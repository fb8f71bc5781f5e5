"""The processes that keep PostFlow going, and what carries word between them."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_q.brokers import Broker, get_broker

from pipeline import lookouts, node_table
from pipeline.doctor.finding import Finding, fault, warning, well
from pipeline.models import Node, UploadJob, WatchedFolder

FAR_OFF = 30.0  # seconds between two clocks


def broker_answers(broker: Callable[[], Broker] = get_broker) -> Iterator[Finding]:
    name, title = "broker", _("Broker")
    kind = "Redis" if settings.REDIS_URL else _("the database")
    try:
        waiting = int(broker().queue_size())
    except DatabaseError:
        raise  # it is the database itself that is not well
    except Exception as error:  # noqa: BLE001  each broker has errors of its own
        text = _("%(kind)s does not answer (%(why)s).")
        values = {"kind": kind, "why": type(error).__name__}
        advice = _("Check REDIS_URL, and that Redis runs. Uploads wait, and none is lost.")
        yield fault(name, title, text % values, advice)
    else:
        text = ngettext(
            "%(kind)s takes wake-ups; %(count)d is waiting.",
            "%(kind)s takes wake-ups; %(count)d are waiting.",
            waiting,
        )
        yield well(name, title, text % {"kind": kind, "count": waiting})


def cluster_works() -> Iterator[Finding]:
    name, title = "cluster", _("Uploading")
    found = list(node_table.clusters())
    working = [node for node in found if not node.draining]
    if not found:
        text = _("No cluster is running, so nothing goes up.")
        yield fault(name, title, text, _("Start it: manage.py qcluster (or manage.py start)."))
    elif not working:
        text = _("Every cluster takes no more uploads: %(nodes)s.")
        advice = _("They are being stopped on purpose. Start another, or start them again.")
        yield warning(name, title, text % {"nodes": _listed(found)}, advice)
    else:
        yield well(name, title, _("%(nodes)s.") % {"nodes": _listed(working)})


def clocks_agree() -> Iterator[Finding]:
    off = [node for node in node_table.alive() if abs(node.skew_seconds or 0) > FAR_OFF]
    for host, seconds in sorted({(node.host, node.skew_seconds or 0) for node in off}):
        text = _("The clock of %(host)s differs from the database's by %(seconds).0f s.")
        values = {"host": host, "seconds": seconds}
        advice = _("Have it set by the network (NTP): leases and logins go by the clock.")
        yield warning(f"clock:{host}", _("Clock"), text % values, advice)


def versions_agree() -> Iterator[Finding]:
    others = {node.version for node in node_table.alive()} - {settings.VERSION}
    if others:
        text = _("Processes of version %(others)s are running; this is %(ours)s.")
        values = {"others": ", ".join(sorted(others)), "ours": settings.VERSION}
        advice = _("Start every process anew after an update.")
        yield warning("versions", _("Versions"), text % values, advice)


def folders_are_watched() -> Iterator[Finding]:
    name, title = "watcher", _("Watcher")
    if trouble := lookouts.nobody_watches():
        sentence, _dot, advice = trouble.partition(". ")
        yield fault(name, title, f"{sentence}.", advice)
    elif not WatchedFolder.objects.filter(active=True).exists():
        yield well(name, title, _("No folder is to be watched."))
    else:
        alive = [lookout.watcher for lookout in lookouts.lookouts() if not lookout.silent]
        names = ", ".join(str(watcher) for watcher in alive)
        yield well(name, title, _("%(watchers)s.") % {"watchers": names})


def nothing_is_stuck() -> Iterator[Finding]:
    """Of what only a person can put right."""
    name, title = "jobs", _("Uploads")
    needy = UploadJob.objects.filter(state__in=[UploadJob.State.FAILED, UploadJob.State.WAITING])
    if count := needy.count():
        text = ngettext(
            "%(count)d upload needs a person.", "%(count)d uploads need a person.", count
        )
        advice = _("The overview at %(url)s says what each of them waits for.")
        values = {"count": count, "url": settings.PUBLIC_URL}
        yield warning(name, title, text % values, advice % values)
    else:
        yield well(name, title, _("None needs a person."))


def _listed(nodes: list[Node]) -> str:
    return ", ".join(str(node) for node in nodes)
