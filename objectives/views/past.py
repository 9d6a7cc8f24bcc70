"""Any past day: ?as_of=… on the review, the tree and an objective shows them as they stood at the end of that day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from objectives.models import Cycle, Objective
from objectives.queries.history import as_known_on, versions_of
from objectives.queries.tree import TreeLevel
from objectives.wording import language, value_text
from objectives.wording_revisions import difference_text, kind_text
from tenants import queries as tenant_queries
from tenants.access import TenantRequest
from tenants.formatting import format_day
from tenants.views.answers import tenant_url


def asked_past(request: TenantRequest, cycle: Cycle) -> date | None:
    """The day of the address when it is over and lies in a cycle that is locked; None for the present."""
    if cycle.state == Cycle.State.DRAFT:
        return None
    try:
        day = parse_date(request.GET.get("as_of", ""))
    except ValueError:
        return None
    return day if day is not None and cycle.start_on <= day <= _latest(cycle) else None


def past_context(cycle: Cycle, day: date | None) -> dict[str, Any]:
    """For objectives/_as_of.html; nothing for a draft, which is not promised to anybody yet."""
    if cycle.state == Cycle.State.DRAFT or _latest(cycle) < cycle.start_on:
        return {"past": None}
    words = {"day": format_day(day, language(), "long")} if day else {}
    return {
        "past": {
            "value": (day or _latest(cycle)).isoformat(),
            "min": cycle.start_on.isoformat(),
            "max": _latest(cycle).isoformat(),
            "text": _("As it was on %(day)s.") % words if day else "",
        }
    }


def _latest(cycle: Cycle) -> date:
    """Yesterday, or the last day of a cycle that is over."""
    return min(timezone.localdate() - timedelta(days=1), cycle.end_on - timedelta(days=1))


def query_on(day: date | None, **more: Any) -> str:
    """The query string that keeps the day."""
    values = {name: value for name, value in more.items() if value is not None}
    if day is not None:
        values = {"as_of": day.isoformat(), **values}
    return f"?{urlencode(values)}" if values else ""


def rows_on(rows: Sequence[Objective], day: date | None) -> list[Objective]:
    """The rows as they stood on a day; as they are now without one. One query or none."""
    return list(rows) if day is None else as_known_on(rows, day)


def level_on(level: TreeLevel, day: date | None) -> TreeLevel:
    """Likewise of a level of the tree."""
    if day is None:
        return level
    return TreeLevel(as_known_on(level.nodes, day), level.following)


def version_lines(request: TenantRequest, objective: Objective) -> list[dict[str, Any]]:
    """Every version in words, the latest first: from when, how much, who, why. Two queries."""
    found = versions_of(objective)
    names = tenant_queries.member_names(
        request.organisation.id, {one.actor_id for one in found if one.actor_id is not None}
    )
    currency = request.organisation.currency
    return [
        {
            "number": one.number,
            "from": format_day(one.from_on, language()),
            "target": value_text(one.target, objective.metric, currency),
            "difference": difference_text(one.difference, objective.metric, currency),
            "who": names.get(one.actor_id, "") if one.actor_id else "",
            "when": format_day(timezone.localtime(one.recorded_at).date(), language()),
            "why": kind_text(one.revision) if one.revision else _("Activation"),
            "text": one.revision.text if one.revision else "",
            "url": tenant_url(request, "objectives:revision", revision=one.revision.pk)
            if one.revision
            else "",
        }
        for one in reversed(found)
    ]
