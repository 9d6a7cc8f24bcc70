"""How much open pipeline there is for what is left to win (formula F14)."""

import numpy as np
import numpy.typing as npt


def coverage(open_minor: float, target: float | None, won: float | None) -> float | None:
    """Open pipeline closing in the cycle / (target - won), all in one unit.

    None without a target, or when it is reached: there is nothing left to cover. Never pipeline / target: what is won
    needs no pipeline any more.
    """
    if target is None:
        return None
    left = target - (won or 0.0)
    return open_minor / left if left > 0 else None


def needed_coverage(amounts: npt.ArrayLike, chances: npt.ArrayLike) -> float | None:
    """1 / value win rate: the pipeline that one unit of wins takes, at the age that the open deals have.

    `amounts` (>= 0) and `chances` of being won in the end (in [0, 1], NaN where it cannot be known) of the open deals;
    those whose chance is not known are left out of both sums. None when none of it is expected to be won.
    """
    amount, chance = np.asarray(amounts, dtype=np.float64), np.asarray(chances, dtype=np.float64)
    known = ~np.isnan(chance)
    won = float((amount[known] * chance[known]).sum())
    return float(amount[known].sum()) / won if won > 0 else None
