"""What base.html needs around every page: where one can go."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants import queries
from tenants.domain.roles import HOME, Role, allows
from tenants.models import Membership, Organisation


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the main navigation; `also` are the other first folders of its pages, `is_dated` when they look at a
    cycle on a day."""

    url_name: str
    label: Promise
    icon: str
    also: tuple[str, ...] = ()
    is_dated: bool = False


ENTRIES = (
    Entry("tenants:welcome", _("Welcome"), "home"),
    Entry("reporting:director", pgettext_lazy("page", "The company"), "compass", is_dated=True),
    Entry("reporting:manager", pgettext_lazy("page", "My teams"), "team", is_dated=True),
    Entry("reporting:rep", pgettext_lazy("page", "My week"), "user", is_dated=True),
    Entry(
        "reporting:levers", pgettext_lazy("page", "Analysis"), "waterfall", also=("analysis",), is_dated=True
    ),
    Entry("reporting:chain", _("Chain of value"), "link", is_dated=True),
    Entry("objectives:cycles", _("Objectives"), "target"),
    Entry("prospecting:activities", _("Activities"), "message"),
    Entry("prospecting:companies", _("Companies"), "building", also=("targets",)),
    Entry("prospecting:leads", _("Leads"), "inbox"),
    Entry("pipeline:opportunity_list", _("Opportunities"), "funnel"),
    Entry("prospecting:meetings", _("Meetings"), "calendar", also=("definitions", "slots")),
    Entry("prospecting:partner_home", _("My engagements"), "home"),
    Entry("prospecting:partners", _("Partners"), "users"),
    Entry("pipeline:import_list", _("Imports"), "import"),
    Entry("reporting:runs", _("Runs"), "run"),
    Entry("objectives:metrics", _("Definitions"), "math"),
    Entry("tenants:members", _("People"), "users", also=("people", "teams", "invitations")),
    Entry("prospecting:personal_data", _("Personal data"), "shield"),
    Entry("tenants:settings", _("Settings"), "settings"),
)


ANY = "any"  # the slug of some organisation


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The pages that the reader's role may open: {label, url, icon, active}. Empty outside an organisation."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {"navigation": []}
    organisation = request.organisation  # type: ignore[attr-defined]
    return {"navigation": SimpleLazyObject(lambda: _allowed(request, organisation, membership))}


def organisations(request: HttpRequest) -> dict[str, Any]:
    """The reader's organisations, for the switcher: {name, url, active}. One query, when the template asks."""
    if not hasattr(request, "user"):
        return {"organisations": []}
    here = getattr(request, "organisation", None)
    return {"organisations": SimpleLazyObject(lambda: _mine(request, here))}


def _allowed(
    request: HttpRequest, organisation: Organisation, membership: Membership
) -> list[dict[str, Any]]:
    path, dated = request.path, _cycle_and_day(request)
    root = reverse("tenants:home", kwargs={"organisation": organisation.slug})
    found: list[tuple[dict[str, Any], int]] = []
    for entry, folders in _open_to(Role(membership.role)):
        depth = max((len(folder) for folder in folders if path.startswith(root + folder)), default=0)
        url = root + folders[0] + (dated if entry.is_dated else "")
        found.append(({"label": entry.label, "url": url, "icon": entry.icon}, depth))
    # The deepest folder that holds the page is where one is.
    deepest = max((depth for _line, depth in found), default=0)
    return [line | {"active": depth == deepest > 0} for line, depth in found]


def _cycle_and_day(request: HttpRequest) -> str:
    """The query string that looks at the cycle and the day of the page's own address; assets/app.js keeps it so."""
    given = {name: request.GET[name] for name in ("cycle", "as_of") if request.GET.get(name)}
    return "?" + urlencode(given) if given else ""


@cache
def _open_to(role: Role) -> list[tuple[Entry, list[str]]]:
    """The entries of a role, each with its folders below the organisation's. The same for every organisation.

    The view itself says who may open it, so a menu never shows a page that answers 403.
    """
    root = reverse("tenants:home", kwargs={"organisation": ANY})
    found = []
    for entry in ENTRIES:
        try:
            url = reverse(entry.url_name, kwargs={"organisation": ANY})
        except NoReverseMatch:  # the app that has this page is not installed
            continue
        is_home = entry.url_name != "tenants:welcome" or HOME[role] == entry.url_name
        if is_home and allows(role, resolve(url).func.permission):  # type: ignore[attr-defined]
            found.append((entry, [url.removeprefix(root), *(f"{folder}/" for folder in entry.also)]))
    return found


def _mine(request: HttpRequest, here: Organisation | None) -> list[dict[str, Any]]:
    if not request.user.is_authenticated:
        return []
    return [
        {
            "name": name,
            "url": reverse("tenants:home", kwargs={"organisation": slug}),
            "active": here is not None and key == here.id,
        }
        for key, name, slug in queries.places_of(request.user)
    ]
