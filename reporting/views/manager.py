"""The team's page: its transitions against their objectives, its funnel, and those who make it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.views.negotiation_cards import team_cards
from reporting.queries import contribution as contributions
from reporting.queries import conversion, gaps
from reporting.queries.causes import foremost
from reporting.queries.gaps import Line
from reporting.queries.levers import lever_lines
from reporting.queries.looking import Looking
from reporting.queries.reach import Reach, reach_of
from reporting.views import cause_words, sentences
from reporting.views.asked import answer, asked_id, filters, here, looking_at, settled, state_query
from reporting.views.charts import funnel
from reporting.views.closed import closed_note
from reporting.views.decisions import agenda
from reporting.views.figures import Writer
from reporting.views.maths import Maths
from reporting.views.missing import missing
from reporting.views.standing import contribution, families
from reporting.views.tables import Owner, matrix, member_rows, transition_rows
from reporting.views.team_options import team_options
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission

ROWS = 50


@tenant_view(Permission.VIEW_TEAM)
@require_safe
def manager(request: TenantRequest) -> HttpResponse:
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    team_id = asked_team(request, reach)
    if (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    needs = missing(request, looking, writer)
    context: dict[str, Any] = {
        "looking": looking,
        "filters": filters(looking, writer) | {"teams": team_options(request, reach, team_id)},
        "needs": needs,
        "closed": closed_note(request, looking.cycle, writer, team_id, reach.tree),
        "no_team": team_id is None and not reach.sees_company,
        "scope": reach.tree.teams[team_id].name if team_id else request.organisation.name,
        "conversion_csv_url": here(request, "conversion_csv") + state_query(looking, team=team_id),
        "levers_url": here(request, "levers") + state_query(looking, team=team_id),
        "gaps_csv_url": here(request, "gaps_csv") + state_query(looking, team=team_id),
    }
    if team_id is not None:
        context["talks"] = team_cards(request, team_id, looking.as_of)
        context["agenda"] = agenda(request, reach.tree.descendants(team_id), team_id, writer)
    if not context["no_team"] and not any(need.hides for need in needs):
        context |= _figures(request, looking, reach, team_id, writer)
    return answer(request, "reporting/manager.html", context)


def asked_team(request: TenantRequest, reach: Reach) -> UUID | None:
    """The team of the URL, else the reader's own; None is the company. Http404 unknown, PermissionDenied out of reach."""
    team_id = asked_id(request, "team")
    if team_id is None:
        return reach.home_team
    if team_id not in reach.tree.teams:
        raise Http404("team")
    if team_id not in reach.team_ids:
        raise PermissionDenied
    return team_id


def _figures(
    request: TenantRequest, looking: Looking, reach: Reach, team_id: UUID | None, writer: Writer
) -> dict[str, Any]:
    run = looking.run
    assert run is not None  # otherwise the page says that nothing is stored
    teams, people = reach.below(team_id)
    owners = [
        Owner(team.id, team.name, here(request, "manager") + state_query(looking, team=team.id))
        for team in teams
    ]
    owners += [
        Owner(one.id, one.name, here(request, "rep") + state_query(looking, person=one.id)) for one in people
    ]
    page = Paginator(owners, ROWS).get_page(request.GET.get("page"))
    shown = {owner.id for owner in page.object_list}
    known = conversion.stages()
    cells = conversion.transitions(
        run_id=run.id, stages=known, company=team_id is None, team_ids=shown | ({team_id} if team_id else set()),
        person_ids=shown,
    )  # fmt: skip
    own = [one for one in cells if one.scope_id == team_id]
    revenue = gaps.standings(
        run_id=run.id, metric=gaps.REVENUE, company=team_id is None,
        team_ids=shown | ({team_id} if team_id else set()), person_ids=shown,
    )  # fmt: skip
    levers = lever_lines(revenue[team_id].levers if team_id in revenue else [], known)
    maths = Maths.of(request.organisation.slug, writer, run.engine)
    sentence, state = sentences.manager(own, levers, writer)
    cause = foremost(run_id=run.id, team_id=team_id)
    lines = gaps.of_owner(run_id=run.id, stages=known, team_id=team_id)
    # People of no team are not all salespeople: a row without any figure is left out.
    alive = {one.scope_id for one in cells} | set(revenue) | {team.id for team in teams}
    listed = [owner for owner in page.object_list if owner.id in alive]
    return {
        "sentence": sentence,
        "state": state,
        "probable_cause": cause_words.probable(cause, writer) if cause else "",
        "causes_url": here(request, "causes") + state_query(looking, team=team_id),
        "rows": transition_rows(own, levers, writer, maths),
        "top": max((high for one in own if (high := one.high) is not None), default=1.0),
        "funnel": funnel(own, writer),
        "rate_math": maths.metric("stage_conversion_rate"),
        "gap_math": maths.metric("gap_to_path"),
        "families": families(request, lines, writer, maths),
        "contribution": _contribution(request, lines, looking, reach, team_id, maths) if team_id else None,
        "members": member_rows(listed, revenue, writer),
        "matrix": matrix(listed, own, cells, writer),
        "page": page,
        "who": _("Team or person") if teams else _("Person"),
    }


def _contribution(
    request: TenantRequest, lines: list[Line], looking: Looking, reach: Reach, team_id: UUID, maths: Maths
) -> dict[str, Any] | None:
    """The team's part of the first common aim that it carries: revenue when there is some."""
    run = looking.run
    shared = [line for line in lines if line.metric.is_shared_out and not line.objective.segment]
    if run is None or not shared:
        return None
    metric, above = shared[0].metric, reach.tree.ancestors(team_id)
    levels = contributions.levels(run_id=run.id, metric=metric.key, above=above)
    names: dict[UUID | None, str] = {one: reach.tree.teams[one].name for one in above}
    return contribution(
        request, levels, metric, maths.writer, maths, query=state_query(looking),
        names={**names, None: request.organisation.name},
        reachable={**{one: one in reach.team_ids for one in above}, None: reach.sees_company},
    )  # fmt: skip
