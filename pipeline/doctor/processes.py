"""The processes that keep PostFlow going, and what carries word between them."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DatabaseError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django_q.brokers import Broker, get_broker

from pipeline import lookouts, node_table
from pipeline.doctor.finding import Finding, fault, warning, well
from pipeline.models import Node, UploadJob, WatchedFolder
from postflow_site.said import said

FAR_OFF = 30.0  # seconds between two clocks


def broker_answers(broker: Callable[[], Broker] = get_broker) -> Iterator[Finding]:
    name, title = "broker", _("Broker")
    kind = "Redis" if settings.REDIS_URL else _("the database")
    try:
        waiting = int(broker().queue_size())
    except DatabaseError:
        raise  # it is the database itself that is not well
    except Exception as error:  # noqa: BLE001  each broker has errors of its own
        text = said(_("%(kind)s does not answer (%(why)s)."), kind=kind, why=type(error).__name__)
        advice = _("Check REDIS_URL, and that Redis runs. Uploads wait, and none is lost.")
        yield fault(name, title, text, advice)
    else:
        takes = ngettext_lazy(
            "%(kind)s takes wake-ups; %(count)d is waiting.",
            "%(kind)s takes wake-ups; %(count)d are waiting.",
            waiting,
        )
        yield well(name, title, said(takes, kind=kind, count=waiting))


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
        yield warning(name, title, said(text, nodes=_listed(found)), advice)
    else:
        yield well(name, title, said(_("%(nodes)s."), nodes=_listed(working)))


def clocks_agree() -> Iterator[Finding]:
    off = [node for node in node_table.alive() if abs(node.skew_seconds or 0) > FAR_OFF]
    for host, seconds in sorted({(node.host, node.skew_seconds or 0) for node in off}):
        text = _("The clock of %(host)s differs from the database's by %(seconds).0f s.")
        advice = _("Have it set by the network (NTP): leases and logins go by the clock.")
        off_by = said(text, host=host, seconds=seconds)
        yield warning(f"clock:{host}", _("Clock"), off_by, advice)


def versions_agree() -> Iterator[Finding]:
    others = {node.version for node in node_table.alive()} - {settings.VERSION}
    if others:
        text = _("Processes of version %(others)s are running; this is %(ours)s.")
        advice = _("Start every process anew after an update.")
        mixed = said(text, others=", ".join(sorted(others)), ours=settings.VERSION)
        yield warning("versions", _("Versions"), mixed, advice)


def folders_are_watched() -> Iterator[Finding]:
    name, title = "watcher", _("Watcher")
    if trouble := lookouts.nobody_watches():
        yield fault(name, title, what_is_so(trouble), what_to_do(trouble))
    elif not WatchedFolder.objects.filter(active=True).exists():
        yield well(name, title, _("No folder is to be watched."))
    else:
        alive = [lookout.watcher for lookout in lookouts.lookouts() if not lookout.silent]
        names = ", ".join(str(watcher) for watcher in alive)
        yield well(name, title, said(_("%(watchers)s."), watchers=names))


def nothing_is_stuck() -> Iterator[Finding]:
    """Of what only a person can put right."""
    name, title = "jobs", _("Uploads")
    needy = UploadJob.objects.filter(state__in=[UploadJob.State.FAILED, UploadJob.State.WAITING])
    if count := needy.count():
        text = ngettext_lazy(
            "%(count)d upload needs a person.", "%(count)d uploads need a person.", count
        )
        advice = _("The overview at %(url)s says what each of them waits for.")
        told = said(advice, url=settings.PUBLIC_URL)
        yield warning(name, title, said(text, count=count), told)
    else:
        yield well(name, title, _("None needs a person."))


def _first_sentence(text: str) -> str:
    return str(text).partition(". ")[0] + "."


def _rest(text: str) -> str:
    return str(text).partition(". ")[2]


# Of a trouble that is told as "What is so. What to do."
what_is_so = lazy(_first_sentence, str)
what_to_do = lazy(_rest, str)


def _listed(nodes: list[Node]) -> str:
    return ", ".join(str(node) for node in nodes)
