from django.urls import path

from frameio import account_views, views, webhook_views

app_name = "frameio"
urlpatterns = [
    path("connect", views.connect, name="connect"),
    path("callback", views.callback, name="callback"),
    path("paste", views.paste, name="paste"),
    path("service", account_views.service, name="service"),
    path("accounts/<int:pk>/lists", account_views.lists, name="lists"),
    path("accounts/<int:pk>/disconnect", account_views.disconnect, name="disconnect"),
    path("accounts/<int:pk>/webhooks", webhook_views.webhooks, name="webhooks"),
    path("accounts/<int:pk>/webhooks/register", webhook_views.register, name="register_webhook"),
    path(
        "accounts/<int:pk>/webhooks/<int:webhook_pk>/remove",
        webhook_views.remove,
        name="remove_webhook",
    ),
]
