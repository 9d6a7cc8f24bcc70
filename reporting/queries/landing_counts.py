"""What a landing starts from: the counts of stays and the daily facts of a run, as arrays. Never a row a deal."""

from datetime import date
from uuid import UUID

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from objectives.queries.calibrating_scopes import Hands
from pipeline.domain import landing_counts as domain
from pipeline.domain.landing_known import OpenDeals
from pipeline.queries.columns import integers
from pipeline.queries.stays import Stays
from reporting.models import DailyFact
from tenants.scope import current_organisation_id

Ints = NDArray[np.int64]

ENDS = {"A": domain.ON, "L": domain.LOST, "O": domain.STILL}

FACTS = """
SELECT scope, (metric = 'won')::int, day - DATE '0001-01-01' + 1, numerator, denominator FROM {table}
WHERE {mine} metric IN ('opened', 'won') AND day <= %(as_of)s
ORDER BY scope, metric, day
"""


def landing_counts(stays: Stays, table: str) -> tuple[domain.Counts, Hands]:
    """The counts as of the day of `stays`, and whose they are; `table` holds the facts of that day. One query.

    A leaf is an owner in a team. Stays whose way out cannot be known count nowhere.
    """
    scopes = stays.scopes
    hands = _Leaves(scopes)
    as_of = stays.as_of.toordinal()
    opened, won = _daily(hands, scopes, table, stays.as_of)
    begun: dict[UUID, float] = {}
    first = np.full(len(hands.names), np.inf)
    np.minimum.at(first, opened.leaf, opened.day)
    for (owner, _team, _segment), day in zip(hands.names, first.tolist(), strict=True):
        begun[owner] = min(begun.get(owner, np.inf), day)
    return (
        domain.Counts(
            as_of=as_of,
            stages=len(stays.open_stages),
            stays=_stays(hands, stays, as_of),
            open=_open(hands, stays),
            opened=opened,
            won=won,
        ),
        Hands(hands.names, begun, as_of),
    )


class _Leaves:
    """Numbers the pairs of owner and team."""

    def __init__(self, scopes: pd.DataFrame) -> None:
        self.width = len(scopes["owner"].cat.categories)
        pairs = self._pairs(scopes)
        self.known = np.unique(pairs)
        team, own = np.divmod(self.known, max(self.width, 1))
        teams, owners = scopes["team"].cat.categories, scopes["owner"].cat.categories
        self.names: list[tuple[UUID, UUID, str]] = [
            (owners[owner], teams[of], "") for of, owner in zip(team, own, strict=True)
        ]
        self.number = {name[:2]: number for number, name in enumerate(self.names)}
        self.of_scope = pd.Series(np.searchsorted(self.known, pairs), index=scopes.index)

    def of(self, rows: pd.DataFrame) -> Ints:
        return np.asarray(np.searchsorted(self.known, self._pairs(rows)), dtype=np.int64)

    def _pairs(self, rows: pd.DataFrame) -> Ints:
        team, owner = (rows[name].cat.codes.to_numpy(dtype=np.int64) for name in ("team", "owner"))
        return np.asarray(team * self.width + owner, dtype=np.int64)


def _daily(
    hands: _Leaves, scopes: pd.DataFrame, table: str, as_of: date
) -> tuple[domain.Daily, domain.Daily]:
    """Openings and wins by day; what shared credit moved is an amount without a count."""
    mine = "organisation_id = %(org)s AND" if table == DailyFact._meta.db_table else ""
    scope, is_win, day, numerator, denominator = integers(
        FACTS.format(table=table, mine=mine), {"org": current_organisation_id(), "as_of": as_of},
        ("scope", "is_win", "day", "numerator", "denominator"),
    ).values()  # fmt: skip
    leaf = hands.of_scope.reindex(scope).to_numpy(dtype=np.int64)
    wins, openings = np.flatnonzero(is_win), np.flatnonzero(is_win == 0)
    counted, nothing = numerator[openings].astype(np.float64), np.zeros(openings.size)
    return (
        domain.Daily(leaf[openings], day[openings], counted, nothing),
        domain.Daily(
            leaf[wins],
            day[wins],
            denominator[wins].astype(np.float64),
            numerator[wins].astype(np.float64),
        ),
    )


def _stays(hands: _Leaves, stays: Stays, as_of: int) -> domain.Stays:
    way = {stage.id: number for number, stage in enumerate(stays.open_stages, start=1)}
    ended = stays.ended[stays.ended["outcome"].isin(list(ENDS))]
    here, lives = stays.open(), stays.lives
    end = lives["outcome"].map(ENDS).to_numpy(dtype=np.int64)
    measure = lives["measure"].to_numpy(dtype=np.int64)
    parts = [
        (ended, _ways(ended, way), ended["days"].to_numpy(), ended["outcome"].map(ENDS).to_numpy()),
        (here, _ways(here, way), here["age"].to_numpy(), np.full(len(here), domain.STILL)),
        (lives, np.zeros(len(lives)), np.where(end == domain.STILL, as_of - measure, measure), end),
    ]
    leaf = np.concatenate([hands.of(rows) for rows, *_rest in parts])
    ways, age, how = (
        np.concatenate([np.asarray(part[column], dtype=np.int64) for part in parts]) for column in (1, 2, 3)
    )
    count = np.concatenate([rows["count"].to_numpy(dtype=np.float64) for rows, *_rest in parts])
    kept = (ways >= 0) & (age >= 0)
    return domain.Stays(leaf[kept], ways[kept], age[kept], how[kept], count[kept])


def _open(hands: _Leaves, stays: Stays) -> OpenDeals:
    """A row a deal; those that somebody took into a stage on one day share their amount evenly."""
    stage = {stage.id: number for number, stage in enumerate(stays.open_stages)}
    rows = stays.open()
    rows = rows[rows["count"] > 0]
    # In one order, however they are stored: sums of floats are then the same, too.
    order = np.lexsort((rows["amount_minor"], rows["age"], _ways(rows, stage), hands.of(rows)))
    rows = rows.iloc[order]
    times = rows["count"].to_numpy(dtype=np.int64)
    each = rows["amount_minor"].to_numpy(dtype=np.float64) / np.maximum(times, 1)
    return OpenDeals(
        leaf=np.repeat(hands.of(rows), times),
        stage=np.repeat(_ways(rows, stage), times),
        age=np.repeat(rows["age"].to_numpy(dtype=np.int64), times),
        amount=np.repeat(np.where(each > 0, each, np.nan), times),
    )


def _ways(rows: pd.DataFrame, number: dict[UUID, int]) -> Ints:
    """The number of each row's stage, −1 for one that is none of them."""
    by_code = np.array([number.get(stage, -1) for stage in rows["stage"].cat.categories], dtype=np.int64)
    codes = rows["stage"].cat.codes.to_numpy()
    return by_code[codes] if by_code.size else np.zeros(0, dtype=np.int64)
