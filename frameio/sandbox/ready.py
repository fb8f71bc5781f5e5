"""Faulty answers in the words of those who give them: what a rule's `answer` names."""

from typing import Literal

from starlette.responses import JSONResponse, Response

from frameio.sandbox.refused import expired, internal_error, slow_down

ReadyMade = Literal[
    "server_error", "bad_gateway", "unavailable", "slow_down", "expired", "internal_error"
]
GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    "<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


def ready_made(name: ReadyMade) -> Response:
    match name:
        case "server_error":
            return JSONResponse({"errors": [{"detail": "Internal server error"}]}, 500)
        case "bad_gateway":
            return Response(GATEWAY, 502, media_type="text/html")
        case "unavailable":
            return Response(status_code=503)
        case "slow_down":
            return slow_down().response()
        case "expired":
            return expired().response()
        case "internal_error":
            return internal_error().response()
