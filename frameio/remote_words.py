"""What people are told of a file that Frame.io fetches from us. Sizes are bytes."""

from django.utils.translation import gettext as _

from frameio.names import readable

GIGABYTE = 10**9


def too_large(name: str, size: int) -> str:
    return _(
        "%(name)s has %(size).1f GB, and Frame.io fetches 50 GB at most. Choose direct upload on"
        " the project's page, then send it again."
    ) % {"name": readable(name), "size": size / GIGABYTE}


def metered(size: int) -> str:
    return _(
        "Frame.io fetches this file of %(size).2f GB through ngrok, whose free plan ends at 1 GB a"
        " month; every try counts. Direct upload has no such limit."
    ) % {"size": size / GIGABYTE}


def given_up(name: str, seen: int, size: int) -> str:
    if not seen:
        return _(
            "Frame.io did not come for %(name)s. It is asked again; if it goes on, choose direct"
            " upload on the project's page."
        ) % {"name": name}
    if seen < size:
        return _("Frame.io stopped fetching %(name)s half-way. It is asked again.") % {"name": name}
    return _(
        "Frame.io fetched all of %(name)s and does not finish with it. It is asked again; if that"
        " goes on, choose direct upload on the project's page."
    ) % {"name": name}


def failed(name: str) -> str:
    return _(
        "Frame.io could not fetch %(name)s from us, and does not say why. It is tried again; if it"
        " goes on, choose direct upload on the project's page."
    ) % {"name": name}


def another_size(name: str, there: int, size: int) -> str:
    return _(
        "Frame.io holds %(there)d of the %(size)d bytes of %(name)s. It has to be fetched again."
    ) % {"there": there, "size": size, "name": name}
