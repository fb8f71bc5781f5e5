"""Reading an answer: the one place that looks at status codes.

Bodies come from Frame.io, Adobe, S3, or some gateway's HTML in between: all of them are survived,
and only the parts made for people go into a message.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import NoReturn, TypeAlias

import httpx
from django.utils.translation import gettext as _

from frameio.calls import request_id
from frameio.errors import (
    Forbidden,
    FrameioError,
    Invalid,
    NeedsLogin,
    NotFound,
    RateLimited,
    StorageRefused,
    Unauthorized,
    Unavailable,
    UrlsExpired,
)

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Json]"

_OTHER_MOMENTS = {408, 425}  # "not now" in 4xx clothes
_STORAGE_HAS_A_BAD_MOMENT = {"RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable"}


def unreachable(service: str, host: str, error: httpx.RequestError) -> Unavailable:
    """`host` alone is named: the rest of an address may be a secret."""
    if isinstance(error, httpx.TimeoutException):
        return Unavailable(
            _("%(service)s did not answer in time (%(host)s). Try again later.")
            % {"service": service, "host": host}
        )
    return Unavailable(
        _(
            "%(service)s cannot be reached at %(host)s (%(kind)s). Check the network, or try again"
            " later."
        )
        % {"service": service, "host": host, "kind": type(error).__name__}
    )


def body_of(response: httpx.Response) -> Json:
    """The JSON of an answer; None when it is empty or no JSON."""
    try:
        body: Json = response.json()
    except ValueError:
        return None
    return body


def raise_for_response(response: httpx.Response, doing: str) -> None:
    """Raise what a Frame.io answer means. `doing` completes "could not ...", in the language of
    whoever will read it.

    https://next.developer.frame.io/platform/docs/overview
    """
    status = response.status_code
    if 200 <= status < 300:
        return
    detail, pointer = _first_error(body_of(response))
    told = {
        "doing": doing,
        "why": _(": %(detail)s") % {"detail": detail} if detail else "",
        "where": f" ({pointer})" if pointer else "",
        "status": status,
        "support": _for_support(response),
    }
    wait = retry_after(response.headers)
    match status:
        case 401:
            raise Unauthorized(
                _(
                    "Frame.io does not accept this login and would not %(doing)s. Connect the"
                    " account again."
                )
                % told
            )
        case 403:
            raise Forbidden(
                _(
                    "Frame.io does not allow this login to %(doing)s%(why)s. Ask an administrator"
                    " of the Frame.io account.%(support)s"
                )
                % told
            )
        case 404:
            raise NotFound(_("Frame.io could not %(doing)s: it is not there%(why)s.") % told)
        case 400 | 409 | 422:
            raise Invalid(
                _("Frame.io would not %(doing)s%(why)s%(where)s.%(support)s") % told,
                detail=detail,
                pointer=pointer,
            )
        case 429:
            raise RateLimited(
                _("Frame.io asks us to slow down and did not %(doing)s.") % told,
                retry_after=wait or _bucket_refill(response.headers),
            )
    if status >= 500 or status in _OTHER_MOMENTS:
        raise Unavailable(
            _(
                "Frame.io is in trouble (%(status)d) and could not %(doing)s. Try again"
                " later.%(support)s"
            )
            % told,
            retry_after=wait,
        )
    raise FrameioError(
        _(
            "Frame.io gave an answer nobody expects (%(status)d) and did not %(doing)s. Is the API"
            " address right?%(support)s"
        )
        % told
    )


def raise_for_login(response: httpx.Response) -> None:
    """Raise what an answer of Adobe's login service means. Only `invalid_grant` asks for a person.

    https://developer.adobe.com/developer-console/docs/guides/authentication/UserAuthentication/ims
    """
    status = response.status_code
    if 200 <= status < 300:
        return
    body = body_of(response)
    code = _text(body.get("error")) if isinstance(body, dict) else ""
    wait = retry_after(response.headers)
    if code == "invalid_grant":
        raise NeedsLogin(
            _("Adobe no longer accepts the stored Frame.io login. Connect the account again.")
        )
    if status == 429 or status >= 500 or status in _OTHER_MOMENTS:
        raise Unavailable(
            _("Adobe's login service is in trouble (%(status)d). Try again later.")
            % {"status": status},
            retry_after=wait,
        )
    raise FrameioError(
        _(
            "Adobe's login service refused (%(said)s). Check the client id and secret of the"
            " Frame.io credential."
        )
        % {"said": f"{status}, {code}" if code else status},
        permanent=True,
    )


def raise_for_part(response: httpx.Response, part: str) -> None:
    """Raise what part storage (S3) says to a PUT. `part` names it, e.g. "part 3 of a.mov".

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    status = response.status_code
    if 200 <= status < 300:
        return
    code, message = _s3_error(response.text)
    told = {
        "part": part,
        "said": f"{status} {code}".strip(),
        "support": _for_support(response),
    }
    if status >= 500 or status in {*_OTHER_MOMENTS, 429} or code in _STORAGE_HAS_A_BAD_MOMENT:
        raise Unavailable(
            _("Frame.io's storage could not take %(part)s (%(said)s). Try again later.") % told,
            retry_after=retry_after(response.headers),
        )
    if code in {"ExpiredToken", "RequestExpired"} or "expired" in message.lower():
        raise UrlsExpired(_("The addresses Frame.io gave for %(part)s have expired.") % told)
    if status == 404:
        raise NotFound(
            _("The file that %(part)s belongs to was deleted on Frame.io meanwhile.") % told
        )
    raise StorageRefused(
        _(
            "Frame.io's storage refused %(part)s (%(said)s). Try the upload again; if it is refused"
            " again, show this to support.%(support)s"
        )
        % told,
        code=code,
    )


def garbled() -> NoReturn:
    """For an answer of success whose body is not what Frame.io sends."""
    raise Unavailable(
        _(
            "Frame.io's answer makes no sense. Is something between us and Frame.io answering in"
            " its place? Try again later."
        )
    )


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Seconds or a date; a date counts from the answer's own Date, whatever our clock says."""
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return timedelta(seconds=int(value))
    try:
        until = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return max(until, timedelta())


def _for_support(response: httpx.Response) -> str:
    """A sentence to add to what only the other side's support can look into."""
    if not (ident := request_id(response)):
        return ""
    return " " + _("Frame.io's request id: %(id)s.") % {"id": ident}


def _bucket_refill(headers: Mapping[str, str]) -> timedelta | None:
    """A leaky bucket lets one call in each window/limit; the window is in milliseconds."""
    try:
        window = int(headers["x-ratelimit-window"])
        return timedelta(milliseconds=window / int(headers["x-ratelimit-limit"]))
    except (KeyError, ValueError, ZeroDivisionError, OverflowError):
        return None


def _first_error(body: Json) -> tuple[str, str]:
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return "", ""
    source = first.get("source")
    pointer = source.get("pointer") if isinstance(source, dict) else None
    return _text(first.get("detail")), _text(pointer)


def _text(value: Json) -> str:
    """A line for people: no query of any address (it may be signed), no novel, no full stop."""
    if not isinstance(value, str):
        return ""
    return re.sub(r"(https?://[^\s?]*)\?\S*", r"\1", " ".join(value.split()))[:300].rstrip(".")


def _s3_error(xml: str) -> tuple[str, str]:
    """Code and Message alone: the rest of the document repeats the signature."""
    found = dict(re.findall(r"<(Code|Message)>([^<]{1,300})</\1>", xml[:10_000]))
    return _text(found.get("Code")), _text(found.get("Message"))
