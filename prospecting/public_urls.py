"""Addresses that belong to no organisation."""

from django.urls import path

from prospecting.views import slots

urlpatterns = [
    path("calendar/<slug:slug>/<uuid:feed>/<str:secret>.ics", slots.calendar_feed, name="calendar_feed"),
]
