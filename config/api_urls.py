"""The API, version 1: read-only, one organisation per key."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from tenants.api import OrganisationView

urlpatterns = [
    path(
        "schema/",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api_schema",
    ),
    path("organisation", OrganisationView.as_view(), name="api_organisation"),
]
