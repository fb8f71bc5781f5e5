"""Where a registered webhook's deliveries come to is where they are taken in."""

from urllib.parse import urlsplit

from django.urls import resolve

from frameio.hearing import address_of
from frameio.models import Webhook


def test_the_address_told_to_frameio_is_the_one_that_listens() -> None:
    match = resolve(urlsplit(address_of(Webhook(pk=7))).path)
    assert (match.view_name, match.kwargs) == ("frameio-webhook", {"number": 7})
