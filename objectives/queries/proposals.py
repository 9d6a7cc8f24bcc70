"""What the context of the company could say: from the cycle before, the deals won, the strategy; else usual words."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Min, Q, Sum

from objectives.domain.context import FIELDS, Context, is_said, why_not
from objectives.models import Cycle, Objective, Plan
from objectives.queries.tree import REVENUE
from pipeline.models import Frontier, Opportunity
from tenants.reading import rows
from tenants.scope import current_organisation_id

NO_SEGMENT = "not_segments"  # the reason why there are none
CACHED_FOR = 24 * 3600
MOST = 12  # names that are offered
ENOUGH = 0.8  # of what was won: the segments and channels that make it are proposed
LAST_CONTEXT = """
SELECT o.context::text FROM objectives_objective o
JOIN objectives_cycle c ON c.organisation_id = o.organisation_id AND c.id = o.cycle_id
WHERE o.organisation_id = %(org)s AND o.metric = %(metric)s AND o.segment = '' AND c.start_on < %(start)s
      AND o.team_id IS NULL AND o.person_id IS NULL AND o.engagement_id IS NULL
ORDER BY c.start_on DESC LIMIT 1
"""
STATEMENTS = """
SELECT s.statement FROM objectives_strategy s
WHERE s.organisation_id = %(org)s AND s.starts_on < %(end)s ORDER BY s.number DESC
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A segment or a channel of the pipeline; `share`: its part of the revenue won, None when nothing was won."""

    name: str
    share: float | None
    won: int


class Basis(StrEnum):
    LAST = "last"
    PIPELINE = "pipeline"
    STRATEGY = "strategy"
    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value for a field of the context. `value`: a list, a text, or figures that the page puts into words."""

    value: Any
    basis: Basis


def offered(front: Frontier | None) -> dict[str, list[Offer]]:
    """Names of the pipeline for each list of a context; for segments, industries of the companies when no deal has one.

    Three queries at most, none once they are remembered.
    """
    return _remembered(
        front,
        "offers",
        lambda: {
            "segments": _offers("segment") or _offers("company__industry"),
            "channels": _offers("channel"),
        },
    )


def _remembered[T](front: Frontier | None, about: str, find: Callable[[], T]) -> T:
    """What is read from every opportunity: found once for a recompute, which the frontier tells; without one, each time."""
    if front is None:
        return find()
    words = f"{about}:{front.as_of}:{front.snapshot}:{front.signature}"
    key = f"org:{current_organisation_id()}:proposals:{hashlib.sha256(words.encode()).hexdigest()}"
    found: T | None = cache.get(key)
    if found is None:
        found = find()
        cache.set(key, found, CACHED_FOR)
    return found


def last_context(cycle: Cycle) -> Context | None:
    """What the company's revenue objective of the cycle before said. One query."""
    found = rows(LAST_CONTEXT, metric=REVENUE, start=cycle.start_on)
    return json.loads(found[0][0]) if found else None


def proposals(
    cycle: Cycle, company: Objective, offers: dict[str, list[Offer]], front: Frontier | None
) -> dict[str, Proposal]:
    """A proposal for each field about which the company says nothing yet. Four queries at most, none when all is said.

    `offers`: the names of the pipeline by field.
    """
    empty = [
        field
        for field in FIELDS
        if field != "constraints_reviewed"
        and not is_said(company.context.get(field))
        and not why_not(company.context, field)
    ]
    if not empty:
        return {}
    found: dict[str, Proposal] = {}
    stated = statements(cycle) if "reason" in empty else []
    last: Mapping[str, Any] | None = last_context(cycle)
    if last is not None:
        found |= {
            field: Proposal(last[field], Basis.LAST)
            for field in empty
            if field != "success"
            and is_said(last.get(field))
            # What a strategy said is said anew by the one in force.
            and not (field == "reason" and last[field] in stated)
        }
    for field, names in offers.items():
        if field in empty and field not in found and names:
            found[field] = Proposal(weightiest(names), Basis.PIPELINE)
    if "segments" in empty and "segments" not in found:
        found[NO_SEGMENT] = Proposal(None, Basis.PIPELINE)
    if "reason" in empty and "reason" not in found and stated:
        found["reason"] = Proposal(stated[0], Basis.STRATEGY)
    makers = {"account_profile": _profile, "maturity": _maturity}
    for field, make in makers.items():
        if field in empty and field not in found:
            proposed = make(cycle, front)
            if proposed is not None:
                found[field] = proposed
    for field in ("qualification", "success"):
        if field in empty and field not in found:
            found[field] = Proposal(None, Basis.USUAL)
    return found


def weightiest(offers: list[Offer]) -> list[str]:
    """The first names that make 80 % of what was won; all of them when nothing was won yet."""
    taken, together = [], 0.0
    for offer in offers:
        if together >= ENOUGH:
            break
        taken.append(offer.name)
        together += offer.share or 0.0
    return taken


def _offers(field: str) -> list[Offer]:
    won = Q(stage__kind="won")
    known = list(
        Opportunity.objects.exclude(**{field: ""})
        .exclude(**{f"{field}__isnull": True})
        .values_list(field)
        .annotate(amount=Sum("amount_minor", filter=won), won=Count("id", filter=won), deals=Count("id"))
        .order_by("-deals", field)
    )
    total = sum(amount or 0 for _name, amount, _won, _deals in known)
    offers = [
        Offer(name, (amount or 0) / total if total else None, count) for name, amount, count, _deals in known
    ]
    offers.sort(key=lambda offer: -(offer.share or 0.0))
    return offers[:MOST]


def _profile(cycle: Cycle, front: Frontier | None) -> Proposal | None:
    """Between which sizes the companies lie that bought in the last two years."""
    sizes = _remembered(front, f"sizes:{cycle.start_on}", lambda: _sizes(cycle))
    return Proposal(sizes, Basis.PIPELINE) if sizes["deals"] else None


def _sizes(cycle: Cycle) -> dict[str, Any]:
    return Opportunity.objects.filter(
        stage__kind="won",
        company__employees__gt=0,
        created_on__gte=cycle.start_on - timedelta(days=730),
    ).aggregate(least=Min("company__employees"), most=Max("company__employees"), deals=Count("id"))


def _maturity(cycle: Cycle, _front: Frontier | None) -> Proposal | None:
    """How long deals take from the first stage to won: the sum of the median stays of the plan."""
    moves = Plan.objects.filter(cycle=cycle).values_list("inputs__transitions", flat=True).first() or []
    days = [move["median_days"] for move in moves if move["median_days"] is not None]
    return Proposal(round(sum(days)), Basis.PIPELINE) if days and sum(days) >= 1 else None


def statements(cycle: Cycle) -> list[str]:
    """What each version of the strategy says that begins before the end of the cycle, the latest first. One query."""
    return [text for (text,) in rows(STATEMENTS, end=cycle.end_on)]
