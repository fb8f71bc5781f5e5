"""What the team is told: the only wording for people outside the admin, and the doors to them."""

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import override

from notifications.message import Message
from pipeline.channels import Card
from pipeline.models import Project
from pipeline.notices import files, incidents, reviews, scenes, summaries
from pipeline.notices.doors import check_webhook, door, hello, trouble_of, trouble_there

__all__ = ["check_webhook", "door", "hello", "message_of", "trouble_of", "trouble_there"]

Kind = Card.Kind
WORDING: dict[Kind, Callable[[Card], Message | None]] = {
    Kind.FILE: files.message_of,
    Kind.SCENE: scenes.message_of,
    Kind.COMMENTS: reviews.comments_message,
    Kind.STATUS: reviews.status_message,
    Kind.INCIDENT: incidents.message_of,
    Kind.SUMMARY: summaries.message_of,
}


def message_of(card: Card) -> Message | None:
    """What the card is to say now, in its channel's language; None when there is nothing to say."""
    with override(card.channel.language or _projects_language(card) or settings.LANGUAGE_CODE):
        return WORDING[Kind(card.kind)](card)


def _projects_language(card: Card) -> str:
    project = Project.objects.filter(pk=card.about.get("project")).first()
    return project.language if project else ""
