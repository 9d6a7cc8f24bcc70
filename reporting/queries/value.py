"""The deals won in a window with what they are worth, the lives of deals, and the effort that was spent (F12)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import connection

from objectives.queries.calendar import working_days
from pipeline.queries.histories import Histories
from reporting.domain.value import WINS, Worth, worth
from tenants.models import Organisation, Person
from tenants.scope import current_organisation_id

# Recurring amount, contract length, product and company are known as they are now: no event tells them. business: by the
# wins of the company that are known on the day, the first one, one more of a product that it had bought (renewal), or of
# another one (expansion).
WON = """
WITH won AS (
    SELECT d.*,
           row_number() OVER (PARTITION BY d.company_id ORDER BY d.closed_on, d.opportunity_id) AS place,
           row_number() OVER (PARTITION BY d.company_id, d.product_id ORDER BY d.closed_on, d.opportunity_id) AS again
    FROM {deals} d WHERE d.kind = 'won'
)
SELECT w.opportunity_id, w.team_id, w.owner_id, w.segment, w.channel, coalesce(t.name, ''), w.company_id, w.amount_minor,
       w.margin_minor, o.recurring_minor, o.contract_months, w.list_price_minor,
       CASE WHEN w.company_id IS NULL THEN 'unknown' WHEN w.place = 1 THEN 'new' WHEN w.product_id IS NULL THEN 'again'
            WHEN w.again > 1 THEN 'renewal' ELSE 'expansion' END, w.closed_on, o.name, o.external_id, c.name
FROM won w
JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = w.opportunity_id
LEFT JOIN pipeline_product t ON t.organisation_id = %(org)s AND t.id = w.product_id
LEFT JOIN pipeline_company c ON c.organisation_id = %(org)s AND c.id = w.company_id
WHERE w.closed_on >= %(since)s AND w.closed_on <= %(until)s{teams}
ORDER BY w.closed_on, w.opportunity_id
"""
NAMES = ["name", "external_id", "company_name"]
DIMENSIONS = ("segment", "product", "channel", "person")
OTHERS = "others"
MOST = 50  # deals that shrink value

# The whole lives of deals, as `pipeline.queries.passage_sql.LIVES` counts them.
LIVES = """
SELECT CASE WHEN k.kind = 'open' THEN %(until)s::date - p.opened_on ELSE p.entered_on - p.opened_on END,
       count(*) FILTER (WHERE k.kind = 'won'), count(*) FILTER (WHERE k.kind = 'lost'), count(*) FILTER (WHERE k.kind = 'open')
FROM {passages} p JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = p.stage_id
WHERE (k.kind = 'open' AND p.outcome IS NULL OR k.kind <> 'open' AND NOT p.is_first){teams}
GROUP BY 1
"""

ACTIVITIES = """
SELECT coalesce(sum(a.quantity), 0) FROM prospecting_activity a
WHERE a.organisation_id = %(org)s AND a.kind <> 'lead' AND a.day >= %(since)s AND a.day <= %(until)s{teams}
"""


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """What was won is worth, the activities logged (how many), and the days spent (FTE)."""

    worth: Worth
    activities: int
    days: float


def value(
    found: Histories, organisation: Organisation, *, since: date, until: date, teams: Collection[UUID] | None,
    people: Collection[Person], named: Collection[UUID],
) -> Value:  # fmt: skip
    """What was won from `since` to `until` by these teams (None: by all), and spent by these people. Four queries.

    named: the people who are told apart; the deals of the others are together (OTHERS).
    """
    given: dict[str, Any] = {
        "org": current_organisation_id(), "since": since, "until": until, "teams": list(teams or ()),
    }  # fmt: skip

    def within(alias: str) -> str:
        return "" if teams is None else f" AND {alias}.team_id = ANY(%(teams)s)"

    with connection.cursor() as cursor:
        cursor.execute(WON.format(deals=found.deals, teams=within("w")), given)
        wins = pd.DataFrame(cursor.fetchall(), columns=[*WINS[:-1], WINS[-1], *NAMES])
        cursor.execute(LIVES.format(passages=found.passages, teams=within("p")), given)
        lives = pd.DataFrame(cursor.fetchall(), columns=["day", "advanced", "lost", "censored"])
        cursor.execute(ACTIVITIES.format(teams=within("a")), given)
        (activities,) = cursor.fetchone()
    money = ["amount", "margin", "recurring", "months", "list_price"]
    wins[money] = wins[money].astype("float64")
    apart = {one for one in wins["owner"].unique() if one in named}
    wins["person"] = wins["owner"].map(lambda one: str(one) if one in apart else OTHERS)
    return Value(
        worth(wins, lives.astype("int64").assign(group="all"), DIMENSIONS, most=MOST),
        int(activities),
        _days(organisation, people, since, until),
    )


def _days(organisation: Organisation, people: Collection[Person], since: date, until: date) -> float:
    """Working days of the people in full-time equivalents, each from the first to the last day there."""
    worked = np.concatenate([[0.0], np.cumsum(working_days(organisation, since, until))])
    length = len(worked) - 1

    def at(day: date | None, default: int) -> int:
        return default if day is None else min(max((day - since).days, 0), length)

    return sum(
        float(one.fte) * max(float(worked[at(one.end_on, length)] - worked[at(one.start_on, 0)]), 0.0)
        for one in people
    )
