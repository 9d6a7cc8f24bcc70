"""Open deals as of a day: their age against what won deals took, what stands still, what slips, and the rows behind."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from pipeline.queries import histories
from pipeline.queries.histories import Histories
from pipeline.queries.stay_cells import DIMENSIONS, Hands
from pipeline.queries.stays import NOBODY
from reporting.queries import memo
from reporting.queries.by_dimension import TEAM, Scope
from tenants.planner import by_whole_tables
from tenants.scope import current_organisation_id

ENOUGH = (
    10  # won deals that passed a stage before their own times are leant on; fewer: those of the whole company
)
PUSHES = 2

# What won deals took in each stage that they were in (a skipped one says nothing).
TIMES = """
SELECT p.stage_id::text, ({inside}) AS inside, count(*),
       percentile_disc(ARRAY[0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY p.exited_on - p.entered_on)
FROM {passages} p JOIN {deals} d ON d.opportunity_id = p.opportunity_id AND d.kind = 'won'
WHERE p.outcome = 'A' AND NOT p.is_skipped
GROUP BY GROUPING SETS ((1, 2), (1))
"""

# Open deals p beside the times t of their stage; nothing is old where no win tells.
OPEN = """
FROM {deals} p
LEFT JOIN unnest(%(stages)s::uuid[], %(p50)s::int[], %(p75)s::int[], %(p90)s::int[]) t (stage_id, p50, p75, p90)
  ON t.stage_id = p.stage_id
WHERE p.kind = 'open' AND ({inside})
"""
AGE = "(%(as_of)s - p.entered_on)"
BANDS = {
    "young": f"{AGE} <= t.p50",
    "usual": f"{AGE} > t.p50 AND {AGE} <= t.p75",
    "slow": f"{AGE} > t.p75 AND {AGE} <= t.p90",
    "old": f"{AGE} > t.p90",
}
FLAGS = {
    "stalled": "%(as_of)s - p.touched_on > t.p90",
    "slipped": f"(p.expected_close_on <= %(as_of)s OR p.pushes >= {PUSHES})",
}
WHICH = {**BANDS, **FLAGS, "open": "true"}

AGEING = f"""
SELECT p.stage_id::text, count(*), coalesce(sum(p.amount_minor), 0)::bigint, count(*) FILTER (WHERE p.amount_minor IS NULL),
       {", ".join(f"count(*) FILTER (WHERE {condition})" for condition in {**BANDS, **FLAGS}.values())},
       {", ".join(f"coalesce(sum(p.amount_minor) FILTER (WHERE {condition}), 0)::bigint" for condition in FLAGS.values())}
{OPEN} GROUP BY 1
"""

ROW_COLUMNS = """
SELECT o.id, o.name, o.external_id, c.name, w.name, k.name, d.kind, d.amount_minor, d.entered_on, d.touched_on,
       d.expected_close_on, d.pushes
FROM {deals} d
JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = d.opportunity_id
JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = d.stage_id
LEFT JOIN pipeline_company c ON c.organisation_id = %(org)s AND c.id = d.company_id
LEFT JOIN tenants_person w ON w.organisation_id = %(org)s AND w.id = d.owner_id
"""


@dataclass(frozen=True, slots=True)
class Times:
    """Days that won deals spent in a stage. own: of the scope's own wins; else of the whole company's."""

    won: int
    own: bool
    p50: int
    p75: int
    p90: int


@dataclass(frozen=True, slots=True)
class StageAges:
    """Open deals of a stage: bands and flags → counts; the flags also → amounts (minor units, of those that are told)."""

    stage: str
    deals: int
    amount: int
    untold: int
    counts: dict[str, int]
    amounts: dict[str, int]
    times: Times | None


@dataclass(frozen=True, slots=True)
class DealRow:
    id: UUID
    name: str
    company: str | None
    owner: str | None
    stage: str
    kind: str
    amount: int | None
    entered_on: date
    touched_on: date | None
    expected_on: date | None
    pushes: int


def ageing(day: date, scope: Scope) -> list[StageAges]:
    """By stage with open deals. Three queries besides those of the histories; none for a second look within the hour."""
    return memo.remember(
        lambda: _ageing(histories.as_of(day), scope.hands),
        name="ageing", source=memo.as_known(day), asked=scope.asked,
    )  # fmt: skip


def _ageing(found: Histories, hands: Hands) -> list[StageAges]:
    times = won_times(found, hands)
    names = [*BANDS, *FLAGS]
    result = []
    for stage, deals, amount, untold, *rest in _rows(found, hands, AGEING, times):
        counts = dict(zip(names, rest, strict=False))
        amounts = dict(zip(FLAGS, rest[len(names) :], strict=True))
        result.append(StageAges(stage, deals, amount, untold, counts, amounts, times.get(stage)))
    return result


def won_times(found: Histories, hands: Hands) -> dict[str, Times]:
    """By stage: of the own wins where there are enough, else of the company's; none where nothing was won through it."""
    times: dict[str, Times] = {}
    rows = _rows(found, hands, TIMES, {})
    for stage, inside, won, (p50, p75, p90) in sorted(rows, key=lambda row: row[1] is not None):
        if inside is None:
            times[stage] = Times(won, False, p50, p75, p90)
        elif inside and (won >= ENOUGH or won == times[stage].won):
            times[stage] = Times(won, True, p50, p75, p90)
    return times


def open_rows(
    day: date, scope: Scope, which: str, stage: str, *, offset: int, limit: int
) -> tuple[list[DealRow], int]:
    """The open deals of WHICH in a stage ("": in any), the longest in their stage first; and how many there are."""
    return memo.remember(
        lambda: _open_rows(day, scope, which, stage, offset, limit),
        name="open_rows", source=memo.as_known(day), asked=(scope.asked, which, stage, offset, limit),
    )  # fmt: skip


def _open_rows(
    day: date, scope: Scope, which: str, stage: str, offset: int, limit: int
) -> tuple[list[DealRow], int]:
    found = histories.as_of(day)
    chosen = f"{OPEN} AND ({WHICH[which]})" + (" AND p.stage_id = %(stage)s" if stage else "")
    given = {"offset": offset, "limit": limit, "stage": stage}
    times = won_times(found, scope.hands)
    ids = _rows(
        found, scope.hands,
        f"SELECT p.opportunity_id, count(*) OVER () {chosen} ORDER BY p.entered_on, p.opportunity_id"
        " OFFSET %(offset)s LIMIT %(limit)s",
        times, **given,
    )  # fmt: skip
    return deal_rows(found, [row[0] for row in ids]), ids[0][1] if ids else 0


def cell_rows(
    day: date, scope: Scope, dimension: str, group: str, stage: str, *, offset: int, limit: int
) -> tuple[list[DealRow], int]:
    """The deals that entered a stage in a group of a dimension, the latest first; and how many there are."""
    leaves = [group]
    if dimension == TEAM and group != str(NOBODY):
        leaves = [str(one) for one in scope.reach.tree.teams if scope.cell_of(TEAM, str(one)) == group]

    def work() -> tuple[list[DealRow], int]:
        found = histories.as_of(day)
        ids = _rows(
            found, scope.hands,
            "SELECT p.opportunity_id, count(*) OVER () FROM {passages} p WHERE p.stage_id = %(stage)s AND ({inside})"
            f" AND {DIMENSIONS[dimension]} = ANY(%(groups)s) ORDER BY p.entered_on DESC, p.opportunity_id"
            " OFFSET %(offset)s LIMIT %(limit)s",
            {}, stage=stage, groups=leaves, offset=offset, limit=limit,
        )  # fmt: skip
        return deal_rows(found, [row[0] for row in ids]), ids[0][1] if ids else 0

    asked = (scope.asked, dimension, sorted(leaves), stage, offset, limit)
    return memo.remember(work, name="cell_rows", source=memo.as_known(day), asked=asked)


def deal_rows(found: Histories, ids: list[UUID]) -> list[DealRow]:
    """These deals as they stood on the day, in this order. One query."""
    rows = (
        _rows(found, Hands(), ROW_COLUMNS + "WHERE d.opportunity_id = ANY(%(ids)s)", {}, ids=ids)
        if ids
        else []
    )
    known = {
        row[0]: DealRow(row[0], row[1] or row[2], *row[3:]) for row in rows
    }  # fmt: skip
    return [known[one] for one in ids if one in known]


def _rows(
    found: Histories, hands: Hands, sql: str, times: dict[str, Times], **given: Any
) -> list[tuple[Any, ...]]:
    values = {
        "org": current_organisation_id(), "as_of": found.as_of, **hands.parameters(), "stages": list(times),
        **{name: [getattr(one, name) for one in times.values()] for name in ("p50", "p75", "p90")}, **given,
    }  # fmt: skip
    query = sql.format(deals=found.deals, passages=found.passages, inside=hands.where("p"))
    with connection.cursor() as cursor, by_whole_tables(cursor):
        cursor.execute(query, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
