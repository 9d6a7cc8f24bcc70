"""Whether a company is a target, as the classification left it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from prospecting.models import CompanyTarget, Segment
from tenants.scope import behind_the_wall, current_organisation_id

# Whether the company in {company} is a target: it has a segment or a profile, or no rule is in use at all, and then nobody
# is off target. Ready for WHERE and SELECT; takes %(organisation)s.
IN_TARGET = """(EXISTS (
    SELECT FROM prospecting_companytarget target
    WHERE target.organisation_id = %(organisation)s AND target.company_id = {company}
      AND (target.segment_id IS NOT NULL OR target.profile_id IS NOT NULL)
) OR NOT EXISTS (
    SELECT FROM prospecting_segment used WHERE used.organisation_id = %(organisation)s AND used.is_active
))"""


class Target(NamedTuple):
    """Ids of the segment and the account profile of a company, and whether it is a target."""

    segment_id: UUID | None
    profile_id: UUID | None
    in_target: bool


def target_of(company_id: UUID | None, *, within: Sequence[UUID] = ()) -> Target:
    """What the rules say of a company; of none, only whether there are rules. Passes the partner's wall.

    within: the segments of an engagement (none = all): a company of another one is not in its target.
    """
    with behind_the_wall(), connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT t.segment_id, t.profile_id, {IN_TARGET.format(company="asked.id")}
                AND (cardinality(%(within)s::uuid[]) = 0 OR coalesce(t.segment_id = ANY(%(within)s::uuid[]), false)
                     OR NOT EXISTS (SELECT FROM prospecting_segment s
                                    WHERE s.organisation_id = %(organisation)s AND s.is_active))
            FROM (SELECT %(company)s::uuid AS id) asked
            LEFT JOIN prospecting_companytarget t
                ON t.organisation_id = %(organisation)s AND t.company_id = asked.id
            """,
            {
                "organisation": current_organisation_id(),
                "company": company_id,
                "within": [str(one) for one in within],
            },
        )
        segment_id, profile_id, in_target = cursor.fetchone()
    return Target(segment_id, profile_id, in_target)


def any_in_use() -> bool:
    """Whether a company can be off target at all."""
    return Segment.objects.filter(is_active=True).exists()


def in_order(kind: str | None = None, *, used_only: bool = False) -> list[Segment]:
    """Segments and profiles, each kind in the order in which it is tried."""
    rows = Segment.objects.order_by("-kind", "position", "id")  # segments first
    if kind is not None:
        rows = rows.filter(kind=kind)
    return list(rows.filter(is_active=True) if used_only else rows)


@dataclass(frozen=True, slots=True)
class Spread:
    """How many companies each segment and profile has (by id), and how many are off target."""

    by_segment: dict[UUID, int]
    off_target: int
    companies: int


def spread() -> Spread:
    by_segment: dict[UUID, int] = {}
    for column in ("segment", "profile"):
        counted = CompanyTarget.objects.exclude(**{column: None}).values_list(column).annotate(Count("id"))
        by_segment |= dict(counted.order_by())
    totals = CompanyTarget.objects.aggregate(
        off=Count("id", filter=Q(segment=None, profile=None)), companies=Count("id")
    )
    return Spread(by_segment, totals["off"], totals["companies"])
