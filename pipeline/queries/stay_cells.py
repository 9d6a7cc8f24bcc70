"""Stays in the stages counted by what deals have in common, as of a day: the grouped counts behind F2 by dimension.

Reads the temporary tables of `pipeline.queries.histories`. What comes out has a row per stage, group and length of stay,
never a row per deal.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pandas as pd
from django.db import connection

from pipeline.queries.histories import Histories
from tenants.planner import by_whole_tables
from tenants.scope import current_organisation_id

# Dimension → what the passages p of one group share, as text.
DIMENSIONS: dict[str, str] = {
    "team": "p.team_id::text",
    "person": "p.owner_id::text",
    "segment": "p.segment",
    "channel": "p.channel",
    "product": "coalesce(p.product_id::text, '')",
    "month": "to_char(p.entered_on, 'YYYY-MM')",
    "quarter": "to_char(p.entered_on, 'YYYY-\"Q\"Q')",
    "none": "''",
}
COUNTS = ["advanced", "lost", "censored"]


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose stays and deals: of these teams, and of these people; None is everybody."""

    teams: frozenset[UUID] | None = None
    people: frozenset[UUID] | None = None

    def where(self, alias: str) -> str:
        conditions = []
        if self.teams is not None:
            conditions.append(f"{alias}.team_id = ANY(%(teams)s)")
        if self.people is not None:
            conditions.append(f"{alias}.owner_id = ANY(%(people)s)")
        return " AND ".join(conditions) or "true"

    def parameters(self) -> dict[str, Any]:
        return {"teams": sorted(self.teams or ()), "people": sorted(self.people or ())}


# Of two nights: 0 is the day itself, 1 the day before it. What ended on the day was still there the day before.
STAYS = """
SELECT n.nights, p.stage_id::text, {group}, ({inside}),
       CASE WHEN p.outcome IS NULL OR p.exited_on > %(as_of)s - n.nights THEN %(as_of)s - n.nights - p.entered_on
            ELSE p.exited_on - p.entered_on END AS day,
       count(*) FILTER (WHERE p.outcome = 'A' AND p.exited_on <= %(as_of)s - n.nights),
       count(*) FILTER (WHERE p.outcome = 'L' AND p.exited_on <= %(as_of)s - n.nights),
       count(*) FILTER (WHERE p.outcome IS NULL OR p.exited_on > %(as_of)s - n.nights)
FROM {passages} p
JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = p.stage_id AND k.kind = 'open'
JOIN unnest(%(nights)s::int[]) n (nights) ON p.entered_on <= %(as_of)s - n.nights
WHERE p.outcome IS DISTINCT FROM 'U'
GROUP BY 1, 2, 3, 4, 5
"""
STAY_COLUMNS = ["nights", "stage", "group", "inside", "day", *COUNTS]

ASIDE = """
SELECT stage_id::text, grp, sum(skipped)::int, sum(unknown)::int, sum(back)::int FROM (
    SELECT p.stage_id, {group} AS grp, count(*) FILTER (WHERE p.is_skipped) AS skipped,
           count(*) FILTER (WHERE p.outcome = 'U') AS unknown, 0 AS back
    FROM {passages} p WHERE {inside} GROUP BY 1, 2
    UNION ALL
    SELECT p.stage_id, {group}, 0, 0, count(*) FROM {steps_back} p WHERE {inside} GROUP BY 1, 2
) x WHERE skipped > 0 OR unknown > 0 OR back > 0 GROUP BY 1, 2
"""

MATURE = """
SELECT p.stage_id::text, m.cell, count(*)::int, (count(*) FILTER (WHERE p.outcome = 'A'))::int
FROM {passages} p
JOIN unnest(%(stages)s::uuid[], %(groups)s::text[], %(days)s::float8[], %(cells)s::text[]) m (stage_id, grp, days, cell)
  ON m.stage_id = p.stage_id AND m.grp = {group} AND %(as_of)s - p.entered_on >= m.days
WHERE p.outcome IS DISTINCT FROM 'U' AND ({inside})
GROUP BY 1, 2
"""

LIVES = """
SELECT {group}, CASE WHEN p.kind = 'open' THEN %(as_of)s - p.opened_on ELSE p.closed_on - p.opened_on END,
       count(*) FILTER (WHERE p.kind = 'won'), count(*) FILTER (WHERE p.kind = 'lost'), count(*) FILTER (WHERE p.kind = 'open')
FROM {deals} p
WHERE p.kind <> 'unknown' AND ({inside}) AND (p.closed_on IS NULL OR p.closed_on > p.opened_on OR NOT EXISTS (
    SELECT FROM {passages} f WHERE f.opportunity_id = p.opportunity_id AND f.is_first AND f.stage_id = p.stage_id))
GROUP BY 1, 2
"""


def stay_cells(histories: Histories, dimension: str, hands: Hands, *, nights: int = 1) -> pd.DataFrame:
    """Stays by stage and group: nights (0 the day, 1 the day before, with nights=2), stage (id as text), group (text),
    inside (whether they are in `hands`), day, advanced, lost, censored. Ways out that cannot be known are left out. One
    query.
    """
    return _read(
        STAYS, histories, dimension, hands, STAY_COLUMNS, nights=list(range(nights)), numbers=["day", *COUNTS]
    )


def counted_aside(histories: Histories, dimension: str, hands: Hands, steps_back: str) -> pd.DataFrame:
    """What is counted beside the rates of `hands`: stage, group, skipped, unknown, back. One query."""
    columns = ["stage", "group", "skipped", "unknown", "back"]
    return _read(ASIDE, histories, dimension, hands, columns, numbers=columns[2:], steps_back=steps_back)


def mature_cells(
    histories: Histories, dimension: str, hands: Hands, p90: Mapping[tuple[str, str], float],
    cell_of: Mapping[str, str],
) -> pd.DataFrame:  # fmt: skip
    """The stays that are at least as old as the p90 of the lags of their cell: stage, group (the cell), entered, advanced.

    p90: by stage and cell. cell_of: which cell a group counts in, for groups that are read together (teams of a team).
    """
    rows = [
        (stage, group, days, cell)
        for group, cell in cell_of.items()
        for (stage, of), days in p90.items()
        if of == cell and days == days
    ]
    stages, groups, days, cells = (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 4
    return _read(
        MATURE, histories, dimension, hands, ["stage", "group", "entered", "advanced"],
        numbers=["entered", "advanced"], stages=stages, groups=groups, days=days, cells=cells,
    )  # fmt: skip


def life_cells(histories: Histories, group: str, hands: Hands) -> pd.DataFrame:
    """Whole lives of deals, from the opening to the close: group, day, advanced (won), lost, censored (open). One query.

    `group`: an expression over deals p. Deals whose opening or end cannot be known are left out.
    """
    return _read(LIVES, histories, group, hands, ["group", "day", *COUNTS], numbers=["day", *COUNTS])


def _read(
    sql: str, histories: Histories, dimension: str, hands: Hands, columns: Sequence[str], *, numbers: Collection[str],
    steps_back: str = "", **given: Any,
) -> pd.DataFrame:  # fmt: skip
    query = sql.format(
        group=DIMENSIONS.get(dimension, dimension), inside=hands.where("p"), passages=histories.passages,
        deals=histories.deals, steps_back=steps_back,
    )  # fmt: skip
    values = {"org": current_organisation_id(), "as_of": histories.as_of, **hands.parameters(), **given}
    with connection.cursor() as cursor, by_whole_tables(cursor):
        cursor.execute(query, values)
        rows = pd.DataFrame(cursor.fetchall(), columns=list(columns))
    truths = {name: "bool" for name in columns if name == "inside"}
    return rows.astype({**dict.fromkeys(numbers, "int64"), **truths})
