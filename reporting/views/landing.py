"""Where the cycle lands: the company or a team, those below, why it moved, and the classic forecast beside it."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import Unit
from objectives.models import Cycle
from reporting.queries import gaps
from reporting.queries.documents import amount
from reporting.queries.landing import Landing, landings
from reporting.queries.looking import Looking
from reporting.queries.reach import Reach, reach_of
from reporting.views.analysis import analysis_tabs
from reporting.views.asked import answer, filters, here, looking_at, settled, state_query
from reporting.views.closed import closed_note
from reporting.views.exports import csv_answer, csv_name, csv_names, csv_scopes
from reporting.views.figures import Writer
from reporting.views.landing_charts import fan, movement
from reporting.views.landing_words import chance, landing_math, landing_sentence, movement_sentence
from reporting.views.manager import ROWS, asked_team
from reporting.views.maths import Maths
from reporting.views.missing import missing
from reporting.views.team_options import team_options
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.markup import STATES

MONEY = Unit.MONEY


@tenant_view(Permission.VIEW_TEAM)
@require_safe
def landing(request: TenantRequest) -> HttpResponse:
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    team_id = asked_team(request, reach)
    if (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    needs = missing(request, looking, writer)
    query = state_query(looking, team=team_id)
    context: dict[str, Any] = {
        "looking": looking,
        "filters": filters(looking, writer) | {"teams": team_options(request, reach, team_id)},
        "tabs": analysis_tabs(request, "landing", query),
        "closed": closed_note(request, looking.cycle, writer, team_id, reach.tree),
        "needs": needs,
        "no_team": team_id is None and not reach.sees_company,
        "scope": reach.tree.teams[team_id].name if team_id else request.organisation.name,
        "csv_url": here(request, "landing_csv") + query,
        "backtest_url": here(request, "backtest") + query
        if request.membership.allows(Permission.VIEW_COMPANY)
        else "",
    }
    if looking.cycle is not None and not context["no_team"] and not any(need.hides for need in needs):
        context |= _figures(request, looking, looking.cycle, reach, team_id, writer)
    return answer(request, "reporting/analysis/landing.html", context)


def _figures(
    request: TenantRequest, looking: Looking, cycle: Cycle, reach: Reach, team_id: UUID | None, writer: Writer
) -> dict[str, Any]:
    run = looking.run
    assert run is not None  # otherwise the page says that nothing is stored
    teams, people = reach.below(team_id)
    owners = [
        (team.id, team.name, here(request, "landing") + state_query(looking, team=team.id)) for team in teams
    ] + [(one.id, one.name, here(request, "rep") + state_query(looking, person=one.id)) for one in people]
    # Their rows are judged as the one table that they are, whatever page of it is shown.
    found = landings(
        run_id=run.id,
        before_id=looking.before.id if looking.before else None,
        company=team_id is None,
        team_ids={team.id for team in teams} | ({team_id} if team_id else set()),
        person_ids={one.id for one in people},
    )
    own = found.get(team_id)
    maths = Maths.of(request.organisation.slug, writer, run.engine)
    shown = [(found[id_], name, url) for id_, name, url in owners if id_ in found]
    page = Paginator(shown, ROWS).get_page(request.GET.get("page"))
    lines = gaps.of_owner(run_id=run.id, team_id=team_id)
    revenue = next((line for line in lines if line.is_whole(gaps.REVENUE)), None)
    scope = reach.tree.teams[team_id].name if team_id else request.organisation.name
    return {
        "sentence": " ".join(
            text for text in (landing_sentence(own, writer), movement_sentence(own, writer)) if text
        ),
        "state": own.state if own else "none",
        "nothing": own is None,
        "cards": _cards(own, writer, landing_math(maths, own, scope)) if own else [],
        "classic": writer.short(own.row.weighted, MONEY) if own else "",
        "fan": fan(revenue, own, writer, start=cycle.start_on, as_of=looking.as_of),
        "movement": movement(own, writer),
        "landing_math": maths.metric("landing"),
        "members": [_row(one, name, url, writer, maths) for one, name, url in page.object_list],
        "top": max((max(one.row.high, one.row.target or 0.0) for one, _name, _url in shown), default=1.0)
        or 1.0,
        "page": page,
        "since": any(one.row.since for one, _name, _url in shown),
        "who": _("Team or person") if teams else _("Person"),
    }


def _cards(own: Landing, writer: Writer, math: dict[str, Any]) -> list[dict[str, Any]]:
    row = own.row
    return [
        {
            "label": _("Landing"), "value": writer.short(row.mean, MONEY),
            "interval": writer.interval(row.low, row.high, MONEY), "math": math,
        },
        {
            "label": _("Probability of the target"), "value": chance(row.probability, writer), "state": own.state,
            "note": _("Target: %(target)s") % {"target": writer.short(row.target, MONEY)} if row.target is not None else "",
            "metric": "probability_of_attainment",
        },
        {"label": pgettext("landing", "Booked"), "value": writer.short(row.booked, MONEY), "metric": "revenue_won"},
        {
            "label": _("From open deals"), "value": writer.short(row.open, MONEY),
            "count": _open_deals(row.inputs.get("open_deals"), writer), "metric": "landing",
        },
        {"label": _("From deals not created yet"), "value": writer.short(row.created, MONEY), "metric": "landing"},
    ]  # fmt: skip


def _open_deals(count: float | None, writer: Writer) -> str:
    if count is None:
        return ""
    return ngettext("%(count)s deal", "%(count)s deals", round(count)) % {"count": writer.number(count)}


def _row(one: Landing, name: str, url: str, writer: Writer, maths: Maths) -> dict[str, Any]:
    """A line of the table, all written."""
    row = one.row
    return {
        "one": row,
        "state": one.state,
        "name": name,
        "url": url,
        "mean": writer.short(row.mean, MONEY),
        "interval": writer.interval(row.low, row.high, MONEY),
        "target": writer.short(row.target, MONEY),
        "chance": chance(row.probability, writer) if row.probability is not None else "",
        "booked": writer.short(row.booked, MONEY),
        "open": writer.short(row.open, MONEY),
        "created": writer.short(row.created, MONEY),
        "weighted": writer.short(row.weighted, MONEY),
        "moved": writer.short(one.moved, MONEY, signed=True) if row.since else "",
        "math": landing_math(maths, one, name),
    }


@tenant_view(Permission.VIEW_TEAM)
@require_safe
def landing_csv(request: TenantRequest) -> HttpResponse:
    """The landings of a team, the teams below it and their people."""
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    company, teams, people = csv_scopes(reach, asked_team(request, reach))
    names = csv_names(reach, request.organisation.name)
    found: dict[UUID | None, Landing] = {}
    if looking.run is not None:
        before = looking.before.id if looking.before else None
        found = landings(
            run_id=looking.run.id, before_id=before, company=company, team_ids=teams, person_ids=people
        )
    headers = [
        _("As of"), _("Team or person"), _("Target"), _("Landing"), _("Interval, low"), _("Interval, high"),
        _("Probability of the target"), _("State"), pgettext("landing", "Booked"), _("From open deals"), _("From deals not created yet"),
        _("Stage-weighted forecast"), _("Moved since"), _("Moved by"), _("Currency"),
    ]  # fmt: skip
    rows = sorted(found.values(), key=lambda one: (one.scope_id is not None, names[one.scope_id].casefold()))
    return csv_answer(
        csv_name("landing", looking), headers, (_csv_row(one, looking, names, request) for one in rows)
    )


def _csv_row(
    one: Landing, looking: Looking, names: dict[UUID | None, str], request: TenantRequest
) -> list[object]:
    row, currency = one.row, request.organisation.currency

    def money(value: float | None) -> object:
        return amount(value, MONEY, currency)

    return [
        looking.as_of, names[one.scope_id], money(row.target), money(row.mean), money(row.low), money(row.high),
        row.probability, STATES[one.state][1], money(row.booked), money(row.open), money(row.created),
        money(row.weighted), row.since or "", money(one.moved) if row.since else "", currency,
    ]  # fmt: skip
