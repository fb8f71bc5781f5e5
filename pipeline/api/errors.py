"""One shape for whatever goes wrong: `{"error": {"code", "message", "what_to_do"}}`."""

import logging

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

log = logging.getLogger(__name__)


class Problem(Schema):
    """`code` is for programs and stays as it is; the others are sentences for people."""

    code: str
    message: str
    what_to_do: str


class Error(Schema):
    error: Problem


class Refusal(Exception):
    """What an endpoint answers instead; `status` is HTTP's."""

    def __init__(self, status: int, code: str, message: str, what_to_do: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.what_to_do = what_to_do
        self.headers: dict[str, str] = {}


COMMON = {400: Error, 401: Error, 403: Error, 404: Error, 422: Error, 429: Error, 503: Error}
MOVING = {**COMMON, 409: Error}


def answer(status: int, code: str, message: str, what_to_do: str) -> JsonResponse:
    problem = {"code": code, "message": message, "what_to_do": what_to_do}
    return JsonResponse({"error": problem}, status=status)


@csrf_exempt  # it does nothing, and its answer is JSON for every method
def no_such_address(_request: HttpRequest, _rest: str = "") -> JsonResponse:
    return not_found()


def not_found() -> JsonResponse:
    return answer(
        404,
        "not_found",
        _("There is nothing at this address."),
        _("Check the number or the path. /api/v1/docs lists all addresses."),
    )


def speak(api: NinjaAPI) -> None:
    """Give the API these words for its errors."""
    for kind in (Refusal, ValidationError, HttpError, Http404, DatabaseError, Exception):
        api.add_exception_handler(kind, _told)


def _told(_request: HttpRequest, error: object) -> HttpResponse:
    match error:
        case Refusal():
            return _refused(error)
        case ValidationError():
            return _not_valid(error)
        case AuthenticationError():
            return _no_token()
        case HttpError():
            return _not_read(error)
        case Http404():
            return not_found()
        case DatabaseError():
            return _no_database(error)
    return _broken(error)


def _refused(refusal: Refusal) -> HttpResponse:
    response = answer(refusal.status, refusal.code, str(refusal), refusal.what_to_do)
    for name, value in refusal.headers.items():
        response[name] = value
    return response


def _not_valid(error: ValidationError) -> HttpResponse:
    """Which fields, and why; not what stood in them."""
    faults = [
        f"{'.'.join(str(part) for part in each['loc'][1:] or each['loc'])}: {each['msg']}"
        for each in error.errors
    ]
    return answer(
        422,
        "not_valid",
        _("This request is not valid. %(faults)s.") % {"faults": "; ".join(faults)},
        _("Mend these and send it again. /api/v1/docs has the form."),
    )


def _no_token() -> HttpResponse:
    response = answer(
        401,
        "no_token",
        _("A token is missing, or it is wrong, has ended or was revoked."),
        _("Send the header “Authorization: Bearer TOKEN”. Make a token in the admin, API tokens."),
    )
    response["WWW-Authenticate"] = "Bearer"
    return response


def _not_read(error: HttpError) -> HttpResponse:
    return answer(
        error.status_code,
        "not_read",
        _("The request cannot be read."),
        _("Send its body as JSON, in UTF-8, with “Content-Type: application/json”."),
    )


def _no_database(error: DatabaseError) -> HttpResponse:
    log.error("The database did not answer an API call.", exc_info=error)
    return answer(
        503,
        "no_database",
        _("The database does not answer."),
        _("Try again in a minute. If it stays so, look at PostFlow's log."),
    )


def _broken(error: object) -> HttpResponse:
    log.error("An API call went wrong.", exc_info=error if isinstance(error, Exception) else None)
    return answer(
        500,
        "broken",
        _("PostFlow made a mistake."),
        _("It is in the log, with the time of this call. Please report it."),
    )
