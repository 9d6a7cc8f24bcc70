"""What was done between two days at each leaf of a gap (team × person × segment × channel), read from the histories."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import connection

from pipeline.models import CreditShare, Stage
from pipeline.queries.credit_parts import CREDIT_PARTS
from pipeline.queries.histories import Histories
from pipeline.queries.stays import NOBODY
from reporting.domain.lever_leaves import CARRIED, LEVELS, REVENUE
from tenants.scope import current_organisation_id

WINS = "won"
UNIT_COLUMNS = [*LEVELS, "mask", "amount", "count"]
MOVED = "moved"

# Deals that did the same in the same hands, together. mask: the links that they entered in these hands in the window; of
# a win of a deal opened before the window, nothing but its amount.
UNITS = """
WITH link (stage_id, bit) AS (VALUES {links}
), step AS (
    SELECT p.opportunity_id, p.team_id, p.owner_id, p.segment, p.channel, p.opened_on >= %(since)s AS is_new,
           bit_or(l.bit) AS mask, sum(p.amount_minor) FILTER (WHERE l.bit = %(won)s) AS amount
    FROM {passages} p JOIN link l ON l.stage_id = p.stage_id
    WHERE p.entered_on >= %(since)s AND p.entered_on <= %(until)s
    GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT team_id, owner_id, segment, channel, CASE WHEN is_new THEN mask ELSE 0 END, coalesce(amount, 0)::bigint, count(*)
FROM step WHERE is_new OR amount IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6
"""

# What shared credit moves from the one who won a deal to the others.
MOVES = f"""
WITH part AS ({CREDIT_PARTS})
SELECT m.team_id, m.owner_id, o.segment, o.channel, sum(m.moved)::bigint
FROM (
    SELECT opportunity_id, team_id, owner_id, amount_minor AS moved FROM part
    UNION ALL
    SELECT opportunity_id, won_team, won_owner, -amount_minor FROM part
) m
JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = m.opportunity_id
GROUP BY 1, 2, 3, 4 HAVING sum(m.moved) <> 0
"""
IN_WINDOW = "(SELECT *, 1 AS sign FROM {passages} WHERE entered_on >= %(since)s AND entered_on <= %(until)s)"
EVERYTHING = f"{2**62 + 3}:{2**62 + 3}:"  # a pg_snapshot that sees all that the transaction can


@dataclass(frozen=True, slots=True)
class Chain:
    """The links of the levers: the open stages from the first on, then the wins."""

    stages: tuple[UUID, ...]
    won: tuple[UUID, ...]

    @property
    def links(self) -> list[str]:
        return [*(str(stage) for stage in self.stages), WINS]

    def values(self) -> str:
        """The stages and the bit of each as a VALUES list."""
        bits = [(stage, 1 << place) for place, stage in enumerate(self.stages)]
        bits += [(stage, 1 << len(self.stages)) for stage in self.won]
        return ", ".join(f"('{stage}'::uuid, {bit})" for stage, bit in bits) or "(NULL::uuid, 0)"


def chain_of(stages: Sequence[Stage], planned: Sequence[UUID] | None) -> Chain:
    """The links that a plan reckons with; without one, every open stage."""
    won = tuple(stage.id for stage in stages if stage.kind == Stage.Kind.WON)
    every = tuple(stage.id for stage in stages if stage.kind == Stage.Kind.OPEN)
    return Chain(every if planned is None else tuple(planned), won)


def units(histories: Histories, chain: Chain, *, since: date, until: date) -> pd.DataFrame:
    """UNIT_COLUMNS: a row per kind of deal at a leaf, as `reporting.domain.lever_draws.Units` takes them. One query."""
    parameters: dict[str, Any] = {"since": since, "until": until, "won": 1 << len(chain.stages)}
    with connection.cursor() as cursor:
        cursor.execute(UNITS.format(links=chain.values(), passages=histories.passages), parameters)
        rows = pd.DataFrame(cursor.fetchall(), columns=UNIT_COLUMNS)
    return rows.astype({"mask": "int64", "amount": "float64", "count": "int64"})


def moves(histories: Histories, *, since: date, until: date) -> pd.DataFrame:
    """LEVELS and "moved": what shared credit moves between leaves, in minor units; sums to 0. One or two queries."""
    rows: list[tuple[Any, ...]] = []
    if CreditShare.objects.exists():
        table = IN_WINDOW.format(passages=histories.passages)
        parameters: dict[str, Any] = {
            "org": current_organisation_id(), "known": EVERYTHING, "known_before": None, "since": since, "until": until,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(MOVES.format(passages=table), parameters)
            rows = cursor.fetchall()
    return pd.DataFrame(rows, columns=[*LEVELS, MOVED]).astype({MOVED: "int64"})


def counted(rows: pd.DataFrame, chain: Chain, by: Sequence[str] = LEVELS) -> pd.DataFrame:
    """Units as counts: `by`, a column per link, "revenue" of the wins through the chain, "carried_in"."""
    bits = {link: rows["mask"].to_numpy() >> place & 1 for place, link in enumerate(chain.links)}
    count, amount = rows["count"].to_numpy(), rows["amount"].to_numpy()
    table = pd.DataFrame({link: bit * count for link, bit in bits.items()}, index=rows.index, dtype="float64")
    table[REVENUE] = bits[WINS] * amount * count
    table[CARRIED] = (1 - bits[WINS]) * amount * count
    return pd.concat([rows[list(by)], table], axis=1).groupby(list(by), dropna=False).sum().reset_index()


def hand_codes(rows: pd.DataFrame, leaves: pd.DataFrame, levels: Sequence[str]) -> np.ndarray:
    """The position of each row's leaf."""
    index = pd.MultiIndex.from_frame(leaves[list(levels)])
    wanted = pd.MultiIndex.from_frame(rows[list(levels)])
    return np.asarray(index.get_indexer(wanted), dtype=np.int64)


__all__ = [
    "NOBODY", "Chain", "chain_of", "counted", "hand_codes", "moves", "units",
]  # fmt: skip
