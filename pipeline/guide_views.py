"""The guide's pages and pictures, for everyone who may log in to the admin."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from pipeline import guide


@require_safe
def chapter(request: HttpRequest, name: str = guide.CHAPTERS[0]) -> HttpResponse:
    if name not in guide.CHAPTERS:
        raise Http404
    chapters = guide.chapters(guide.language())
    place = guide.CHAPTERS.index(name)
    context = {
        **admin.site.each_context(request),
        "title": chapters[place].title,
        "chapter": chapters[place],
        "chapters": chapters,
        "following": chapters[place + 1 : place + 2],
    }
    return TemplateResponse(request, "postflow/guide.html", context)


@require_safe
def picture(_request: HttpRequest, language: str, name: str) -> HttpResponse:
    """Both are slugs, so they lead nowhere else."""
    try:
        content = guide.picture(name, language).read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(content, content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response
