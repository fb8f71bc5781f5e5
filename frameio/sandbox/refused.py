"""Refusals of the part storage, as S3 words them.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from uuid import uuid4
from xml.sax.saxutils import escape

from starlette.responses import Response


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def response(self) -> Response:
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{escape(self.message)}</Message>"
            f"<RequestId>{uuid4().hex[:16].upper()}</RequestId></Error>"
        )
        return Response(body, status_code=self.status, media_type="application/xml")


def mismatch() -> Refused:
    return Refused(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided."
        " Check your key and signing method.",
    )


def denied() -> Refused:
    return Refused(403, "AccessDenied", "Access Denied")


def expired() -> Refused:
    return Refused(403, "AccessDenied", "Request has expired")


def slow_down() -> Refused:
    return Refused(503, "SlowDown", "Please reduce your request rate.")


def internal_error() -> Refused:
    return Refused(500, "InternalError", "We encountered an internal error. Please try again.")
