from collections.abc import Iterable

from pipeline.doctor.finding import Finding, Look


def only(look: Look | Iterable[Finding]) -> Finding:
    """What a check that looks at one thing has found."""
    (found,) = look() if callable(look) else look
    return found
