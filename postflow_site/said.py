"""Sentences that take their language from whoever reads them, not from whoever writes them."""

from django.utils.functional import Promise, lazy


def _fill(text: str | Promise, **values: object) -> str:
    return str(text) % values


said = lazy(_fill, str)
"""`said(gettext_lazy("%(count)d files"), count=3)`: filled in when it is read."""
