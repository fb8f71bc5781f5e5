class NamingError(Exception):
    """A name does not fit the rule. The message is for the artist who gave the name."""


class TooSlow(NamingError):
    """The rule takes too long on this name. The message is for the producer who wrote it."""


class TemplateError(ValueError):
    """A rule's template is wrong. `where` is the field of the form: template, folder_template."""

    def __init__(self, message: str, where: str = "template") -> None:
        super().__init__(message)
        self.where = where
