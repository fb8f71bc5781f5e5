from django.http import HttpRequest
from ninja import Router

from pipeline.api import places
from pipeline.api.access import READ, must_see
from pipeline.api.errors import COMMON
from pipeline.api.shapes import Explanation, FileNamed
from pipeline.explain import explain

router = Router(tags=["files"])


@router.post(
    "/explain",
    auth=READ,
    response={200: Explanation, **COMMON},
    summary="Why a file went up, or did not",
)
def explain_file(request: HttpRequest, wanted: FileNamed) -> Explanation:
    """The file need not be there any more. Nothing is changed."""
    must_see(request, "sourcefile")
    return Explanation.model_validate(explain(places.allowed(wanted.path)))
