"""What the stored counts cannot tell because they keep no calendar: weekly entries, and the deals open on a past day."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncWeek

from pipeline.models import OpportunityEvent
from tenants.scope import current_organisation_id

WEEKS = 52
ENOUGH_WEEKS = 8
OWN_BEST_WEEK = 0.8  # quantile

OPEN_ON = """
SELECT stage_id, day, count(*)
FROM (SELECT DISTINCT ON (e.opportunity_id) e.stage_id, s.kind, %(day)s - e.occurred_on AS day
      FROM pipeline_opportunityevent e JOIN pipeline_stage s ON s.organisation_id = e.organisation_id AND s.id = e.stage_id
      WHERE e.organisation_id = %(org)s AND e.kind = 'stage' AND e.occurred_on <= %(day)s
      ORDER BY e.opportunity_id, e.occurred_on DESC, s.position DESC) latest
WHERE kind = 'open'
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Pace:
    """Opportunities that entered each stage in a week: mean and own 80th percentile, over `weeks` whole weeks."""

    mean: dict[UUID, float]
    p80: dict[UUID, float]
    weeks: int


def weekly_pace(planned_on: date, as_of: date) -> Pace:
    """The pace of the year up to the day of the plan; with less than 8 weeks then, of the year up to `as_of`.

    Weeks without any entry count; those before the first event of the organisation do not. Two queries at most.
    """
    pace = _pace_until(planned_on)
    return _pace_until(as_of) if pace.weeks < ENOUGH_WEEKS and as_of > planned_on else pace


def open_on(day: date) -> pd.DataFrame:
    """Deals open on a past day, as the events tell: stage, age (days since the latest move), count, amount_minor.

    The amounts of that day are not known (a file gives the present ones): 0 stands for "not known". One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(OPEN_ON, {"org": current_organisation_id(), "day": day})
        rows = pd.DataFrame(cursor.fetchall(), columns=["stage", "age", "count"])
    return rows.astype({"age": "int64", "count": "int64"}).assign(amount_minor=0)


def _pace_until(day: date) -> Pace:
    after = day + timedelta(days=1)
    end = after - timedelta(days=after.weekday())  # Monday of the week that is not over
    start = end - timedelta(weeks=WEEKS)
    rows = (
        OpportunityEvent.objects.filter(
            kind=OpportunityEvent.Kind.STAGE, occurred_on__gte=start, occurred_on__lt=end
        )
        .values_list("stage_id", TruncWeek("occurred_on"))
        .annotate(entries=Count("opportunity_id", distinct=True))
    )
    found = pd.DataFrame(list(rows), columns=["stage", "week", "entries"])
    if found.empty:
        return Pace({}, {}, 0)
    weeks = max(1, (end - found["week"].min()).days // 7)
    mean: dict[UUID, float] = {}
    p80: dict[UUID, float] = {}
    for stage in found["stage"].unique():
        entries = found.loc[found["stage"] == stage, "entries"]
        all_weeks = np.zeros(weeks)
        all_weeks[: len(entries)] = entries
        mean[stage] = float(all_weeks.mean())
        p80[stage] = float(np.quantile(all_weeks, OWN_BEST_WEEK))
    return Pace(mean, p80, weeks)
