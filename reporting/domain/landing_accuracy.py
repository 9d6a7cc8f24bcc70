"""How right past landings were: error, bias, coverage, Brier score beside its rivals. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from pipeline.domain.beta_binomial import JEFFREYS
from pipeline.domain.small_samples import INTERVAL

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of some cases. error: mean of |said − came| over the mean of what came; bias: of said − came (above 0: said too much);
    both None when nothing came. inside: how many of the cases lay in their 80 % interval, with the 80 % interval of that share.
    judged: how many had a target; Brier scores (0 is perfect) over these, None without any: the own one, that of saying each
    time how often targets were reached in these very cases, and that of the stage-weighted forecast taken at its word.
    """

    cases: int
    error: float | None
    bias: float | None
    weighted_error: float | None
    inside: int
    inside_low: float
    inside_high: float
    judged: int
    reached: int
    brier: float | None
    brier_base: float | None
    brier_weighted: float | None


def accuracy(
    mean: ArrayLike, low: ArrayLike, high: ArrayLike, actual: ArrayLike, probability: ArrayLike, target: ArrayLike,
    weighted: ArrayLike,
) -> Accuracy:  # fmt: skip
    """Of the cases (n,); a target of NaN: none, and then no probability is looked at."""
    said, bottom, top, came, chance, aim, classic = (
        np.asarray(values, dtype=np.float64)
        for values in (mean, low, high, actual, probability, target, weighted)
    )
    hair = np.abs(came) * 1e-9
    inside = int(((came >= bottom - hair) & (came <= top + hair)).sum())
    known = ~np.isnan(aim) & ~np.isnan(chance)
    hit = (came[known] >= aim[known] - hair[known]).astype(np.float64)
    span = special.betaincinv(inside + JEFFREYS, said.size - inside + JEFFREYS, INTERVAL)
    size, total = int(known.sum()), float(came.sum())

    def brier(told: Floats) -> float | None:
        return float(((told - hit) ** 2).mean()) if size else None

    return Accuracy(
        cases=said.size,
        error=float(np.abs(said - came).sum()) / total if total > 0 else None,
        bias=float((said - came).sum()) / total if total > 0 else None,
        weighted_error=float(np.abs(classic - came).sum()) / total if total > 0 else None,
        inside=inside,
        inside_low=float(span[0]),
        inside_high=float(span[1]),
        judged=size,
        reached=int(hit.sum()),
        brier=brier(chance[known]),
        brier_base=brier(np.full(size, hit.mean() if size else 0.0)),
        brier_weighted=brier((classic[known] >= aim[known]).astype(np.float64)),
    )
