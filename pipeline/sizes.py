"""Sizes as film people and Frame.io count them: a thousand bytes are a kB."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def human_size(size: float) -> str:
    """`600 bytes`, `2.0 MB`, `1.2 TB`; in the reader's language."""
    if size < 1000:
        return _("%(size)d bytes") % {"size": size}
    units = [_("%(size)s kB"), _("%(size)s MB"), _("%(size)s GB")]
    for unit in units:
        size /= 1000
        if size < 999.95:
            return unit % {"size": number_format(round(size, 1), 1)}
    return _("%(size)s TB") % {"size": number_format(round(size / 1000, 1), 1)}
