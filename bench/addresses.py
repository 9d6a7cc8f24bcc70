"""The product's addresses, and two more that do nothing: what a page costs before it does anything."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as product_patterns
from tenants.access import TenantRequest, public_view, tenant_view
from tenants.domain.roles import Permission


@tenant_view(Permission.ENTER)
def empty_page(request: TenantRequest) -> HttpResponse:
    """Behind session, membership and scope, like any page of an organisation."""
    return HttpResponse("")


@public_view("measured by the benchmark only")
def empty_answer(request: HttpRequest) -> HttpResponse:
    """Behind the key and the scope, like any answer of the API."""
    return HttpResponse("")


urlpatterns = [
    path("o/<slug:organisation>/bench-empty/", empty_page, name="bench_empty"),
    path("api/v1/bench-empty", empty_answer, name="bench_api_empty"),
    *product_patterns,
]
