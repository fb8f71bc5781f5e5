"""One call to Frame.io, from its turn to the parsed body, and when it may be made again.

What may be done twice is tried again a few times. A create is so only after a 429, which did
nothing; whether it happened otherwise is for the caller to look up.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx
from django.utils.translation import gettext as _

from frameio.answers import Json, JsonObject, body_of, garbled, raise_for_response, unreachable
from frameio.calls import Tally, logged, untallied
from frameio.errors import FrameioError, NotFound, RateLimited, Unavailable
from frameio.http import API_TIMEOUT, HASTY_TIMEOUT, api_client
from frameio.limits import operation
from frameio.pace import Pace, Unpaced
from frameio.shapes import data_of, optional_text, rows

TRIES = 4
LONGEST_PAUSE = 20.0  # seconds; who is asked to wait longer gives the job back instead


class Wire:
    """A connection as one user. Raises `frameio.errors.FrameioError` only.

    `in_haste`, for a page that somebody waits for: one try, and seconds for it.
    """

    def __init__(
        self,
        api_url: str,
        auth: httpx.Auth,
        *,
        in_haste: bool = False,
        pace: Pace | None = None,
        tally: Tally = untallied,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        timeout = HASTY_TIMEOUT if in_haste else API_TIMEOUT
        self._http = api_client(api_url, auth, transport, timeout)
        self._tries = 1 if in_haste else TRIES
        self._pace = pace or Unpaced()
        self._tally = tally
        self._sleep = sleep
        self._jitter = jitter

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def _get(self, path: str, doing: str, *, params: Mapping[str, str] | None = None) -> JsonObject:
        return data_of(self._patiently("GET", path, doing, params=params))

    def _create(self, path: str, wanted: JsonObject, doing: str) -> JsonObject:
        return data_of(self._post(path, wanted, doing))

    def _post(self, path: str, wanted: JsonObject, doing: str) -> Json:
        return self._repeated((RateLimited,), "POST", path, doing, body={"data": wanted})

    def _delete(self, path: str, doing: str) -> None:
        """Gone already is as good as gone."""
        try:
            self._patiently("DELETE", path, doing)
        except NotFound:
            return

    def _pages(
        self,
        path: str,
        doing: str,
        *,
        page_size: int = 100,
        params: Mapping[str, str] | None = None,
    ) -> Iterator[JsonObject]:
        """Every row of every page. `links.next` carries the cursor and nothing else, so only the
        cursor is taken from it and all that we asked is asked again.
        """
        asked = {**(params or {}), "page_size": str(page_size)}
        seen: set[str] = set()
        while True:
            body = self._patiently("GET", path, doing, params=asked)
            yield from rows(body, "data")
            cursor = _cursor(body)
            if cursor is None:
                return
            if cursor in seen:
                raise Unavailable(
                    _("Frame.io goes round in circles and could not %(doing)s.") % {"doing": doing}
                )
            seen.add(cursor)
            asked["after"] = cursor

    def _patiently(
        self,
        method: str,
        path: str,
        doing: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Json = None,
    ) -> Json:
        """For what may be done twice."""
        again = (RateLimited, Unavailable)
        return self._repeated(again, method, path, doing, params=params, body=body)

    def _repeated(
        self,
        again: tuple[type[FrameioError], ...],
        method: str,
        path: str,
        doing: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Json = None,
    ) -> Json:
        """One call, and a few more after an error of the kinds `again`."""
        for count in range(self._tries - 1):
            try:
                return self._request(method, path, doing, params=params, body=body)
            except again as error:
                pause = 2**count * self._jitter(0.5, 1.0)
                if error.retry_after is not None:
                    pause = error.retry_after.total_seconds() + self._jitter(0.0, 0.5)
                if pause > LONGEST_PAUSE:
                    raise
            self._sleep(pause)
        return self._request(method, path, doing, params=params, body=body)

    def _request(
        self,
        method: str,
        path: str,
        doing: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Json = None,
    ) -> Json:
        """`doing` completes "Frame.io could not ..."."""
        name = operation(method, path)
        turn = self._pace.turn(name)
        try:
            response = logged(
                lambda: self._http.request(method, path, params=params, json=body),
                name,
                tally=self._tally,
                waited=turn.waited,
            )
        except httpx.RequestError as error:
            raise unreachable("Frame.io", self._http.base_url.host, error) from error
        turn.answered(response)
        raise_for_response(response, doing)
        answer = body_of(response)
        return garbled() if answer is None and response.content else answer


def path_of(*segments: str) -> str:
    """Ids are UUIDs, or `adobe:...` on accounts with Adobe's storage."""
    return "/v4/" + "/".join(quote(segment, safe=":") for segment in segments)


def _cursor(body: Json) -> str | None:
    links = body.get("links") if isinstance(body, dict) else None
    following = optional_text(links, "next") if isinstance(links, dict) else None
    return httpx.URL(following).params.get("after") if following else None
