"""How an owner stands: each objective as a card, by family, and the own part of the common aim."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from objectives.domain.catalogue import Family, Metric
from objectives.wording_strategy import FAMILIES
from reporting.queries.contribution import Level
from reporting.queries.gaps import Line
from reporting.views.asked import address, here
from reporting.views.figures import Writer
from reporting.views.maths import Maths
from reporting.views.nodes import objective_name
from tenants.access import TenantRequest
from tenants.domain.roles import Permission

Card = dict[str, Any]

# Learning and activity first: what somebody who begins can act on; then how deals move, then what they are worth.
ORDER = (Family.LEARNING, Family.PROSPECTING, Family.CONVERSION, Family.VALUE)


def families(
    request: TenantRequest, lines: Sequence[Line], writer: Writer, maths: Maths
) -> list[dict[str, Any]]:
    """{label, cards} of each family that has an objective; each leads to its page for who may open it."""
    slug = request.organisation.slug if request.membership.allows(Permission.VIEW_OWN) else ""
    ordered = sorted(lines, key=lambda line: ORDER.index(line.metric.family))
    return [
        {"label": FAMILIES[family], "cards": [_card(line, slug, writer, maths) for line in group]}
        for family, group in groupby(ordered, key=lambda line: line.metric.family)
    ]


def _card(line: Line, slug: str, writer: Writer, maths: Maths) -> Card:
    unit, gap = line.metric.unit, line.gap
    return {
        "name": objective_name(line, writer),
        "definition": f"{maths.definitions}#{line.metric.key}",
        "url": address(slug, "objectives:objective", objective=line.objective.id) if slug else "",
        "line": line,
        "actual": writer.figure(line.actual, unit),
        "path": writer.figure(line.path, unit),
        "target": writer.figure(line.target, unit),
        "interval": writer.interval(gap.low, gap.high, unit) if gap else "",
        "estimate": writer.figure(gap.inputs["estimate"], unit) if gap and "estimate" in gap.inputs else "",
        "lower_is_better": line.metric.higher_is_better is False,
        "math": maths.gap_to_path(line),
        "actual_math": maths.actual(line),
    }


def contribution(
    request: TenantRequest, levels: Sequence[Level], metric: Metric, writer: Writer, maths: Maths, *,
    names: Mapping[UUID | None, str], query: str, reachable: Mapping[UUID | None, bool],
) -> dict[str, Any] | None:  # fmt: skip
    """The own level against those above it; nothing when nobody is above. names: of teams, people, and (None) the company."""
    if len(levels) < 2:
        return None
    own, unit = levels[0], metric.unit
    rows = []
    for level in levels:
        owner = level.person_id or level.team_id
        is_own = level is own
        rows.append(
            {
                "name": names.get(owner, ""),
                "url": _page(request, level, query) if reachable.get(owner) and not is_own else "",
                "target": writer.figure(level.target, unit),
                "actual": writer.figure(level.actual, unit),
                "state": level.state,
                "part_of_target": writer.percent(_part(own.target, level.target)),
                "part_of_actual": writer.percent(_part(own.actual, level.actual)),
                "cover": writer.percent(level.cover),
                "mismatch": writer.figure(level.mismatch, unit, signed=True),
            }
        )
    return {
        "metric": metric.name(writer.language),
        "definition": f"{maths.definitions}#{metric.key}",
        "key": metric.key,
        "rows": rows,
        "math": maths.metric("cover_ratio"),
        "sentence": _sentence(own, levels[1:], writer, metric, names),
    }


def _sentence(
    own: Level, above: Sequence[Level], writer: Writer, metric: Metric, names: Mapping[UUID | None, str]
) -> str:
    """What the own part weighs in the aim right above and in the common one."""
    said = []
    for level in dict.fromkeys((above[0], above[-1])):
        part = _part(own.target, level.target)
        if part is not None:
            owner = names.get(level.team_id, "")
            text = _("%(percent)s of the target of %(owner)s")
            said.append(text % {"percent": writer.percent(part), "owner": owner})
    if not said:
        return ""
    own_target = writer.figure(own.target, metric.unit)
    return _("%(target)s: %(parts)s.") % {"target": own_target, "parts": ", ".join(said)}


def _part(own: float | None, of: float | None) -> float | None:
    return own / of if own is not None and of else None


def _page(request: TenantRequest, level: Level, query: str) -> str:
    return here(request, "manager") + query + (f"&team={level.team_id}" if level.team_id else "")
