"""A salesperson's page: this week, the own path, the own stages, and why these numbers."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.actions.progress import is_typed
from objectives.domain.catalogue import Unit
from objectives.forms.progress import ProgressForm
from objectives.models import Cycle
from objectives.queries.progress import latest, typed_metrics
from objectives.views.negotiation_cards import person_cards
from reporting.domain.week import Week, week_of
from reporting.queries import contribution as contributions
from reporting.queries import conversion, gaps
from reporting.queries.gaps import Line, Series
from reporting.queries.looking import Looking, final_day
from reporting.queries.reach import Reach, reach_of
from reporting.views import sentences
from reporting.views.action_rows import own_actions
from reporting.views.asked import (
    address,
    answer,
    asked_id,
    filters,
    here,
    looking_at,
    settled,
    state_query,
    yesterday,
)
from reporting.views.charts import path_chart
from reporting.views.figures import Writer
from reporting.views.maths import Maths
from reporting.views.missing import missing
from reporting.views.nodes import objective_name
from reporting.views.standing import contribution, families
from reporting.views.tables import transition_rows
from reporting.views.weeks import week_cards
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.models import Person


@tenant_view(Permission.VIEW_OWN)
@require_safe
def rep(request: TenantRequest) -> HttpResponse:
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    person = asked_person(request, reach)
    if (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    needs = missing(request, looking, writer)
    others = [one for one in reach.people if one != reach.me]
    context: dict[str, Any] = {
        "looking": looking,
        "person": person,
        "is_me": person is not None and person == reach.me,
        "filters": filters(looking, writer) | {"persons": _person_options(reach, person) if others else []},
        "others": bool(others),
        "needs": needs,
    }
    if person is not None:
        context["talks"] = person_cards(request, person.id, looking.as_of)
        context["todo"] = own_actions(request, person.id)
    if person is not None and looking.cycle is not None and not any(need.hides for need in needs):
        context |= _figures(request, looking, looking.cycle, reach, person, writer)
    return answer(request, "reporting/rep.html", context)


def asked_person(request: TenantRequest, reach: Reach) -> Person | None:
    """The person of the URL, else the reader; None when the login is nobody's. 404 unknown, 403 out of reach."""
    person_id = asked_id(request, "person")
    if person_id is None:
        return reach.me
    if person_id not in reach.tree.people:
        raise Http404("person")
    if person_id not in reach.person_ids:
        raise PermissionDenied
    return reach.tree.people[person_id]


def _person_options(reach: Reach, person: Person | None) -> list[dict[str, Any]]:
    options = [{"value": one.id, "label": one.name, "selected": one == person} for one in reach.people]
    return (
        options
        if person is not None
        else [{"value": "", "label": _("Choose somebody"), "selected": True}, *options]
    )


def _figures(
    request: TenantRequest, looking: Looking, cycle: Cycle, reach: Reach, person: Person, writer: Writer
) -> dict[str, Any]:
    run = looking.run
    assert run is not None  # otherwise the page says that nothing is stored
    known = conversion.stages()
    lines = gaps.of_owner(run_id=run.id, stages=known, person_id=person.id)
    revenue = next((line for line in lines if line.is_whole(gaps.REVENUE)), None)
    own = conversion.transitions(run_id=run.id, stages=known, company=False, person_ids=[person.id])
    maths = Maths.of(request.organisation.slug, writer, run.engine)
    weeks = _weeks(lines, looking, cycle)
    over = looking.as_of >= final_day(cycle)
    team_id = reach.tree.team_of.get(person.id)
    return {
        "sentence": sentences.rep_over(revenue, writer, cycle=cycle.name)
        if over
        else sentences.rep(weeks, writer, is_now=looking.as_of == yesterday()),
        "state": revenue.state if revenue else "none",
        "cards": [] if over else week_cards(weeks, lines, writer, maths),
        "path": path_chart(revenue, writer, start=cycle.start_on, as_of=looking.as_of),
        "path_math": maths.metric("path"),
        "families": families(request, lines, writer, maths),
        "contribution": _contribution(request, lines, looking, reach, person, maths),
        "typing": [] if over else _typing(request, cycle, lines, weeks, writer),
        "rows": transition_rows(own, (), writer, maths),
        "top": max((high for one in own if (high := one.high) is not None), default=1.0),
        "why": _why(request, revenue, looking, reach, maths) if revenue else None,
        "team": reach.tree.teams[team_id].name if team_id in reach.tree.teams else "",
    }


def _weeks(lines: list[Line], looking: Looking, cycle: Cycle) -> dict[str, Week]:
    """The week of the day after as_of, for each metric with a stored path."""
    weeks = {}
    for line in lines:
        series = Series.of(line.gap)
        if series.dates and line.target is not None and not line.objective.segment:
            week = week_of(
                as_of=looking.as_of,
                start=cycle.start_on,
                dates=series.dates,
                path=series.path,
                actual=series.actual,
            )
            weeks[line.objective.metric] = week.in_whole() if line.metric.unit == Unit.COUNT else week
    return weeks


def _contribution(
    request: TenantRequest, lines: list[Line], looking: Looking, reach: Reach, person: Person, maths: Maths
) -> dict[str, Any] | None:
    """The own part of the first common aim that the person carries: revenue when there is some."""
    run = looking.run
    shared = [line for line in lines if line.metric.is_shared_out and not line.objective.segment]
    if run is None or not shared:
        return None
    metric = shared[0].metric
    team = reach.tree.team_of.get(person.id)
    above = reach.tree.ancestors(team) if team is not None else []
    levels = contributions.levels(run_id=run.id, metric=metric.key, above=above, person_id=person.id)
    names: dict[UUID | None, str] = {one: reach.tree.teams[one].name for one in above}
    return contribution(
        request, levels, metric, maths.writer, maths, query=state_query(looking),
        names={**names, None: request.organisation.name, person.id: person.name},
        reachable={**{one: one in reach.team_ids for one in above}, None: reach.sees_company},
    )  # fmt: skip


def _typing(
    request: TenantRequest, cycle: Cycle, lines: list[Line], weeks: dict[str, Week], writer: Writer
) -> list[dict[str, Any]]:
    """What is typed by hand, with a form each for who may: this page shows own people only. Two queries if there is any."""
    typed = [line for line in lines if is_typed(line.objective.metric, line.objective.state)]
    if not typed or not request.membership.allows(Permission.TYPE_PROGRESS):
        return []
    by_hand = typed_metrics(cycle)
    typed = [line for line in typed if line.objective.metric in by_hand]
    today = timezone.localdate()
    known = latest([line.objective.id for line in typed], today)
    found = []
    for line in typed:
        last, week = known.get(line.objective.id), weeks.get(line.objective.metric)
        form = ProgressForm(
            initial={"day": today, "value": "" if last is None else int(last.value)},
            auto_id=f"id_{line.objective.id}_%s",
        )
        found.append(
            {
                "name": objective_name(line, writer),
                "url": address(request.organisation.slug, "objectives:progress", objective=line.objective.id),
                "form": form,
                "last": "" if last is None else writer.number(float(last.value)),
                "last_day": "" if last is None else writer.day(last.day, "weekday"),
                "asked": "" if week is None or line.objective.segment else writer.number(week.due),
            }
        )
    return found


def _why(
    request: TenantRequest, line: Line, looking: Looking, reach: Reach, maths: Maths
) -> dict[str, Any] | None:
    """The share of the objective above: own target, that target, and how far its shares cover it."""
    share = gaps.share_of(line.objective)
    if share is None or line.target is None:
        return None
    unit, above, writer = line.metric.unit, share.target, maths.writer
    may_open = reach.sees_company if share.team_id is None else share.team_id in reach.team_ids
    return {
        "share": writer.percent(line.target / above) if above else "",
        "own": writer.figure(line.target, unit),
        "above": writer.figure(above, unit),
        "owner": share.owner or request.organisation.name,
        "url": here(request, "manager") + state_query(looking, team=share.team_id) if may_open else "",
        "cover": writer.percent(share.cover),
        "reason": line.objective.reason,
        "computed": line.objective.computed_target is not None
        and float(line.objective.computed_target) != line.target,
        "computed_target": writer.figure(float(line.objective.computed_target or 0), unit),
        "math": maths.share(line, above, share.cover),
    }
