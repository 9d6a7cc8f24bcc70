"""The tables of the pages as CSV: the same stored figures, harmless in a spreadsheet."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import OBJECTIVE_METRICS
from pipeline.domain.importing.exporting import csv_lines
from reporting.queries import conversion, gaps
from reporting.queries.documents import amount
from reporting.queries.looking import Looking
from reporting.queries.reach import Reach, reach_of
from reporting.views.asked import looking_at
from reporting.views.figures import Writer
from reporting.views.manager import asked_team
from reporting.views.nodes import objective_name, owner_name
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.markup import STATES


@tenant_view(Permission.VIEW_TEAM)
@require_safe
def conversion_csv(request: TenantRequest) -> HttpResponse:
    """The transitions of a team, the teams below it and their people."""
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    team_id = asked_team(request, reach)
    company, teams, people = csv_scopes(reach, team_id)
    found: list[conversion.Transition] = []
    if looking.run is not None:
        known = conversion.stages()
        found = conversion.transitions(
            run_id=looking.run.id, stages=known, company=company, team_ids=teams, person_ids=people
        )
    headers = [
        _("As of"), _("Team or person"), _("From"), _("To"), _("Entered"), _("Advanced"), _("Lost"), _("Still open"),
        _("Cannot be known"), _("Eventual rate"), _("Interval, low"), _("Interval, high"), _("Objective"), _("State"),
        _("Median days"),
    ]  # fmt: skip
    names = csv_names(reach, request.organisation.name)
    rows = sorted(found, key=lambda one: (one.scope_id is not None, names[one.scope_id].casefold()))
    return csv_answer(
        csv_name("conversion", looking), headers, (_conversion_row(one, looking, names) for one in rows)
    )


def _conversion_row(
    one: conversion.Transition, looking: Looking, names: dict[UUID | None, str]
) -> list[object]:
    return [
        looking.as_of, names[one.scope_id], one.from_stage, one.to_stage, one.entered, one.advanced, one.lost,
        one.open, one.unknown, one.eventual_rate, one.low, one.high, one.objective_rate,
        STATES[one.state][1], one.median_days,
    ]  # fmt: skip


@tenant_view(Permission.VIEW_TEAM)
@require_safe
def gaps_csv(request: TenantRequest) -> HttpResponse:
    """Every objective of a team, the teams below it and their people with its gap."""
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    company, teams, people = csv_scopes(reach, asked_team(request, reach))
    writer = Writer.of(request.organisation.currency)
    lines: list[gaps.Line] = []
    if looking.run is not None:
        lines = gaps.of_owners(
            run_id=looking.run.id,
            metrics=OBJECTIVE_METRICS,
            company=company,
            team_ids=teams,
            person_ids=people,
        )
    headers = [
        _("As of"), _("Objective"), _("Owner"), _("Target"), _("Path"), _("Actual"), _("Gap to path"),
        _("Gap to target"), _("State"), _("Currency"),
    ]  # fmt: skip
    rows = (_gap_row(line, looking, writer, request.organisation.name) for line in lines)
    return csv_answer(csv_name("gaps", looking), headers, rows)


def _gap_row(line: gaps.Line, looking: Looking, writer: Writer, company: str) -> list[object]:
    unit, currency = line.metric.unit, writer.currency
    figures = (line.target, line.path, line.actual, line.gap_to_path, line.gap_to_target)
    written = [amount(figure, unit, currency) for figure in figures]
    is_money = line.metric.unit == "money"
    return [
        looking.as_of, objective_name(line, writer), owner_name(line, company), *written, STATES[line.state][1],
        currency if is_money else "",
    ]  # fmt: skip


def csv_scopes(reach: Reach, team_id: UUID | None) -> tuple[bool, set[UUID], set[UUID]]:
    """Whether the company is in it, the teams and the people, all within reach."""
    if team_id is None:
        return reach.sees_company, set(reach.team_ids), set(reach.person_ids)
    teams = reach.tree.descendants(team_id)
    people = {
        person for person, team in reach.tree.team_of.items() if team in teams and person in reach.person_ids
    }
    return False, teams, people


def csv_names(reach: Reach, company: str) -> dict[UUID | None, str]:
    teams: dict[UUID | None, str] = {team.id: team.name for team in reach.tree.teams.values()}
    people: dict[UUID | None, str] = {person.id: person.name for person in reach.tree.people.values()}
    return {None: company} | teams | people


def csv_name(what: str, looking: Looking) -> str:
    return f"{what}-{looking.as_of.isoformat()}.csv"


def csv_answer(filename: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    response = HttpResponse(
        "".join(csv_lines(rows, headers, mark=True)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
