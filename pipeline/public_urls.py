"""Addresses that belong to no organisation."""

from django.urls import path

from pipeline.views import organisations

urlpatterns = [path("new/", organisations.create, name="organisation_create")]
