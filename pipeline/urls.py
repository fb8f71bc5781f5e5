from django.contrib import admin
from django.urls import path

from pipeline import views

urlpatterns = [
    path("", admin.site.admin_view(admin.site.index), name="dashboard"),
    path("healthz", views.healthz, name="healthz"),
]
