"""Objectives as rows of a tree (tenants.markup.tree)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from reporting.queries.gaps import Line
from reporting.queries.looking import Looking
from reporting.views.asked import address, here, state_query
from reporting.views.figures import Writer
from tenants.access import TenantRequest

Node = dict[str, Any]


def objective_name(line: Line, writer: Writer) -> str:
    """The metric, with the stage that a rate leaves and the segment that it is about."""
    name = line.metric.name(writer.language)
    return " · ".join(filter(None, [name, line.objective.stage, line.objective.segment]))


def owner_name(line: Line, company: str) -> str:
    return line.objective.owner or company


def owner_url(request: TenantRequest, line: Line, looking: Looking) -> str:
    """The page of the team or the person; for the company, the objective's own."""
    objective = line.objective
    if objective.team_id:
        return here(request, "manager") + state_query(looking, team=objective.team_id)
    if objective.person_id:
        return here(request, "rep") + state_query(looking, person=objective.person_id)
    return address(request.organisation.slug, "objectives:objective", objective=objective.id)


def tree_nodes(
    request: TenantRequest, lines: Sequence[Line], looking: Looking, writer: Writer,
    *, below: Mapping[UUID, Sequence[Line]] | None = None,
) -> list[Node]:  # fmt: skip
    """below: the children that are there at once, by the id of their parent; the others are fetched when opened."""
    nodes = []
    for line in lines:
        node = _node(request, line, looking, writer)
        if below and line.objective.id in below:
            children = tree_nodes(request, below[line.objective.id], looking, writer)
            node |= {"children": children, "open": True}
        elif line.has_children:
            address = here(request, "objective_children", objective=line.objective.id)
            node["children_url"] = address + state_query(looking)
        nodes.append(node)
    return nodes


def _node(request: TenantRequest, line: Line, looking: Looking, writer: Writer) -> Node:
    unit = line.metric.unit
    detail = ""
    if line.actual is not None:
        detail = _("%(actual)s, path %(path)s") % {
            "actual": writer.short(line.actual, unit),
            "path": writer.short(line.path, unit),
        }
    return {
        "label": objective_name(line, writer),
        "owner": owner_name(line, request.organisation.name),
        "url": owner_url(request, line, looking),
        "value": writer.short(line.target, unit),
        "definition": f"{address(request.organisation.slug, 'objectives:metrics')}#{line.metric.key}",
        "detail": detail,
        "state": line.state,
        # Always there: a template looks twice for what is absent.
        "children_url": "",
        "children": [],
        "open": False,
    }
