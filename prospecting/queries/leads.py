"""Read models of leads: the list, how they were answered, and what became of them. As of a day, in sets."""

from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import connection
from django.db.models import Q, QuerySet

from pipeline.domain.small_samples import fit_prior, posterior
from prospecting.models import Lead
from tenants.scope import current_organisation_id

MOST_REASONS = 10
FEW = 20  # segments and channels listed

LEADS = """
SELECT l.channel, coalesce(s.name, ''), l.answered_on <= %(as_of)s AND l.state = 'accepted',
       l.answered_on <= %(as_of)s AND l.state = 'refused', l.passed_on - DATE '0001-01-01' + 1,
       l.answered_on - l.passed_on, l.reason, o.id IS NOT NULL, coalesce(k.kind = 'won' AND o.closed_on <= %(as_of)s, false)
FROM prospecting_lead l
LEFT JOIN prospecting_segment s ON s.organisation_id = %(org)s AND s.id = l.segment_id
LEFT JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = l.opportunity_id AND o.created_on <= %(as_of)s
LEFT JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = o.stage_id
WHERE l.organisation_id = %(org)s AND l.passed_on >= %(since)s AND l.passed_on <= %(as_of)s
"""
COLUMNS = ["channel", "segment", "accepted", "refused", "passed", "delay", "reason", "opened", "won"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the leads of one channel or segment ("" for none).

    acceptance, low, high: the estimate of the share accepted of the answered, drawn towards the others', and its 80 %
    interval (formulas F3); None without any. The counts are beside it.
    """

    name: str
    passed: int
    answered: int
    accepted: int
    opened: int
    won: int
    acceptance: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """p50, p80: days to the answer, of the answered leads; None without any. reasons: of refusals, the most frequent first."""

    whole: Fate
    waiting: int
    p50: float | None
    p80: float | None
    reasons: list[tuple[str, int]]
    by_channel: list[Fate]
    by_segment: list[Fate]

    @property
    def refused(self) -> int:
        return self.whole.answered - self.whole.accepted


def figures(*, since: date, as_of: date) -> Figures:
    """The leads passed from `since` to `as_of`, as they were answered by then. One query."""
    with connection.cursor() as cursor:
        cursor.execute(LEADS, {"org": current_organisation_id(), "since": since, "as_of": as_of})
        rows = pd.DataFrame(cursor.fetchall(), columns=COLUMNS)
    flags = ["accepted", "refused", "opened", "won"]
    rows[flags] = rows[flags].fillna(False).astype(bool)
    rows["answered"] = rows["accepted"] | rows["refused"]
    delays = rows.loc[rows["answered"], "delay"].astype(float)
    reasons = rows.loc[rows["refused"], "reason"].value_counts()
    return Figures(
        whole=_fates(rows.assign(all=""), "all")[0]
        if len(rows)
        else Fate("", 0, 0, 0, 0, 0, None, None, None),
        waiting=int((~rows["answered"]).sum()),
        p50=float(delays.quantile(0.5)) if len(delays) else None,
        p80=float(delays.quantile(0.8)) if len(delays) else None,
        reasons=[(str(reason), int(count)) for reason, count in reasons.head(MOST_REASONS).items()],
        by_channel=_fates(rows, "channel"),
        by_segment=_fates(rows, "segment"),
    )


def _fates(rows: pd.DataFrame, by: str) -> list[Fate]:
    """By name, never by result; the rates share one prior (formulas F3)."""
    counts = rows.groupby(by)[["answered", "accepted", "opened", "won"]].sum()
    passed = rows.groupby(by).size()
    n, x = counts["answered"].to_numpy(dtype=float), counts["accepted"].to_numpy(dtype=float)
    a, b = fit_prior(n, x)
    sure = posterior(n, x, a, b, np.nan)
    return [
        Fate(
            name=str(name), passed=int(passed[cast(str, name)]), answered=int(row.answered), accepted=int(row.accepted),
            opened=int(row.opened), won=int(row.won),
            acceptance=float(sure["mean"].iloc[place]) if row.answered else None,
            low=float(sure["low"].iloc[place]) if row.answered else None,
            high=float(sure["high"].iloc[place]) if row.answered else None,
        )
        for place, (name, row) in enumerate(counts.iterrows())
    ][:FEW]  # fmt: skip


def listed(*, people: tuple[UUID, ...] | None, waiting: bool) -> QuerySet[Lead]:
    """The leads that wait (the oldest first), or the answered ones (the newest first). people: whose, and nobody's; None is all."""
    rows = Lead.objects.select_related("company", "owner", "segment", "opportunity")
    if people is not None:
        rows = rows.filter(Q(owner_id__in=people) | Q(owner=None))
    if waiting:
        return rows.filter(state=Lead.State.PASSED).order_by("passed_on", "id")
    return rows.exclude(state=Lead.State.PASSED).order_by("-answered_on", "-id")
