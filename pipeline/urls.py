from django.contrib import admin
from django.urls import path

from pipeline import views

urlpatterns = [
    path("", admin.site.admin_view(admin.site.index), name="dashboard"),
    path("frameio/webhook/<int:number>", views.frameio_webhook, name="frameio-webhook"),
    path("healthz", views.healthz, name="healthz"),
]
