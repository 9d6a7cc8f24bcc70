"""Addresses that belong to no organisation."""

from django.urls import path

from tenants.views import home, join

urlpatterns = [
    path("", home.home, name="home"),
    path("organisations/", home.organisations, name="organisations"),
    path("account/preferences/", home.preferences, name="preferences"),
    path("language/", home.set_language, name="set_language"),
    path("join/<slug:slug>/<str:token>/", join.join, name="join"),
]
