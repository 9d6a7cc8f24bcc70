"""What base.html needs around every page: where one can go."""

from dataclasses import dataclass
from functools import cache
from typing import Any

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
    """A line of the main navigation; `also` are the other first folders of its pages."""

    url_name: str
    label: Promise
    icon: str
    also: tuple[str, ...] = ()


ENTRIES = (
    Entry("tenants:welcome", _("Welcome"), "home"),
    Entry("reporting:director", pgettext_lazy("page", "The company"), "compass"),
    Entry("reporting:manager", pgettext_lazy("page", "My teams"), "team"),
    Entry("reporting:rep", pgettext_lazy("page", "My week"), "user"),
    Entry("reporting:levers", pgettext_lazy("page", "Analysis"), "waterfall", also=("analysis",)),
    Entry("reporting:chain", _("Chain of value"), "link"),
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
    return {"navigation": SimpleLazyObject(lambda: _allowed(request.path, organisation, membership))}


def organisations(request: HttpRequest) -> dict[str, Any]:
    """The reader's organisations, for the switcher: {name, url, active}. One query, when the template asks."""
    if not hasattr(request, "user"):
        return {"organisations": []}
    here = getattr(request, "organisation", None)
    return {"organisations": SimpleLazyObject(lambda: _mine(request, here))}


def _allowed(path: str, organisation: Organisation, membership: Membership) -> list[dict[str, Any]]:
    root = reverse("tenants:home", kwargs={"organisation": organisation.slug})
    found: list[tuple[dict[str, Any], int]] = []
    for entry, folders in _open_to(Role(membership.role)):
        depth = max((len(folder) for folder in folders if path.startswith(root + folder)), default=0)
        found.append(({"label": entry.label, "url": root + folders[0], "icon": entry.icon}, depth))
    # The deepest folder that holds the page is where one is.
    deepest = max((depth for _line, depth in found), default=0)
    return [line | {"active": depth == deepest > 0} for line, depth in found]


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
