"""The file that is read, in our terms."""

from collections.abc import Iterator
from contextlib import contextmanager

from frameio import errors
from pipeline.integrations.base import IntegrationError, SourceAway, SourceChanged


@contextmanager
def errors_of_the_file() -> Iterator[None]:
    try:
        yield
    except errors.SourceChanged as error:
        raise SourceChanged(str(error)) from error
    except errors.SourceUnreadable as error:
        if error.permanent:
            raise IntegrationError(str(error), permanent=True) from error
        raise SourceAway(str(error)) from error
