"""What the backtest says: coverage, Brier scores and their difference, reliability by band; clustered by organisation."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]

RESAMPLES = 2_000
CENTRAL = (0.1, 0.9)
BANDS = (("out_of_reach", 0.0, 0.2), ("hard", 0.2, 0.5), ("stretch", 0.5, 0.8), ("comfortable", 0.8, 1.01))


@dataclass(frozen=True, slots=True)
class Interval:
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def with_rivals(table: pd.DataFrame) -> pd.DataFrame:
    """The cases with hit, inside, and the probabilities of what the method must beat.

    base: the share of targets reached in these very cases. weighted: 1 when the stage-weighted forecast reaches the target.
    scaled: the same forecast put at its best, in hindsight: multiplied and spread by the two numbers that give the smallest
    log loss on these very cases, by level.
    """
    hit = (table["actual"] >= table["target"]).astype(float)
    inside = table["actual"].between(table["low"] * (1 - 1e-9), table["high"] * (1 + 1e-9))
    scaled = pd.Series(0.0, index=table.index)
    for _, part in table.groupby(["level", "measure"]):
        scaled[part.index] = _at_its_best(part["weighted"] / part["target"], hit[part.index])
    return table.assign(
        hit=hit,
        inside=inside.astype(float),
        base=hit.groupby([table["level"], table["measure"]]).transform("mean"),
        sure=(table["weighted"] >= table["target"]).astype(float),
        scaled=scaled,
    )


def mean_by_cluster(table: pd.DataFrame, values: pd.Series, seed: int = 7) -> Interval:
    """Mean over the cases with its 95 % interval, organisations drawn again with replacement."""
    by = values.groupby(table["organisation"]).agg(["sum", "size"]).to_numpy(dtype=np.float64)
    picked = np.random.default_rng(seed).integers(0, len(by), (RESAMPLES, len(by)))
    sums = by[picked].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], (0.025, 0.975))
    return Interval(float(values.mean()), float(low), float(high))


def brier(table: pd.DataFrame, column: str) -> pd.Series:
    return (table[column] - table["hit"]) ** 2


def overall(table: pd.DataFrame) -> pd.DataFrame:
    """What the method is judged on, a row for each measure: coverage, Brier score and by how much it is better."""
    return pd.DataFrame([_row(part, {"measure": measure}) for measure, part in table.groupby("measure")])


def report(table: pd.DataFrame) -> pd.DataFrame:
    """The same by measure and level."""
    groups = table.groupby(["measure", "level"])
    return pd.DataFrame(
        [_row(part, {"measure": measure, "scope": level}) for (measure, level), part in groups]
    )


def _row(part: pd.DataFrame, of: dict[str, object]) -> dict[str, object]:
    own = brier(part, "probability")
    return {
        **of,
        "cases": len(part),
        "in 80 %": mean_by_cluster(part, part["inside"]),
        "rank in 10–90 %": mean_by_cluster(part, part["rank"].between(*CENTRAL).astype(float)),
        "Brier": mean_by_cluster(part, own),
        "base − own": mean_by_cluster(part, brier(part, "base") - own),
        "weighted − own": mean_by_cluster(part, brier(part, "sure") - own),
        "weighted at its best − own": mean_by_cluster(part, brier(part, "scaled") - own),
    }


def reliability(table: pd.DataFrame) -> pd.DataFrame:
    """By measure and band: cases, mean probability said, share reached with its interval."""
    rows = []
    for measure, part in table.groupby("measure"):
        for band, low, high in BANDS:
            inside = part[(part["probability"] >= low) & (part["probability"] < high)]
            if len(inside):
                reached = mean_by_cluster(inside, inside["hit"])
                rows.append(
                    (measure, band, len(inside), round(float(inside["probability"].mean()), 3), reached)
                )
    return pd.DataFrame(rows, columns=["measure", "band", "cases", "said", "reached"])


def _at_its_best(ratio: pd.Series, hit: pd.Series) -> Floats:
    """Logistic regression of reaching the target on the log of forecast / target."""
    x = np.log(np.maximum(ratio.to_numpy(dtype=np.float64), 1e-3))
    y = hit.to_numpy(dtype=np.float64)

    def loss(at: Floats) -> float:
        score = at[0] + at[1] * x
        return float((np.logaddexp(0.0, score) - y * score).sum() + 1e-3 * at[1] ** 2)

    best = optimize.minimize(loss, np.array([0.0, 1.0]), method="BFGS").x
    return np.asarray(special.expit(best[0] + best[1] * x), dtype=np.float64)
