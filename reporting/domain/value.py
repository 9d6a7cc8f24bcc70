"""What won deals are worth (formulas F12): margin, recurring part, length, discount, concentration; volume against value.

A row per won deal. Money in minor units, NaN where it is not known: a figure is worked out over the deals that tell it, and
says of how many it is not known. Intervals are those of `reporting.domain.measures`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipeline.domain.small_samples import INTERVAL
from reporting.domain import measures

Floats = NDArray[np.float64]

WINS = ["opportunity", "team", "owner", "segment", "channel", "product", "company", "amount", "margin", "recurring",
        "months", "list_price", "business", "closed_on"]  # fmt: skip
YEAR = 12.0
DRAWS = 1_000
SEED = 12


@dataclass(frozen=True, slots=True)
class Estimate:
    """value None: not known of any deal. low, high: 80 %, None where it is no estimate. known of `deals` deals."""

    value: float | None
    known: int
    deals: int
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None


def annualised(amount: ArrayLike, months: ArrayLike) -> Floats:
    """What a contract brings in a year: its amount over its years, and all of it when it is shorter than one.

    24 000 over 24 months → 12 000; over 6 months → 24 000. NaN where the length is not known or 0.
    """
    total, length = np.asarray(amount, dtype=np.float64), np.asarray(months, dtype=np.float64)
    years = np.where(length > 0, np.maximum(length / YEAR, 1.0), np.nan)
    return total / years


def herfindahl(amounts: ArrayLike) -> float:
    """Sum of squared shares of the customers: 1 for one customer, 1/n for n alike; NaN without any amount."""
    bought = np.asarray(amounts, dtype=np.float64)
    total = bought.sum()
    return float(((bought / total) ** 2).sum()) if total > 0 else float("nan")


# What each figure divides by what, where a deal tells both. (The denominator 1 makes a mean.)
RATIOS: dict[str, tuple[Callable[[pd.DataFrame], ArrayLike], Callable[[pd.DataFrame], ArrayLike], float]] = {
    "average": (lambda rows: rows["amount"], lambda rows: rows["amount"] * 0 + 1, np.inf),
    "margin_rate": (lambda rows: rows["margin"], lambda rows: rows["amount"], 1.0),
    "recurring_share": (lambda rows: rows["recurring"], lambda rows: rows["amount"], 1.0),
    "annualised": (lambda rows: annualised(rows["amount"], rows["months"]), lambda rows: rows["months"] * 0 + 1, np.inf),
    "months": (lambda rows: rows["months"], lambda rows: rows["months"] * 0 + 1, np.inf),
    "discount": (
        lambda rows: rows["list_price"] - rows["amount"],
        lambda rows: rows["list_price"].where(rows["list_price"] > 0),
        1.0,
    ),
}  # fmt: skip


def ratio(wins: pd.DataFrame, name: str) -> Estimate:
    """A figure of RATIOS with its interval."""
    top, bottom, most = RATIOS[name]
    table = pd.DataFrame(
        {"numerator": np.asarray(top(wins), float), "denominator": np.asarray(bottom(wins), float)}
    )
    table = table.dropna().assign(group="all")
    if table.empty:
        return Estimate(None, 0, len(wins))
    least = -np.inf if name in ("margin_rate", "discount") else 0.0
    everything = table[["numerator", "denominator"]]
    nobody = pd.Series([np.nan], index=["all"])
    row = measures.ratios(table, everything, nobody, limits=(least, most)).iloc[0]
    low, high = (row["low"], row["high"]) if len(table) > 1 else (np.nan, np.nan)
    return Estimate(
        _number(row["value"]), len(table), len(wins), _number(low), _number(high), _number(row["numerator"]),
        _number(row["denominator"]),
    )  # fmt: skip


def total(wins: pd.DataFrame, name: str) -> Estimate:
    """The sum of a column over the deals that tell it: what was won is a fact, without interval."""
    known = wins[name].dropna()
    return Estimate(float(known.sum()) if len(known) else None, len(known), len(wins))


def customers(wins: pd.DataFrame) -> tuple[Estimate, Estimate]:
    """Herfindahl index and share of the five largest customers, over the deals whose company is known.

    The interval of the first is a bootstrap over customers, as that of the second (see `measures.concentration`).
    """
    bought = wins[wins["company"].notna() & (wins["amount"] > 0)]
    if bought.empty:
        nothing = Estimate(None, 0, len(wins))
        return nothing, nothing
    amounts = bought.groupby("company")["amount"].sum().to_numpy(dtype=np.float64)
    drawn = np.random.default_rng(SEED).standard_exponential((DRAWS, len(amounts))) * amounts
    index = ((drawn / drawn.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
    # The draws overstate how uneven customers are: they are shifted to what was bought in fact.
    shift = herfindahl(amounts) - np.median(index)
    low, high = np.clip(np.quantile(index, INTERVAL) + shift, 1 / len(amounts), 1.0)
    samples = pd.DataFrame({"group": "all", "customer": bought["company"], "amount": bought["amount"]})
    row = measures.concentration(samples, pd.Series([np.nan], index=["all"]), seed=SEED).iloc[0]
    return (
        Estimate(herfindahl(amounts), len(bought), len(wins), float(low), float(high)),
        Estimate(
            _number(row["value"]), len(bought), len(wins), _number(row["low"]), _number(row["high"]),
            _number(row["numerator"]), _number(row["denominator"]),
        ),
    )  # fmt: skip


def shrinking(wins: pd.DataFrame) -> pd.DataFrame:
    """Deals that grow revenue and shrink value: larger than the average, with a lower margin rate than all deals together.

    Returns the rows of `wins` with "margin_rate" and "shrinks" (the margin that the deal lacks to the common rate, minor units),
    the largest lack first. A deal whose margin is not known is not judged.
    """
    known = wins[wins["margin"].notna() & (wins["amount"] > 0)]
    if known.empty:
        return known.assign(margin_rate=np.nan, shrinks=np.nan)
    common = known["margin"].sum() / known["amount"].sum()
    found = known.assign(margin_rate=known["margin"] / known["amount"])
    found["shrinks"] = (common - found["margin_rate"]) * found["amount"]
    found = found[(found["amount"] > known["amount"].mean()) & (found["shrinks"] > 0)]
    return found.sort_values("shrinks", ascending=False, kind="stable")


MANY, FEW, HIGH, LOW, UNSURE = "many", "few", "high", "low", "unsure"


def matrix(wins: pd.DataFrame, by: str) -> pd.DataFrame:
    """Volume × value by a dimension: "count", "revenue", "average", "low", "high", "volume" (MANY, FEW) and "value"
    (HIGH, LOW, or UNSURE where the interval of the average holds that of all deals).

    Many: at least the mean number of wins of a group. Indexed by the dimension, in the order of the names.
    """
    priced = wins[wins["amount"].notna()]
    rows = pd.DataFrame({"group": priced[by], "numerator": priced["amount"], "denominator": 1.0})
    groups = sorted(set(rows["group"]), key=str)
    if not groups:
        return pd.DataFrame(columns=["count", "revenue", "average", "low", "high", "volume", "value"])
    everything = rows[["numerator", "denominator"]]
    found = measures.ratios(rows, everything, pd.Series(np.nan, index=groups))
    common = float(rows["numerator"].mean())
    count = rows.groupby("group").size().reindex(groups)
    return pd.DataFrame(
        {
            "count": count,
            "revenue": found["numerator"],
            "average": found["value"],
            "low": found["low"],
            "high": found["high"],
            "volume": np.where(count >= count.mean(), MANY, FEW),
            "value": np.select([found["low"] > common, found["high"] < common], [HIGH, LOW], UNSURE),
        },
        index=groups,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """All that is said of what was won, however many deals that are.

    figures: revenue, margin, cycle, herfindahl, top_five and those of RATIOS. kinds: by kind of business, the deals, their
    revenue, average value and margin rate. matrices: `matrix` by dimension. shrinking: the largest of `shrinking`, shrunk: how
    many there are, lacks: the margin they lack together.
    """

    deals: int
    figures: dict[str, Estimate]
    kinds: dict[str, tuple[int, float, Estimate, Estimate]]
    matrices: dict[str, pd.DataFrame]
    shrinking: list[dict[Any, Any]]
    shrunk: int
    lacks: float


def worth(wins: pd.DataFrame, lives: pd.DataFrame, dimensions: Sequence[str], *, most: int) -> Worth:
    """wins: WINS, and a column a dimension. lives: as `measures.lifetimes` takes them, of one group. most: rows of `shrinking`."""
    life = measures.lifetimes(lives, pd.Series([np.nan], index=["all"])).iloc[0] if len(lives) else None
    cycle = Estimate(None, 0, 0)
    if life is not None:
        count = int(life["numerator"])
        cycle = Estimate(_number(life["value"]), count, count, _number(life["low"]), _number(life["high"]))
    index, top_five = customers(wins)
    figures = {"revenue": total(wins, "amount"), "margin": total(wins, "margin"), "cycle": cycle}
    figures |= {"herfindahl": index, "top_five": top_five} | {name: ratio(wins, name) for name in RATIOS}
    shrunk = shrinking(wins)
    return Worth(
        len(wins),
        figures,
        {
            str(kind): (
                len(own),
                float(own["amount"].sum()),
                ratio(own, "average"),
                ratio(own, "margin_rate"),
            )
            for kind, own in wins.groupby("business", sort=False)
        },
        {one: matrix(wins, one) for one in dimensions},
        shrunk.head(most).to_dict("records"),
        len(shrunk),
        float(shrunk["shrinks"].sum()),
    )


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
