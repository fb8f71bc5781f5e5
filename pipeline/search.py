"""Looking for uploads and files by parts of their names: the one door to it.

Each word has to stand somewhere in a row's name, path or shot, in capitals or not. What answers is
`pipeline.search_index`.
"""

import json
import unicodedata
from typing import Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, F, Q, QuerySet
from django.db.models.expressions import RawSQL

from pipeline import search_index
from pipeline.models import SourceFile, UploadJob
from pipeline.search_index import BLOCK, SHORTEST, folded

Row = TypeVar("Row", UploadJob, SourceFile)

AT_MOST = 2000  # rows that are listed, and ids that are passed on to another query
LOOKED_BACK = 10_000  # rows, for words that no index answers
DENSE = 20_000  # ids: with AT_MOST rows among so many, the index is of no use


def containing(rows: QuerySet[Row], text: str) -> QuerySet[Row]:
    """Those of the rows in which each of the words stands. Words of one or two letters are looked
    for among the latest uploads or files only, unless there is a longer one beside them."""
    return rows.filter(_LookedFor(rows, text).condition())


def latest(rows: QuerySet[Row], text: str = "", most: int = AT_MOST) -> QuerySet[Row]:
    """Of all that `containing` gives the latest `most`, and one more where there are more: quick
    however many there are."""
    if not text.strip():
        pks = _first(rows.order_by("-pk"), most)
    elif connection.vendor == "sqlite":
        pks = _latest_in_sqlite(rows, text, most)
    else:
        pks = _latest_in_postgresql(rows, text, most)
    if not pks:
        return rows.none()
    # within bounds, or an index is walked down to them from the newest row of all
    return rows.filter(pk__in=_among(pks), pk__lte=pks[0], pk__gte=pks[-1])


def _among(pks: list[int]) -> RawSQL:
    """As one parameter: ten thousand take Django longer than the database."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(pks)])
    return RawSQL("SELECT unnest(%s::bigint[])", [pks])


def _latest_in_sqlite(rows: QuerySet[Row], text: str, most: int) -> list[int]:
    looked_for = _LookedFor(rows, text)
    if not looked_for.is_indexed:
        return _first(rows.filter(looked_for.condition()).order_by("-pk"), most)
    newest = looked_for.newest(most)
    if len(newest) <= most or not rows.query.where:
        return newest
    if newest[0] - newest[-1] < DENSE * most // AT_MOST:
        found = rows.filter(looked_for.stands(), pk__lte=newest[0])
    else:
        found = rows.filter(looked_for.condition())
    return _first(found.order_by("-pk"), most)


def _latest_in_postgresql(rows: QuerySet[Row], text: str, most: int) -> list[int]:
    looked_for = _LookedFor(rows, text)
    found = rows.filter(looked_for.condition()).order_by("-pk")
    if looked_for.is_in_blocks:
        return _block_by_block(found, most)
    # so that it does not walk down the keys, for what only few have or only old ones
    return _first(found.order_by((F("pk") + 0).desc()), most)


def _block_by_block(found: QuerySet[Row], most: int) -> list[int]:
    """From the newest one back until there are enough: PostgreSQL looks into the next block only
    when the last has given all it had."""
    table = found.model._meta.db_table
    in_block = RawSQL(f"{table}.id / {BLOCK} = block.number", [], BooleanField())  # noqa: S611  names of ours
    try:
        each, values = found.filter(in_block).values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    blocks = f"generate_series((SELECT max(id) / {BLOCK} FROM {table}), 0, -1)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT found.pk FROM {blocks} AS block (number), LATERAL ({each}) AS found (pk)"  # noqa: S608
            f" LIMIT {most + 1}",
            values,
        )
        return [pk for (pk,) in cursor.fetchall()]


def _first(found: QuerySet[Row], most: int) -> list[int]:
    return list(found.values_list("pk", flat=True)[: most + 1])


class _LookedFor(Generic[Row]):
    def __init__(self, rows: QuerySet[Row], text: str) -> None:
        words = folded(unicodedata.normalize("NFC", text)).replace("\0", "").split()
        self._model: type[Row] = rows.model
        self._index = search_index.of(rows.model)
        self._long = [word for word in words if len(word) >= SHORTEST]
        self._short = [word for word in words if len(word) < SHORTEST]

    @property
    def is_indexed(self) -> bool:
        return bool(self._long) and not self._short

    @property
    def is_in_blocks(self) -> bool:
        return bool(self._long) and search_index.has_blocks(connection, self._index)

    def condition(self) -> Q:
        if not self._long:
            return self.stands() & Q(pk__gt=self._looked_back_to())
        if connection.vendor == "sqlite":
            found = Q(*map(self._in, self._short))
            return found & Q(pk__in=RawSQL(self._match(), [self._phrases()]))  # noqa: S611  names of ours
        return self.stands()

    def stands(self) -> Q:
        """Read in each row."""
        return Q(*map(self._in, [*self._short, *self._long]))

    def newest(self, most: int) -> list[int]:
        """By itself FTS5 gives them in this order, and need not find them all."""
        with connection.cursor() as cursor:
            ordered = f"{self._match()} ORDER BY rowid DESC LIMIT {most + 1}"
            cursor.execute(ordered, [self._phrases()])
            return [pk for (pk,) in cursor.fetchall()]

    def _match(self) -> str:
        name = self._index.name
        return f"SELECT rowid FROM {name} WHERE {name} MATCH %s"  # noqa: S608  a name of ours

    def _phrases(self) -> str:
        return " ".join('"{}"'.format(word.replace('"', '""')) for word in self._long)

    def _in(self, word: str) -> Q:
        conditions = [Q((f"{column}__contains", word)) for column in self._index.columns]
        return Q(*conditions, _connector=Q.OR)

    def _looked_back_to(self) -> int:
        pks = self._model._default_manager.order_by("-pk").values_list("pk", flat=True)
        return pks[LOOKED_BACK : LOOKED_BACK + 1].first() or 0
