"""What is won is worth: margin, recurring part, length, discount, concentration, effort; volume against value (F12)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pipeline.queries import histories
from prospecting.queries.costs import day_cost
from reporting.queries.looking import Looking
from reporting.queries.memo import as_known, remember
from reporting.queries.reach import Reach, reach_of
from reporting.queries.value import DIMENSIONS, OTHERS, Value, value
from reporting.views.analysis import analysis_tabs
from reporting.views.asked import answer, filters, here, looking_at, settled, state_query
from reporting.views.closed import closed_note
from reporting.views.exports import csv_answer
from reporting.views.figures import Writer
from reporting.views.looks import worked_out_first
from reporting.views.manager import asked_team
from reporting.views.missing import missing
from reporting.views.team_options import team_options
from reporting.views.value_tables import (
    ENERGY,
    csv_rows,
    energy_rows,
    figure_rows,
    kind_rows,
    matrix_rows,
    sentence,
    shrinking_rows,
)
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission

CYCLE, YEAR = "cycle", "year"
BY = DIMENSIONS


@dataclass(frozen=True, slots=True)
class Question:
    looking: Looking
    reach: Reach
    team: UUID | None
    window: str
    by: str

    @property
    def since(self) -> date:
        if self.window == CYCLE and self.looking.cycle is not None:
            return self.looking.cycle.start_on
        return self.looking.as_of - timedelta(days=364)

    @property
    def ways(self) -> tuple[str, ...]:
        """People are told apart for who may see people."""
        return BY if self.reach.person_ids else BY[:-1]

    @property
    def is_open(self) -> bool:
        return self.reach.sees_company or self.team is not None

    def query(self, **more: Any) -> str:
        return state_query(self.looking, **{"team": self.team, "window": self.window, "by": self.by, **more})


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def value_page(request: TenantRequest) -> HttpResponse:
    asked = _question(request)
    looking = asked.looking
    if (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    needs = missing(request, looking, writer)
    tree = asked.reach.tree
    kept = {"window": asked.window, "by": asked.by}
    teams = team_options(request, asked.reach, asked.team)
    context: dict[str, Any] = {
        "looking": looking,
        "filters": filters(looking, writer, hidden=kept) | {"teams": teams},
        "tabs": analysis_tabs(request, "value", state_query(looking, team=asked.team)),
        "needs": needs,
        "closed": closed_note(request, looking.cycle, writer, asked.team, tree),
        "no_team": not asked.is_open,
        "scope": tree.teams[asked.team].name if asked.team else request.organisation.name,
    }
    if asked.is_open and not any(need.hides for need in needs):
        found = _read(request, asked)
        names = {
            "segment": _("Segment"),
            "product": _("Product"),
            "channel": _("Channel"),
            "person": _("Person"),
        }
        context |= {
            "windows": _tabs(asked, "window", {CYCLE: _("This cycle"), YEAR: _("Twelve months")}),
            "ways": _tabs(asked, "by", {name: names[name] for name in asked.ways}),
            "who": names[asked.by],
            "sentence": sentence(found.worth, writer),
            "rows": figure_rows(found.worth, writer),
            "energy": energy_rows(found, writer, day_cost(looking.as_of)),
            "kinds": kind_rows(found.worth, writer),
            "matrix": matrix_rows(
                found.worth.matrices[asked.by], _people(asked) if asked.by == "person" else {}, writer
            ),
            "shrinking": shrinking_rows(request, found.worth, writer),
            "wins": found.worth.deals,
            "csv_url": here(request, "value_csv") + asked.query(),
        }
    return answer(request, "reporting/analysis/value.html", context)


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def value_csv(request: TenantRequest) -> HttpResponse:
    """Every figure of the page with its interval and counts."""
    asked = _question(request)
    headers = [
        _("As of"), _("Since"), _("Figure"), _("Value"), _("Interval, low"), _("Interval, high"), _("Deals that tell it"),
        _("Deals won"), _("Currency"),
    ]  # fmt: skip
    rows: list[list[object]] = []
    if asked.is_open:
        rows = csv_rows(
            _read(request, asked).worth, asked.since, asked.looking.as_of, request.organisation.currency
        )
    return csv_answer(f"value-{asked.looking.as_of.isoformat()}.csv", headers, rows)


def _question(request: TenantRequest) -> Question:
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    team = asked_team(request, reach)
    window = YEAR if request.GET.get("window") == YEAR else CYCLE
    asked = Question(looking, reach, team, window, BY[0])
    by = request.GET.get("by", "")
    return Question(looking, reach, team, window, by if by in asked.ways else BY[0])


def _read(request: TenantRequest, asked: Question) -> Value:
    """Worked out once for everybody who may see the same teams."""
    looking, tree = asked.looking, asked.reach.tree
    teams = None if asked.team is None else tree.descendants(asked.team)
    people = [tree.people[person] for person, team in tree.team_of.items() if teams is None or team in teams]

    def work() -> Value:
        return value(
            histories.as_of(looking.as_of), request.organisation, since=asked.since, until=looking.as_of, teams=teams,
            people=people, named=asked.reach.person_ids,
        )  # fmt: skip

    told_apart = None if asked.reach.sees_company else sorted(asked.reach.person_ids)
    spent = sorted((str(one.id), one.fte) for one in people)
    key = (asked.since, looking.as_of, asked.team, spent, told_apart, bool(asked.reach.person_ids))
    return remember(work, name=ENERGY, source=as_known(looking.as_of), asked=key)


def _people(asked: Question) -> dict[str, str]:
    """Names by the groups of the dimension."""
    reach = asked.reach
    names = {str(one): reach.tree.people[one].name for one in reach.person_ids if one in reach.tree.people}
    return names | {OTHERS: _("Other people")}


def _tabs(asked: Question, name: str, labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": asked.query(**{name: key}), "active": getattr(asked, name) == key}
        for key, label in labels.items()
    ]
