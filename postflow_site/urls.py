from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

urlpatterns = [
    path("", include("pipeline.urls")),
    path("admin/", admin.site.urls),
    path("frameio/", include("frameio.urls")),
    path("language/", require_POST(set_language), name="set_language"),
]
