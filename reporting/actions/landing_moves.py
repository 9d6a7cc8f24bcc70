"""The deals to which something happened since a day, as they stood then and stand now: what moved a landing."""

from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from pipeline.actions.passages import Refresh, derive_some
from pipeline.domain.landing_flow import LOST, NOT_THERE, OPEN, WON, Side
from pipeline.domain.landing_known import Window
from pipeline.queries.passage_sql import CLOSED, EVENTS, VISIBLE, stage_order
from tenants.scope import current_organisation_id

MOVED = "landing_moved"
BEFORE, AFTER = "landing_before", "landing_after"
KINDS = {"open": OPEN, "won": WON, "lost": LOST}

CREATE_MOVED = f"""
CREATE TEMP TABLE {MOVED} ON COMMIT DROP AS
SELECT DISTINCT e.opportunity_id FROM {EVENTS} e
WHERE {VISIBLE} AND e.occurred_on > %(since)s AND e.occurred_on <= %(as_of)s
"""

# The last passage of each deal on a day; of a stage that was skipped that day and the one after it, the latter.
STANDING = """
SELECT DISTINCT ON (p.opportunity_id) p.opportunity_id, s.kind, s.ord, p.owner_id, p.team_id,
       p.entered_on - DATE '0001-01-01' + 1 AS entered, p.amount_minor
FROM {passages} p JOIN (VALUES {stages}) AS s (id, kind, ord) ON s.id = p.stage_id
WHERE p.outcome IS DISTINCT FROM 'U'
ORDER BY p.opportunity_id, p.entered_on DESC, s.ord DESC
"""

BOTH = """
SELECT b.kind, b.ord, b.owner_id, b.team_id, b.entered, b.amount_minor,
       a.kind, a.ord, a.owner_id, a.team_id, a.entered, a.amount_minor
FROM ({before}) b FULL JOIN ({after}) a USING (opportunity_id) ORDER BY opportunity_id
"""


def moves(
    refresh: Refresh, *, since: date, as_of: date, window: Window, leaf_of: dict[tuple[UUID, UUID], int]
) -> tuple[Side, Side]:
    """Before and after of every deal with an event in the days after `since` up to `as_of`, in one order."""
    parameters: dict[str, Any] = {
        "org": current_organisation_id(), "as_of": as_of, "since": since, "snapshot": refresh.known,
        "xmin": int(refresh.known.split(":")[0]),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{MOVED}")
        cursor.execute(CREATE_MOVED, parameters)
        cursor.execute(f"ANALYZE {MOVED}")
    derive_some(refresh, as_of=since, opportunities=MOVED, passages=BEFORE)
    derive_some(refresh, as_of=as_of, opportunities=MOVED, passages=AFTER)
    stages = ", ".join(f"('{stage.id}'::uuid, '{stage.kind}', {stage.ord})" for stage in stage_order())
    query = BOTH.format(
        before=STANDING.format(passages=BEFORE, stages=stages),
        after=STANDING.format(passages=AFTER, stages=stages),
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()
    return (
        _side([row[:6] for row in rows], since, window, leaf_of),
        _side([row[6:] for row in rows], as_of, window, leaf_of),
    )


def _side(
    rows: list[tuple[Any, ...]], day: date, window: Window, leaf_of: dict[tuple[UUID, UUID], int]
) -> Side:
    """`rows`: kind, stage number, owner, team, day of entering (ordinal), amount; all None for a deal that was not there."""
    kind, order, owner, team, entered, amount = zip(*rows, strict=True) if rows else [()] * 6
    leaf = np.array([leaf_of.get(of, -1) for of in zip(owner, team, strict=True)], dtype=np.int64)
    state = np.array([KINDS.get(one, NOT_THERE) for one in kind], dtype=np.int64)
    since = np.array([0 if one is None else one for one in entered], dtype=np.int64)
    worth = np.array([np.nan if one is None else float(one) for one in amount])
    worth = np.where(worth > 0, worth, np.where(state == WON, 0.0, np.nan))
    return Side(
        state=np.where(leaf < 0, NOT_THERE, state),
        leaf=np.maximum(leaf, 0),
        stage=np.array([0 if one is None or one >= CLOSED else one for one in order], dtype=np.int64),
        age=day.toordinal() - since,
        amount=np.where((state == WON) & (since < window.first), 0.0, worth),
    )
