"""When to ask whether Frame.io has joined the parts of a file.

It may be asked five times a second by all uploads of a login together: with three calls for each
file no more than 1.7 files a second would go up, of the five that it takes. So it is first asked
when, lately, it would have been done.
"""

from collections.abc import Iterator

LONGEST_FIRST = 2.0  # seconds; a large file tells nothing about the small one after it
SECOND = 0.5
LONGEST = 10.0
SOONER = 0.9  # or it would never be noticed that it has become faster


class Joins:
    """What uploads have learned of it from one another."""

    def __init__(self) -> None:
        self._lately = 0.0

    def pauses(self) -> Iterator[float]:
        """In seconds, one before each call: who takes another one has asked too soon."""
        pause = waited = self._lately
        self._lately = waited * SOONER
        yield pause
        pause = SECOND
        while True:
            waited += pause
            self._lately = min(waited, LONGEST_FIRST)
            yield pause
            pause = min(pause * 2, LONGEST)


JOINS = Joins()  # of this process
