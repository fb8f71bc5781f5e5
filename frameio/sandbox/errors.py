"""Refusals, in the shape of the V4 API."""

from collections.abc import Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.responses import JSONResponse, Response


class ApiError(Exception):
    """`{"errors": [{"detail", "title", "source": {"pointer"}}]}` with an HTTP status."""

    def __init__(
        self, status: int, detail: str, *, title: str | None = None, pointer: str | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.errors = [_entry(detail, title, pointer)]

    def response(self) -> Response:
        return JSONResponse({"errors": self.errors}, status_code=self.status)


class Invalid(ApiError):
    """422, with a pointer to what is wrong."""

    def __init__(self, detail: str, pointer: str) -> None:
        super().__init__(422, detail, title="Invalid value", pointer=pointer)


class Unauthorized(ApiError):
    def __init__(self) -> None:
        super().__init__(401, "Unauthorized", title="Unauthorized")


class NotFound(ApiError):
    def __init__(self) -> None:
        super().__init__(404, "Not found", title="Not found")


class TooMany(ApiError):
    def __init__(self) -> None:
        super().__init__(429, "Too many requests")


def refused(error: ValidationError) -> ApiError:
    """What pydantic says against a query or a body, in the API's words."""
    faults = error.errors()
    if faults[0]["type"] == "json_invalid":
        return ApiError(400, "The body is not JSON", title="Bad request")
    answer = Invalid(*_said(faults[0]))
    answer.errors = [_entry(detail, "Invalid value", at) for detail, at in map(_said, faults)]
    return answer


def _said(fault: ErrorDetails) -> tuple[str, str]:
    return _detail(fault), _pointer(fault["loc"])


def _pointer(place: Sequence[int | str]) -> str:
    return "/" + "/".join(str(step) for step in place)


def _detail(fault: ErrorDetails) -> str:
    given, limits = fault["input"], fault.get("ctx", {})
    field = str(fault["loc"][-1]) if fault["loc"] else "body"
    words = {
        "extra_forbidden": f"Unexpected field: {field}",
        "missing": f"Missing field: {field}",
        "greater_than_equal": f"{given} is smaller than inclusive minimum {limits.get('ge')}",
        "less_than_equal": f"{given} is larger than inclusive maximum {limits.get('le')}",
        "string_too_short": f"String length is smaller than minLength: {limits.get('min_length')}",
        "string_too_long": f"String length is larger than maxLength: {limits.get('max_length')}",
        "string_type": f"Invalid string. Got: {type(given).__name__}",
        "int_type": f"Invalid integer. Got: {type(given).__name__}",
        "int_parsing": "Invalid integer. Got: string",
        "literal_error": "Invalid value for enum",
    }
    return words.get(fault["type"], fault["msg"])


def _entry(detail: str, title: str | None, pointer: str | None) -> dict[str, object]:
    entry: dict[str, object] = {"detail": detail}
    if title is not None:
        entry["title"] = title
    if pointer is not None:
        entry["source"] = {"pointer": pointer}
    return entry
