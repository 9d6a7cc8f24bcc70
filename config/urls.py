"""Every address: the public ones first, then those of one organisation."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import errors, health
from config.gallery import gallery

# Under /o/<organisation>/: each view carries its permission (tenants.access.tenant_view).
tenant_patterns: list[URLPattern | URLResolver] = [
    path("", include("tenants.urls")),
    path("", include("reporting.urls")),
    path("", include("pipeline.urls")),
    path("", include("prospecting.urls")),
    path("", include("objectives.urls")),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("", include("tenants.public_urls")),
    path("", include("pipeline.public_urls")),
    path("", include("prospecting.public_urls")),
    path("gallery/", gallery, name="gallery"),
    path("operators/", admin.site.urls),
    path("api/v1/", include("config.api_urls")),
    path("o/<slug:organisation>/", include(tenant_patterns)),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
