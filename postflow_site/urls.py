from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("pipeline.urls")),
    path("admin/", admin.site.urls),
    path("frameio/", include("frameio.urls")),
]
