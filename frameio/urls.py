from django.urls import path

from frameio import views

app_name = "frameio"
urlpatterns = [
    path("connect", views.connect, name="connect"),
    path("callback", views.callback, name="callback"),
    path("paste", views.paste, name="paste"),
]
