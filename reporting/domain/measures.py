"""Figures that objectives carry besides sums: rates, means, medians and concentrations, with what makes them honest.

Everything is vectorised over groups (the objectives). A group's verdict is a row of COLUMNS: value, numerator,
denominator, low and high (80 %), p_behind, state, and estimate (what the interval is about, where
it is not the value: the mean of a posterior). `p_behind` is the probability of being on the wrong side of the
target, below it or, where lower is better, above. Without a target, or with a target of 0, nobody is judged (state none);
without any observation there is no value, and no division error. Source: formula F3.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from pipeline.domain.conversion import curves, eventual_rates
from pipeline.domain.small_samples import CERTAINTY, INTERVAL, State, posterior

Floats = npt.NDArray[np.float64]

COLUMNS = ["value", "numerator", "denominator", "low", "high", "p_behind", "state", "estimate"]

# How many observations the spread of the whole organisation is worth beside a group's own: with two deals that happen to
# be alike, nobody is sure of anything.
PRIOR_SPREAD = 3.0
DRAWS = 2_000
LARGEST = 200  # customers drawn one by one; smaller ones have no part in the largest five
TOP = 5


def judged(p_behind: npt.ArrayLike, target: npt.ArrayLike, known: npt.ArrayLike) -> npt.NDArray[np.object_]:
    """The state of each: none without a target (missing or 0) or an observation, else by P(behind) >= 0.9 or <= 0.1."""
    p, aim, seen = np.broadcast_arrays(
        np.asarray(p_behind, dtype=float), np.asarray(target, dtype=float), np.asarray(known, dtype=bool)
    )
    nothing = ~seen | np.isnan(aim) | (aim == 0) | np.isnan(p)
    names = np.array([State.NONE, State.BEHIND, State.ON_OR_ABOVE, State.CANNOT_TELL], dtype=object)
    found = names[np.select([nothing, p >= CERTAINTY, 1 - p >= CERTAINTY], [0, 1, 2], 3)]
    return np.asarray(found, dtype=object)


def rates(
    n: pd.Series, x: pd.Series, target: pd.Series, prior: tuple[float, float], *, higher: bool
) -> pd.DataFrame:
    """Shares of counted things: x of n (real numbers), by the Beta posterior of F3. All are indexed by group."""
    found = posterior(n.to_numpy(), x.to_numpy(), *prior, target.to_numpy())
    known = (n > 0).to_numpy()
    below = found["p_below"].to_numpy()
    return _verdicts(
        target,
        value=np.divide(x, n, out=np.full(len(n), np.nan), where=known),
        numerator=x.to_numpy(dtype=float), denominator=n.to_numpy(dtype=float),
        low=found["low"].to_numpy(), high=found["high"].to_numpy(),
        p_behind=below if higher else 1 - below, known=known, estimate=found["mean"].to_numpy(),
    )  # fmt: skip


def ratios(
    samples: pd.DataFrame, everything: pd.DataFrame, target: pd.Series, *, higher: bool = True,
    limits: tuple[float, float] = (0.0, np.inf),
) -> pd.DataFrame:  # fmt: skip
    """Means (denominator 1 each) and ratios of sums, from one row per deal: columns group, numerator, denominator.

    The interval is Student's, of the ratio r = Σ numerator ÷ Σ denominator: its standard error is s·√n ÷ Σ denominator,
    s the spread of numerator − r·denominator over the group's n deals, mixed with that over `everything` (same columns
    without group), which is worth PRIOR_SPREAD deals. limits: between which the ratio lies.
    """
    kept = samples[samples["group"].isin(target.index)]
    sums = kept.groupby("group")[["numerator", "denominator"]].sum().reindex(target.index, fill_value=0.0)
    n = kept.groupby("group").size().reindex(target.index, fill_value=0).to_numpy(dtype=float)
    top, bottom = sums["numerator"].to_numpy(dtype=float), sums["denominator"].to_numpy(dtype=float)
    value = np.divide(top, bottom, out=np.full(len(n), np.nan), where=bottom > 0)
    of_row = pd.Series(value, target.index).reindex(kept["group"]).to_numpy()
    off = (kept["numerator"] - of_row * kept["denominator"]) ** 2
    own = off.groupby(kept["group"]).sum().reindex(target.index, fill_value=0.0).to_numpy(dtype=float)
    whole = everything["denominator"].sum()
    ratio = everything["numerator"].sum() / whole if whole > 0 else 0.0
    spread = float(((everything["numerator"] - ratio * everything["denominator"]) ** 2).mean() or 0.0)
    freedom = PRIOR_SPREAD + np.maximum(n - 1, 0)
    variance = (PRIOR_SPREAD * (0.0 if np.isnan(spread) else spread) + own) / freedom
    error = np.divide(np.sqrt(variance * n), bottom, out=np.full(len(n), np.nan), where=bottom > 0)
    reach = special.stdtrit(freedom, INTERVAL[1]) * error
    aim = target.to_numpy(dtype=float)
    certain = np.where(aim > value, np.inf, -np.inf)  # every deal alike, everywhere
    distance = np.divide(aim - value, error, out=certain, where=error > 0)
    below = np.where(aim == value, 0.0 if higher else 1.0, special.stdtr(freedom, distance))
    low, high = value - reach, value + reach
    return _verdicts(
        target, value=value, numerator=top, denominator=bottom,
        low=np.clip(low, *limits), high=np.clip(high, *limits),
        p_behind=below if higher else 1 - below, known=bottom > 0,
    )  # fmt: skip


def lifetimes(counts: pd.DataFrame, target: pd.Series) -> pd.DataFrame:
    """Median days from opening to win, open deals censored (F2). Lower is better.

    counts: group, day, advanced, lost, censored. With F the share of the eventual wins that are won by a day, the median is
    above the target when F(target) < ½: k = n·F(target) of n wins give its Beta posterior (Jeffreys), and F at the
    quantiles of Beta(n/2 + ½, n/2 + ½) gives the interval. numerator: the wins; denominator: none.
    """
    kept = counts[counts["group"].isin(target.index)]
    found = eventual_rates(kept).reindex(target.index)
    n = found["advanced"].fillna(0).to_numpy(dtype=float)
    known = n > 0
    lines = curves(kept)
    total = found["eventual_rate"].reindex(lines["group"]).to_numpy(dtype=float)
    share = np.divide(lines["cif_advanced"].to_numpy(), total, out=np.zeros(len(lines)), where=total > 0)
    lines = lines.assign(share=share)

    def day_of(quantile: Floats) -> Floats:
        wanted = pd.Series(quantile, target.index).reindex(lines["group"]).to_numpy()
        reached = lines[lines["share"] >= wanted - 1e-9]
        first = reached.groupby("group")["day"].min()
        return np.asarray(first.reindex(target.index).to_numpy(dtype=float))

    low, high = (day_of(special.betaincinv(n / 2 + 0.5, n / 2 + 0.5, share)) for share in INTERVAL)
    aim = target.reindex(lines["group"]).to_numpy(dtype=float)
    within = lines[lines["day"].to_numpy() <= aim].groupby("group")["share"].max()
    k = n * within.reindex(target.index).fillna(0.0).to_numpy(dtype=float)
    p_behind = special.betainc(k + 0.5, n - k + 0.5, 0.5)
    value = np.where(known, found["median_days"].to_numpy(dtype=float), np.nan)
    return _verdicts(
        target, value=value, numerator=n, denominator=np.full(len(n), np.nan),
        low=np.where(known, low, np.nan), high=np.where(known, high, np.nan), p_behind=p_behind, known=known,
    )  # fmt: skip


def concentration(samples: pd.DataFrame, target: pd.Series, *, seed: int) -> pd.DataFrame:
    """Share of the five largest customers in what all of them bought: columns group, customer, amount. Lower is better.

    The interval is that of a bootstrap over customers (independent Exp(1) weights, seeded): would the same concentration
    have come from other customers alike? Those beyond the 200 largest are weighed together.
    """
    aim = target.to_numpy(dtype=float)
    found = np.full((len(aim), 5), np.nan)  # numerator, denominator, low, high, p_behind
    bought = samples.groupby(["group", "customer"])["amount"].sum()
    random = np.random.default_rng(seed)
    for row, group in enumerate(target.index):
        amounts = np.sort(bought.get(group, pd.Series(dtype=float)).to_numpy(dtype=float))[::-1]
        if amounts.sum() <= 0:
            continue
        large, rest = amounts[:LARGEST], amounts[LARGEST:].sum()
        drawn = random.standard_exponential((DRAWS, len(large))) * large
        largest = np.sort(drawn, axis=1)[:, -TOP:].sum(axis=1)
        share = largest / (drawn.sum(axis=1) + rest)
        found[row, :2] = amounts[:TOP].sum(), amounts.sum()
        found[row, 2:4] = np.quantile(share, INTERVAL)
        # The draws overstate what is largest: they are shifted to what was bought in fact.
        shift = amounts[:TOP].sum() / amounts.sum() - np.median(share)
        found[row, 2:4] = np.clip(found[row, 2:4] + shift, 0, 1)
        found[row, 4] = (share + shift > aim[row]).mean()
    top, whole, low, high, p_behind = found.T
    value = np.divide(top, whole, out=np.full(len(aim), np.nan), where=whole > 0)
    return _verdicts(
        target, value=value, numerator=top, denominator=whole, low=low, high=high, p_behind=p_behind,
        known=~np.isnan(value),
    )  # fmt: skip


def _verdicts(
    target: pd.Series, *, value: Floats, numerator: Floats, denominator: Floats, low: Floats, high: Floats,
    p_behind: Floats, known: npt.ArrayLike, estimate: npt.ArrayLike = np.nan,
) -> pd.DataFrame:  # fmt: skip
    """The rows of COLUMNS; nothing but the counts where nothing is known, no probability without a target."""
    seen = np.asarray(known, dtype=bool)
    aim = target.to_numpy(dtype=float)
    state = judged(p_behind, aim, seen)
    blank = ~seen
    figures = {"value": value, "low": low, "high": high}
    return pd.DataFrame(
        {
            "value": np.where(blank, np.nan, figures["value"]),
            "numerator": numerator,
            "denominator": denominator,
            "low": np.where(blank, np.nan, figures["low"]),
            "high": np.where(blank, np.nan, figures["high"]),
            "p_behind": np.where(state == State.NONE, np.nan, p_behind),
            "state": state,
            "estimate": np.where(blank, np.nan, estimate),
        },
        index=target.index,
    )[COLUMNS]
