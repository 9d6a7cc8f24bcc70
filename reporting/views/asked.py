"""What a page was asked to look at, and how it answers: the URL is the state."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from objectives.models import Cycle
from reporting.queries import memo
from reporting.queries.looking import Looking, last_day, look
from reporting.views.figures import Writer
from tenants.access import TenantRequest
from tenants.domain.roles import Permission

PAGE = "page"  # id of the element that a filter replaces, and name of its partial in the template
DAYS_LISTED = 21


def yesterday() -> date:
    """The last whole day, in the organisation's time zone."""
    return timezone.localdate() - timedelta(days=1)


def asked_id(request: TenantRequest, name: str) -> UUID | None:
    """An id of the query string; none when it is absent or empty, Http404 when it is no id."""
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Http404(name) from None


def asked_day(request: TenantRequest, name: str = "as_of") -> date | None:
    """A day of the query string; None when it is absent or no day."""
    try:
        return parse_date(request.GET.get(name, ""))
    except ValueError:
        return None


def looking_at(request: TenantRequest) -> Looking:
    """Resolve the cycle and the day of the URL; Http404 for a cycle that does not exist."""
    try:
        return look(yesterday=yesterday(), cycle_id=asked_id(request, "cycle"), as_of=asked_day(request))
    except Cycle.DoesNotExist:
        raise Http404("cycle") from None


def settled(request: TenantRequest, looking: Looking) -> HttpResponseRedirect | None:
    """A redirect to the same page with the cycle and the day in its URL, or None when they are there already.

    A day to come stays in the URL: the page says at its field which day it shows instead.
    """
    if looking.cycle is None:
        return None
    state = {"cycle": str(looking.cycle.id), "as_of": (looking.to_come or looking.as_of).isoformat()}
    if all(request.GET.get(name) == value for name, value in state.items()):
        return None
    return HttpResponseRedirect(f"{request.path}?{urlencode({**request.GET.dict(), **state})}")


def state_query(looking: Looking, **more: Any) -> str:
    """The query string that shows another page at the same cycle and day; empty values are left out."""
    values: dict[str, Any] = {"as_of": looking.as_of.isoformat(), **more}
    if looking.cycle is not None:
        values = {"cycle": looking.cycle.id, **values}
    return "?" + urlencode({name: value for name, value in values.items() if value not in (None, "")})


def carried(request: TenantRequest, **more: Any) -> str:
    """The cycle, the day and the team of the URL as they were asked, for a page that only hands them on."""
    given = {name: request.GET.get(name, "") for name in ("cycle", "as_of", "team")} | more
    query = urlencode({name: value for name, value in given.items() if value not in (None, "")})
    return "?" + query if query else ""


def answer(request: TenantRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or for htmx only the part that its filters replace."""
    if request.htmx and request.htmx.target == PAGE:
        template += "#" + PAGE
    response = render(request, template, context | {"aged": memo.age()})
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def filters(looking: Looking, writer: Writer, *, hidden: dict[str, str] | None = None) -> dict[str, Any]:
    """The cycle and the day for _components/filters.html; a page adds its teams or persons."""
    cycle = looking.cycle
    return {
        "cycles": [
            {"value": one.id, "label": one.name, "selected": cycle is not None and one.id == cycle.id}
            for one in looking.cycles
        ],
        "as_of": looking.as_of.isoformat(),
        "as_of_min": cycle.start_on.isoformat() if cycle and not looking.begins_later else "",
        "as_of_wrong": ""
        if looking.to_come is None
        else _("%(asked)s is still to come: the figures are those of %(day)s.")
        % {"asked": writer.day(looking.to_come, "long"), "day": writer.day(looking.as_of, "long")},
        "as_of_max": last_day(cycle, yesterday()).isoformat() if cycle else yesterday().isoformat(),
        "hidden": [{"name": name, "value": value} for name, value in (hidden or {}).items()],
        "days": _days(looking, writer),
    }


def _days(looking: Looking, writer: Writer) -> list[dict[str, Any]]:
    """The latest computed days of the cycle, for a list of links."""
    return [
        {
            "value": mark.as_of.isoformat(),
            "label": writer.day(mark.as_of, "weekday"),
            "active": mark.as_of == looking.as_of,
        }
        for mark in reversed(looking.marks[-DAYS_LISTED:])
    ]


def address(organisation: str, name: str, **kwargs: Any) -> str:
    """Where a page of another app is."""
    return reverse(name, kwargs={"organisation": organisation, **kwargs})


def deal_address(request: TenantRequest, opportunity: UUID) -> str:
    """Where a deal is, for who may open it; empty for who only reads figures."""
    if not request.membership.allows(Permission.VIEW_OWN):
        return ""
    return address(request.organisation.slug, "pipeline:opportunity", opportunity=opportunity)


def here(request: TenantRequest, name: str, **kwargs: Any) -> str:
    """Where a page of this app is."""
    return reverse(f"reporting:{name}", kwargs={"organisation": request.organisation.slug, **kwargs})
