from collections.abc import Callable

from django.utils.translation import gettext as _


class NamingError(Exception):
    """A name does not fit the rule. The message is for the artist who gave the name."""


class Misfit(NamingError):
    """The rule does not take the name. Why, is found out when it is asked for: that takes far
    longer than to read a name, and of thousands nobody asks."""

    def __init__(self, name: str, explain: Callable[[], str]) -> None:
        """`name`: fit for a page."""
        super().__init__()
        self._name = name
        self._explain = explain

    def __str__(self) -> str:
        return _("%(name)s: %(why)s") % {"name": self._name, "why": self.why}

    @property
    def why(self) -> str:
        """Without the name, for those who have it before them."""
        return self._explain()


class TooSlow(NamingError):
    """The rule takes too long on this name. The message is for the producer who wrote it."""


class TemplateError(ValueError):
    """A rule's template is wrong. `where` is the field of the form: template, folder_template."""

    def __init__(self, message: str, where: str = "template") -> None:
        super().__init__(message)
        self.where = where
