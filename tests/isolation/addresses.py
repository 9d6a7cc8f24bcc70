"""Every address of the product, from Django's own resolver: nothing is listed by hand, so nothing is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

TENANT, API = "o/<slug:organisation>/", "api/v1/"

# Addresses that are not ours to mark, by prefix, with the reason. A prefix under which nothing is left fails.
NOT_OURS = {
    "accounts/": "django-allauth: a login, which belongs to no organisation",
    "operators/": "Django's admin for operators; global tables only, the app role sees no tenant row there",
    "api/v1/schema/": "the OpenAPI document: what the routes are, no data",
}


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern of the resolver."""

    name: str  # with its namespaces: "tenants:members"
    route: str
    view: Any
    parameters: tuple[str, ...]

    @property
    def is_ours(self) -> bool:
        return not self.route.startswith(tuple(NOT_OURS))

    @property
    def is_tenant(self) -> bool:
        return self.route.startswith(TENANT)

    @property
    def is_api(self) -> bool:
        return self.route.startswith(API) and self.is_ours

    @property
    def is_public(self) -> bool:
        return self.is_ours and not self.is_tenant and not self.is_api


def addresses() -> list[Address]:
    return list(_walk(get_resolver(), "", (), ()))


def _walk(
    resolver: URLResolver, prefix: str, namespaces: tuple[str, ...], parameters: tuple[str, ...]
) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        known = (*parameters, *entry.pattern.converters, *entry.pattern.regex.groupindex)
        known = tuple(dict.fromkeys(known))
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, route, inner, known)
        elif isinstance(entry, URLPattern):
            yield Address(":".join((*namespaces, entry.name or route)), route, entry.callback, known)
