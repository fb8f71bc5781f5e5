from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """This process answers. Nothing else is asked: a slow database must restart no web server."""
    return JsonResponse({"status": "ok"})
