"""The deals as they stood at the end of a past day, one row each: what a landing starts from."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import connection
from numpy.typing import NDArray

from pipeline.domain.landing import Deals
from pipeline.queries.passage_sql import CLOSED, EVERYTHING, StageOrder, derive, features, stage_order
from pipeline.queries.stays import NOBODY
from tenants.planner import by_whole_tables
from tenants.scope import current_organisation_id

# Days are proleptic ordinals, as of date.toordinal. The last passage tells owner, team and amount.
DEALS = """
SELECT min(p.opened_on) - DATE '0001-01-01' + 1, {entered},
       max(p.entered_on) FILTER (WHERE s.ord >= {closed}) - DATE '0001-01-01' + 1,
       coalesce(bool_or(s.kind = 'won'), false),
       (array_agg(ARRAY[p.owner_id::text, p.team_id::text, p.amount_minor::text] ORDER BY p.entered_on DESC, s.ord DESC))[1:1],
       o.segment
FROM ({passages}) p
JOIN (VALUES {stages}) AS s (id, kind, ord) ON s.id = p.stage_id
JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = p.opportunity_id
GROUP BY p.opportunity_id, o.segment
ORDER BY p.opportunity_id
"""


@dataclass(frozen=True, slots=True, eq=False)
class KnownDeals:
    """Deals as of a day and what their numbers stand for: open stages in order, and (owner, team, segment) of each leaf."""

    deals: Deals
    stages: list[UUID]
    leaves: list[tuple[UUID, UUID, str]]


def known_deals(as_of: date) -> KnownDeals:
    """Every deal opened by the end of `as_of`, by the rules of passages; those without any date are left out. Five queries, two
    of them settings.

    A deal belongs to its owner and team of the latest move; its amount is that of the day (of the signature when won), its
    segment the present one. A way out of a stage that cannot be known leaves the stage out, not the deal.
    """
    stages = stage_order()
    open_stages = [stage for stage in stages if stage.ord < CLOSED]
    rows = _rows(stages, as_of) if open_stages else []
    names = ["opened", *(str(stage.id) for stage in open_stages), "closed", "won", "last", "segment"]
    table = pd.DataFrame(rows, columns=names)
    last = np.array(table["last"].tolist(), dtype=object).reshape(-1, 3)
    keys = pd.DataFrame({"owner": last[:, 0], "team": last[:, 1], "segment": table["segment"].astype(object)})
    leaf, leaves = pd.factorize(pd.MultiIndex.from_frame(keys))
    amount = last[:, 2].astype(np.float64)
    days = table[names[: len(open_stages) + 2]].astype("float64").to_numpy()
    deals = Deals(
        as_of=as_of.toordinal(),
        opened=days[:, 0],
        entered=days[:, 1:-1],
        closed=days[:, -1],
        won=table["won"].to_numpy(dtype=np.bool_),
        amount=np.where(amount > 0, amount, np.nan),
        leaf=_ints(leaf),
    )
    return KnownDeals(
        deals,
        [stage.id for stage in open_stages],
        [(UUID(owner or str(NOBODY)), UUID(team or str(NOBODY)), segment) for owner, team, segment in leaves],
    )


def _rows(stages: list[StageOrder], as_of: date) -> list[tuple[object, ...]]:
    parameters: dict[str, Any] = {"org": current_organisation_id(), "as_of": as_of, **EVERYTHING}
    entered = ", ".join(
        f"max(p.entered_on) FILTER (WHERE p.stage_id = '{stage.id}' AND p.outcome IS DISTINCT FROM 'U')"
        " - DATE '0001-01-01' + 1"
        for stage in stages
        if stage.ord < CLOSED
    )
    with connection.cursor() as cursor:
        query = DEALS.format(
            entered=entered,
            closed=CLOSED,
            passages=derive(stages, features(cursor, parameters)),
            stages=", ".join(f"('{stage.id}'::uuid, '{stage.kind}', {stage.ord})" for stage in stages),
        )
        with by_whole_tables(cursor):
            cursor.execute(query, parameters)
            found: list[tuple[object, ...]] = cursor.fetchall()
    return found


def _ints(values: NDArray[np.intp]) -> NDArray[np.int64]:
    return np.asarray(values, dtype=np.int64)
