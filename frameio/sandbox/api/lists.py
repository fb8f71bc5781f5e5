"""Answers a page of rows."""

import sqlite3
from collections.abc import Callable
from typing import TypeAlias, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from frameio.sandbox.api.operation import Call
from frameio.sandbox.api.queries import PageQuery
from frameio.sandbox.documents import Document
from frameio.sandbox.errors import Invalid
from frameio.sandbox.store.paging import BadCursor, Page, Wanted

Listed = TypeVar("Listed", bound=PageQuery)
NoMore = TypeVar("NoMore", bound=BaseModel)
Find: TypeAlias = Callable[[Wanted], Page]


def many(
    call: Call[Listed, NoMore], find: Find, document: Callable[[sqlite3.Row], Document]
) -> Response:
    """`links.next` carries `after` alone: the caller sends everything else again."""
    try:
        page = find(call.query.wanted())
    except BadCursor as error:
        raise Invalid(str(error), "/after") from error
    following = None if page.after is None else f"{call.path}?{urlencode({'after': page.after})}"
    answer: Document = {
        "data": [document(row) for row in page.rows],
        "links": {"next": following},
    }
    return JSONResponse(answer if page.total is None else answer | {"total_count": page.total})
