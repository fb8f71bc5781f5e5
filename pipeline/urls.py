from django.contrib import admin
from django.urls import path

from pipeline import guide_views, health_views, views
from pipeline.api.errors import no_such_address
from pipeline.api.v1 import api, docs

urlpatterns = [
    path("", admin.site.admin_view(admin.site.index), name="dashboard"),
    path("favicon.ico", views.icon, name="icon"),
    path("guide/", admin.site.admin_view(guide_views.chapter), name="guide"),
    path("guide/<slug:name>/", admin.site.admin_view(guide_views.chapter), name="guide-chapter"),
    path(
        "guide/pictures/<slug:language>/<slug:name>.png",
        admin.site.admin_view(guide_views.picture),
        name="guide-picture",
    ),
    path("jobs/<int:pk>/thumbnail", admin.site.admin_view(views.thumbnail), name="thumbnail"),
    path("frameio/webhook/<int:number>", views.frameio_webhook, name="frameio-webhook"),
    path("healthz", health_views.healthz, name="healthz"),
    path("readyz", health_views.readyz, name="readyz"),
    path("metrics", health_views.metrics, name="metrics"),
    path("api/v1/docs", admin.site.admin_view(docs), name="api-docs"),
    path("api/v1/", no_such_address),
    path("api/v1/", api.urls),
    path("api/<path:_rest>", no_such_address),
]
