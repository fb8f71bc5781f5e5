"""What a French studio is told, and that no English is in it."""

import re
from collections.abc import Callable

from django.utils.translation import override

# Words that no French sentence has.
ENGLISH = re.compile(
    r"\b(the|and|is|are|its|it|of|to|with|from|has|have|not|no|this|that|by|yet|again|when|would"
    r"|could|cannot|try|check|file|files|folder|name|login|account|address|still)\b",
    re.IGNORECASE,
)


def in_french(tell: Callable[[], str]) -> str:
    """What `tell` says in French, which is not what it says in English."""
    with override("en"):
        english = tell()
    with override("fr"):
        french = tell()
    assert ENGLISH.search(english), english
    assert not ENGLISH.search(french), french
    return french
