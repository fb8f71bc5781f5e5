"""One card an incident: what is wrong, what waits for it, what to do; and that it is over."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications.message import Message
from pipeline.channels import Card, Incident
from pipeline.notices.words import duration, page

Kind = Incident.Kind
# What is wrong, what to do about it, and what is said when it is over.
WORDS = {
    Kind.MOUNT: (
        gettext_lazy("The folder %(name)s is away"),
        gettext_lazy("Files wait, and go up by themselves when it is back."),
        gettext_lazy("The folder %(name)s is back"),
    ),
    Kind.LOGIN: (
        gettext_lazy("Frame.io needs a login (%(name)s)"),
        gettext_lazy("Open PostFlow and press Connect Frame.io. Files wait until then."),
        gettext_lazy("Frame.io is connected again (%(name)s)"),
    ),
    Kind.FRAMEIO: (
        gettext_lazy("Files do not get through to Frame.io"),
        gettext_lazy("Each is tried again by itself. If it lasts, look at the network here."),
        gettext_lazy("Files get through to Frame.io again"),
    ),
    Kind.WATCHER: (
        gettext_lazy("Nobody watches the folders"),
        gettext_lazy("New files are found as soon as a watcher runs again."),
        gettext_lazy("The folders are watched again"),
    ),
    Kind.CHANNEL: (
        gettext_lazy("The channel %(name)s is switched off"),
        gettext_lazy("Give it a new address on its page, and switch it on again."),
        gettext_lazy("The channel %(name)s works again"),
    ),
}


def message_of(card: Card) -> Message | None:
    """None when it was over before anybody was told. The counter is for those who can edit."""
    incident = Incident.objects.filter(pk=card.about["incident"]).first()
    if incident is None or (incident.over_at and not card.told_at):
        return None
    wrong, to_do, over = WORDS[Kind(incident.kind)]
    named = {"name": incident.name}
    if incident.over_at:
        lasted = duration(incident.over_at - incident.begun_at)
        text = _("It lasted %(time)s.") % {"time": lasted}
        return Message(title=over % named, text=text, level="success", at=incident.over_at)
    return Message(
        title=wrong % named,
        text="\n".join(filter(None, [incident.reason, str(to_do)])),
        url=page("/"),
        level="error",
        fields=((_("Since"), _since(incident)), (_("Waiting"), _waiting(card, incident))),
    )


def _since(incident: Incident) -> str:
    return timezone.localtime(incident.begun_at).strftime("%H:%M")


def _waiting(card: Card, incident: Incident) -> str:
    if not (incident.count and card.channel.edits):
        return ""
    said = ngettext("%(count)d file", "%(count)d files", incident.count)
    return said % {"count": incident.count}
