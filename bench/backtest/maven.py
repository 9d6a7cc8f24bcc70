"""The same on a public file, Maven Analytics' "CRM Sales Opportunities": reported, not judged (one organisation, 14 months).

The file has the day of engaging and the day of closing, no stage history: deals count from their engaging on.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from bench.backtest import nightly
from bench.backtest.cases import stage_weighted
from pipeline.domain.landing import (
    Calendar,
    Deals,
    Measure,
    Noise,
    Scopes,
    Window,
    cases,
    land,
    learn,
    past_cycles,
    summary,
    tree,
)  # fmt: skip

QUARTERS = ((date(2017, 7, 1), date(2017, 9, 30)), (date(2017, 10, 1), date(2017, 12, 31)))


def report(folder: Path) -> pd.DataFrame:
    """A row for each quarter, measure and level: cases, what landed and what was said on the eve.

    `folder` holds sales_pipeline.csv and sales_teams.csv.
    """
    table, agent, scopes, level = _read(folder)
    size = scopes.contains.shape[1]
    rows = []
    for start, end in QUARTERS:
        as_of = start.toordinal() - 1
        deals = _known(table, agent, as_of)
        window = Window(start.toordinal(), end.toordinal())
        days = _calendar(int(deals.opened.min()), window.last)
        known = learn(deals, scopes, days, window)
        for measure, past in past_cycles(deals, days, window, Measure, seed=1).items():
            found = cases(known, measure, np.arange(level.size))
            told = summary(found, land(found, past, Noise(1)), np.full(level.size, np.nan))
            came = _came(table, agent, measure, window, size)
            actual = np.asarray(scopes.contains @ came)
            inside = (actual >= told.low - 1e-6) & (actual <= told.high + 1e-6)
            for name in ("company", "team", "person"):
                of = level == name
                rows.append(
                    {
                        "quarter": f"{start:%Y-%m}", "measure": measure.value, "scope": name, "cases": int(of.sum()),
                        "actual": round(float(actual[of].sum())), "mean": round(float(told.mean[of].sum())),
                        "company's interval": f"{told.low[0]:.0f}–{told.high[0]:.0f}" if name == "company" else "",
                        "in 80 %": f"{int(inside[of].sum())} of {int(of.sum())}",
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def report_by_week(folder: Path) -> pd.DataFrame:
    """The nightly landing of the revenue, from counts, in the weeks of each quarter: what was said of the company and came."""
    table, agent, scopes, level = _read(folder)
    size = scopes.contains.shape[1]
    rows = []
    for start, end in QUARTERS:
        window = Window(start.toordinal(), end.toordinal())
        actual = np.asarray(scopes.contains @ _came(table, agent, Measure.AMOUNT, window, size))
        for week in nightly.WEEKS:
            deals = _known(table, agent, window.first - 1 + 7 * week)
            days = _calendar(int(deals.opened.min()), window.last)
            known, pasts = nightly.known(deals, scopes, days, window)
            found = cases(known, Measure.AMOUNT, np.arange(level.size))
            told = summary(found, land(found, pasts[Measure.AMOUNT], Noise(1)), np.full(level.size, np.nan))
            inside = (actual >= told.low - 1e-6) & (actual <= told.high + 1e-6)
            weighted = found.booked + stage_weighted(deals, scopes, Measure.AMOUNT)
            rows.append(
                {
                    "quarter": f"{start:%Y-%m}", "week": week, "actual": round(float(actual[0])),
                    "mean": round(float(told.mean[0])), "interval": f"{told.low[0]:.0f}–{told.high[0]:.0f}",
                    "weighted": round(float(weighted[0])),
                    **{
                        f"{name}s in 80 %": f"{int(inside[level == name].sum())} of {int((level == name).sum())}"
                        for name in ("team", "person")
                    },
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _read(folder: Path) -> tuple[pd.DataFrame, np.ndarray, Scopes, np.ndarray]:
    """The dated deals, the number of the agent of each, the company with its offices and agents, the level of each scope."""
    people = pd.read_csv(folder / "sales_teams.csv")
    table = pd.read_csv(folder / "sales_pipeline.csv", parse_dates=["engage_date", "close_date"])
    table = table[table["engage_date"].notna()].merge(people, on="sales_agent", how="left")
    agent, agents = pd.factorize(table["sales_agent"], sort=True)
    office = table.groupby(agent)["regional_office"].first().to_numpy()
    offices = sorted(set(office))
    scopes = tree(
        [
            np.arange(len(agents)),
            *(np.flatnonzero(office == name) for name in offices),
            *([n] for n in range(len(agents))),
        ],
        [-1, *[0] * len(offices), *(1 + offices.index(name) for name in office)],
        len(agents),
    )
    level = np.array(["company", *["team"] * len(offices), *["person"] * len(agents)])
    return table, agent, scopes, level


def _known(table: pd.DataFrame, agent: np.ndarray, as_of: int) -> Deals:
    opened, closed = _ordinals(table["engage_date"]), _ordinals(table["close_date"])
    won = (table["deal_stage"] == "Won").to_numpy()
    # An open deal of the file has no amount: it becomes known with the close.
    amount = np.where(won, table["close_value"].to_numpy(dtype=np.float64), np.nan)
    whole = Deals(as_of, opened, opened[:, np.newaxis], closed, won, amount, agent.astype(np.int64)).until(
        as_of
    )
    return Deals(
        as_of, whole.opened, whole.entered, whole.closed, whole.won,
        np.where(whole.won, whole.amount, np.nan), whole.leaf,
    )  # fmt: skip


def _came(table: pd.DataFrame, agent: np.ndarray, measure: Measure, window: Window, size: int) -> np.ndarray:
    day = _ordinals(table["engage_date" if measure is Measure.OPENED else "close_date"])
    counted = (day >= window.first) & (day <= window.last)
    if measure is not Measure.OPENED:
        counted &= (table["deal_stage"] == "Won").to_numpy()
    value = (
        table["close_value"].to_numpy(dtype=np.float64) if measure is Measure.AMOUNT else np.ones(len(table))
    )
    return np.bincount(agent[counted], value[counted], size)


def _ordinals(days: pd.Series) -> np.ndarray:
    since = (days - pd.Timestamp(1970, 1, 1)).dt.days
    return since.to_numpy(dtype=np.float64) + date(1970, 1, 1).toordinal()


def _calendar(first: int, last: int) -> Calendar:
    days = np.arange(first, last + 1) - date(1970, 1, 1).toordinal()
    stamps = days.astype("datetime64[D]")
    month = stamps.astype("datetime64[M]").astype(np.int64) % 12
    return Calendar(first, ((days + 3) % 7 < 5).astype(np.float64), month)
