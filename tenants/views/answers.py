"""How the views of this app answer: forms with their errors, pages of a list, tabs of a subject."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.access import TenantRequest

ROWS = 50
NIL = UUID(int=0)
INVALID = 422  # htmx swaps it, browsers show it, and the scope's transaction is rolled back


def form_page(request: HttpRequest, template: str, context: dict[str, Any], *forms: BaseForm) -> HttpResponse:
    """Render a page that holds `forms`, as invalid when one of them has errors."""
    wrong = any(form.is_bound and form.errors for form in forms)
    return render(request, template, context, status=INVALID if wrong else 200)


def page_of(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any]) -> Page[Any]:
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)  # one query, whoever reads the rows
    return page


def tenant_url(request: TenantRequest, name: str, **kwargs: Any) -> str:
    """Reverse a URL of the request's organisation."""
    return reverse(name, kwargs={"organisation": request.organisation.slug, **kwargs})


def tenant_urls(request: TenantRequest, name: str, key: str) -> Callable[[UUID], str]:
    """Likewise of as many addresses as a list has rows, which differ by the one id `key`: reversed once."""
    before, after = tenant_url(request, name, **{key: NIL}).split(str(NIL))
    return lambda value: f"{before}{value}{after}"


def go(request: TenantRequest, name: str, **kwargs: Any) -> HttpResponseRedirect:
    return redirect(tenant_url(request, name, **kwargs))


def action(label: str, url: str, icon: str = "", *, primary: bool = False) -> dict[str, Any]:
    """A button of the page header."""
    return {"label": label, "url": url, "icon": icon, "primary": primary}


def trail(request: TenantRequest, parent: str, label: str, here: str) -> list[dict[str, str]]:
    """The breadcrumb of a page below `parent` (a URL name without arguments), whose label is given."""
    return [{"label": label, "url": tenant_url(request, parent)}, {"label": here, "url": ""}]


def people_tabs(request: TenantRequest, active: str) -> list[dict[str, Any]]:
    pages = {"tenants:members": _("Members"), "tenants:people": _("Salespeople"), "tenants:teams": _("Teams")}
    return _tabs(request, pages, active)


def settings_tabs(request: TenantRequest, active: str) -> list[dict[str, Any]]:
    pages = {
        "tenants:settings": _("Organisation"),
        "pipeline:stages": _("Stages"),
        "prospecting:costs": _("Costs"),
        "tenants:api_keys": _("API keys"),
        "tenants:audit": _("Audit"),
    }
    return _tabs(request, pages, active)


def _tabs(request: TenantRequest, pages: dict[str, str], active: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": tenant_url(request, page), "active": page.split(":")[1] == active}
        for page, label in pages.items()
    ]
