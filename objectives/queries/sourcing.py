"""The links of the reverse funnel before the pipeline: from a first contact to an opportunity (formulas F1, F2)."""

from datetime import date, timedelta
from typing import cast

import numpy as np
import pandas as pd

from objectives.domain.plan_document import NEVER_ADVANCED, NO_DATES, Transition
from pipeline.domain.beta_binomial import JEFFREYS
from pipeline.domain.conversion import eventual_rates, lag_distribution
from pipeline.domain.small_samples import posterior
from prospecting.queries import rates

YEAR = timedelta(days=365)
LAG_HORIZON = max(rates.MEETING_WITHIN, 180)
ENOUGH_WEEKS, OWN_BEST_WEEK = 8, 0.8
OPENING = "opening"  # where the last link leads: the first stage of the pipeline


def sourcing(*, as_of: date | None) -> list[Transition]:
    """The company's rate, interval, delay and pace of each link over the year up to the day; unknown without one. One query."""
    found = pd.DataFrame(columns=rates.COLUMNS).astype(dict.fromkeys(rates.COLUMNS[1:], "int64"))
    if as_of is not None:
        found = rates.followed(since=as_of - YEAR, as_of=as_of)
    counts = found.rename(columns={"link": "group"})
    table = eventual_rates(counts[["group", "day", "advanced", "lost", "censored"]])
    sure = posterior(table["n_eff"], table["x_eff"], JEFFREYS, JEFFREYS, np.nan).set_index(table.index)
    lag = lag_distribution(counts[["group", "day", "advanced", "lost", "censored"]], LAG_HORIZON)
    pmf_of = dict(zip(lag.groups, lag.probabilities, strict=True))
    joined = table.join(sure[["low", "high"]])
    following = [*rates.LINKS[1:], OPENING]
    return [
        _transition(
            link,
            after,
            cast("pd.Series[float]", joined.loc[link]) if link in joined.index else None,
            pmf_of.get(link),
            counts,
            as_of,
        )
        for link, after in zip(rates.LINKS, following, strict=True)
    ]


def _transition(
    link: str, after: str, row: "pd.Series[float] | None", pmf: np.ndarray | None, counts: pd.DataFrame,
    as_of: date | None,
) -> Transition:  # fmt: skip
    decided = row is not None and row["advanced"] + row["lost"] > 0
    rate = float(row["eventual_rate"]) if row is not None and decided else 0.0
    mean, best, weeks = _pace(counts[counts["group"] == link], as_of)
    known = row if row is not None and decided else None
    return Transition(
        stage=link,
        to=after,
        unknown_because="" if rate > 0 else NEVER_ADVANCED if decided else NO_DATES,
        **{  # type: ignore[typeddict-item]
            name: 0 if row is None else int(row[name]) for name in ("entered", "advanced", "lost", "open")
        },
        unknown=0,
        rate=rate or None,
        low=None if known is None else float(known["low"]),
        high=None if known is None else float(known["high"]),
        a=None if known is None else float(known["x_eff"]) + JEFFREYS,
        b=None if known is None else float(known["n_eff"] - known["x_eff"]) + JEFFREYS,
        median_days=float(known["median_days"]) if known is not None and rate else None,
        p90_days=float(known["p90_days"]) if known is not None and rate else None,
        lag=shortened(pmf) if rate and pmf is not None else [],
        weekly_mean=mean,
        weekly_p80=best,
        weeks=weeks,
    )


def _pace(entries: pd.DataFrame, as_of: date | None) -> tuple[float | None, float | None, int]:
    """Mean and own 80th percentile of the entries of a week, over the whole weeks since the first entry."""
    if as_of is None or entries.empty:
        return None, None, 0
    week = (as_of.toordinal() - entries["entered"].to_numpy()) // 7
    weeks = int(week.max())  # the first one is not whole
    if weeks < ENOUGH_WEEKS:
        return None, None, weeks
    size = entries[["advanced", "lost", "censored"]].sum(axis=1).to_numpy()
    by_week = np.bincount(week, weights=size, minlength=weeks + 1)[:weeks]
    return float(by_week.mean()), float(np.quantile(by_week, OWN_BEST_WEEK)), weeks


def shortened(pmf: np.ndarray) -> list[float]:
    """The pmf without its empty end: a plan's row is read with every page."""
    kept: list[float] = pmf[: int(np.flatnonzero(pmf)[-1]) + 1].tolist()
    return kept
