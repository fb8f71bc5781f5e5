"""What Frame.io's pages need around them, without the product's own pages."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("frameio/", include("frameio.urls")),
]
