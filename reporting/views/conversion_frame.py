"""What the pages about conversion share: the head, the tabs, whom and which day they are about."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.models import Stage
from reporting.queries.by_dimension import Scope
from reporting.queries.conversion import stages
from reporting.queries.looking import Looking
from reporting.queries.reach import Reach, reach_of
from reporting.views.analysis import analysis_tabs
from reporting.views.asked import asked_id, filters, here, looking_at, settled, state_query
from reporting.views.closed import closed_note
from reporting.views.figures import Writer
from reporting.views.manager import asked_team
from reporting.views.missing import missing
from reporting.views.team_options import team_options
from tenants.access import TenantRequest
from tenants.domain.roles import Permission

PAGES = (
    ("conversion", gettext_lazy("Rates")),
    ("conversion_cohorts", gettext_lazy("Cohorts")),
    ("conversion_lags", gettext_lazy("Time to advance")),
    ("conversion_ageing", gettext_lazy("Ageing")),
    ("conversion_flow", gettext_lazy("Flow and coverage")),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """context: of every page. ready: there is a day to look at, and somebody to look at."""

    looking: Looking
    scope: Scope
    person_id: UUID | None
    writer: Writer
    stages: list[Stage]
    context: dict[str, Any]
    ready: bool

    def query(self, **more: Any) -> str:
        return state_query(self.looking, **{"team": self.scope.team_id, "person": self.person_id, **more})


def frame(
    request: TenantRequest, page: str, *, people: bool = False, **kept: str
) -> Frame | HttpResponseRedirect:
    """The frame of a page, or a redirect to itself with cycle and day. `kept`: what the filters keep in the URL.

    people: the page can be about one person.

    These figures are worked out on demand: a day without a stored run has them too, without objectives to compare with.
    """
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    team_id = asked_team(request, reach)
    if (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    person_id = _asked_person(request, reach) if people else None
    scope = Scope.of(reach, team_id, person_id)
    query = state_query(looking, team=team_id)
    whom = reach.tree.teams[team_id].name if team_id else request.organisation.name
    nobody = team_id is None and not reach.sees_company
    context: dict[str, Any] = {
        "looking": looking,
        "filters": filters(looking, writer, hidden={name: value for name, value in kept.items() if value})
        | {
            "teams": team_options(request, reach, team_id),
            "persons": _person_options(reach, team_id, person_id) if people else [],
        },
        "needs": missing(request, looking, writer) if looking.begins_later else [],
        "no_team": nobody,
        "closed": closed_note(request, looking.cycle, writer, team_id, reach.tree),
        "title": _("Conversion"),
        "scope": reach.tree.people[person_id].name if person_id else whom,
        "tabs": analysis_tabs(request, "conversion", query),
        "pages": [
            {"label": label, "url": here(request, name) + query, "active": name == page}
            for name, label in PAGES
        ],
        "sees_deals": request.membership.allows(Permission.VIEW_OWN),
    }
    return Frame(
        looking, scope, person_id, writer, stages(), context, not nobody and not looking.begins_later
    )


def _asked_person(request: TenantRequest, reach: Reach) -> UUID | None:
    """The person of the URL; Http404 unknown, PermissionDenied out of reach."""
    person_id = asked_id(request, "person")
    if person_id is None:
        return None
    if person_id not in reach.tree.people:
        raise Http404("person")
    if person_id not in reach.person_ids:
        raise PermissionDenied
    return person_id


def _person_options(reach: Reach, team_id: UUID | None, person_id: UUID | None) -> list[dict[str, Any]]:
    """Everybody together, then the people of the team, and of those below it, within reach."""
    teams = reach.tree.descendants(team_id) if team_id else None
    people = [
        one for one in reach.people if teams is None or reach.tree.team_of.get(one.id) in teams or one.id == person_id
    ]  # fmt: skip
    options = [{"value": one.id, "label": one.name, "selected": one.id == person_id} for one in people]
    return [{"value": "", "label": _("Everybody"), "selected": person_id is None}, *options] if people else []


def choices(query: Any, options: list[tuple[str, str]], chosen: str, name: str) -> list[dict[str, Any]]:
    """Tabs that say one thing of the URL; `query` writes the rest of it."""
    return [
        {"label": label, "url": query(**{name: value}), "active": value == chosen} for value, label in options
    ]
