"""Looking for uploads and files by parts of their names: the one door to it.

Each word has to stand somewhere in a row's name, path or shot, in capitals or not. What answers is
`pipeline.search_index`.
"""

import json
import unicodedata
from typing import TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from pipeline import search_index
from pipeline.models import SourceFile, UploadJob
from pipeline.search_index import SHORTEST, folded

Row = TypeVar("Row", UploadJob, SourceFile)

AT_MOST = 5000  # rows that are listed, and ids that are passed on to another query
LOOKED_BACK = 10_000  # rows, for words that no index answers


def containing(rows: QuerySet[Row], text: str) -> QuerySet[Row]:
    """Those of the rows in which each of the words stands. Words of one or two letters are looked
    for among the latest uploads or files only, unless there is a longer one beside them."""
    looked_for = _LookedFor(rows.model, text)
    found = looked_for.latest()
    few = len(found) <= AT_MOST
    return rows.filter(pk__in=_among(found)) if few else rows.filter(looked_for.condition())


def latest_containing(rows: QuerySet[Row], text: str) -> QuerySet[Row]:
    """Of all that `containing` gives the latest AT_MOST, and one more where there are more: quick
    however many there are, where the rows are not filtered and the latest come first."""
    return rows.filter(pk__in=_among(_LookedFor(rows.model, text).latest()))


def _among(pks: list[int]) -> RawSQL:
    """As one parameter: ten thousand take Django longer than the database."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(pks)])
    return RawSQL("SELECT unnest(%s::bigint[])", [pks])


class _LookedFor:
    def __init__(self, model: type[Model], text: str) -> None:
        words = folded(unicodedata.normalize("NFC", text)).replace("\0", "").split()
        self._model = model
        self._index = search_index.of(model)
        self._long = [word for word in words if len(word) >= SHORTEST]
        self._short = [word for word in words if len(word) < SHORTEST]

    def condition(self) -> Q:
        found = Q(*map(self._stands, self._short))
        if not self._long:
            return found & Q(pk__gt=self._looked_back_to())
        if connection.vendor == "sqlite":
            return found & Q(pk__in=RawSQL(self._match(), [self._phrases()]))  # noqa: S611  names of ours
        return found & Q(*map(self._stands, self._long))

    def latest(self) -> list[int]:
        """Ids, of one more than AT_MOST."""
        if connection.vendor == "sqlite" and self._long and not self._short:
            # by itself FTS5 gives them in this order, and need not find them all
            with connection.cursor() as cursor:
                ordered = f"{self._match()} ORDER BY rowid DESC LIMIT {AT_MOST + 1}"
                cursor.execute(ordered, [self._phrases()])
                return [pk for (pk,) in cursor.fetchall()]
        rows = self._model._default_manager.filter(self.condition()).order_by("-pk")
        return list(rows.values_list("pk", flat=True)[: AT_MOST + 1])

    def _match(self) -> str:
        name = self._index.name
        return f"SELECT rowid FROM {name} WHERE {name} MATCH %s"  # noqa: S608  a name of ours

    def _phrases(self) -> str:
        return " ".join('"{}"'.format(word.replace('"', '""')) for word in self._long)

    def _stands(self, word: str) -> Q:
        conditions = [Q((f"{column}__contains", word)) for column in self._index.columns]
        return Q(*conditions, _connector=Q.OR)

    def _looked_back_to(self) -> int:
        pks = self._model._default_manager.order_by("-pk").values_list("pk", flat=True)
        return pks[LOOKED_BACK : LOOKED_BACK + 1].first() or 0
