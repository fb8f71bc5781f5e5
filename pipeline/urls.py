from django.contrib import admin
from django.urls import path

from pipeline import health_views, views

urlpatterns = [
    path("", admin.site.admin_view(admin.site.index), name="dashboard"),
    path("frameio/webhook/<int:number>", views.frameio_webhook, name="frameio-webhook"),
    path("healthz", health_views.healthz, name="healthz"),
    path("readyz", health_views.readyz, name="readyz"),
    path("metrics", health_views.metrics, name="metrics"),
]
