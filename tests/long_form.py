"""`make test ARGS="-m slow"` proves each thing once; with POSTFLOW_LONG=1 in the environment all
seeds, victims and rounds are run."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

LONG = os.environ.get("POSTFLOW_LONG") == "1"


def of_which(first: Sequence[T], others: Sequence[T]) -> list[T]:
    """`others` as well in the long form."""
    return [*first, *others] if LONG else [*first]
