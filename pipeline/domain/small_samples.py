"""What can be said from few observations (formula F3, need R21): intervals and states, not bare figures.

Three kinds of figures against an objective or a path: rates (Beta posterior), counts (Gamma-Poisson) and
amounts (bootstrap of the compound Poisson). Each gives P(below), hence a state: behind when P(below) >= 0.9,
on or above when P(not below) >= 0.9, else "cannot tell". Tables of many cells are treated in
`pipeline.domain.many_cells`.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from pipeline.domain.beta_binomial import JEFFREYS, most_likely_beta

Floats = npt.NDArray[np.float64]

CERTAINTY = 0.9
INTERVAL = (0.1, 0.9)  # equal-tailed 80 %

SCOPES_NEEDED = 3

# Beyond this number of amounts in a scope the bootstrap's distribution is its Gamma limit.
BOOTSTRAP_LIMIT = 200
# Exponential draws held in memory at once (8 bytes each).
DRAWS_AT_ONCE = 4_000_000


class State(StrEnum):
    BEHIND = "behind"
    CANNOT_TELL = "cannot_tell"
    ON_OR_ABOVE = "on_or_above"
    NONE = "none"  # no objective, or nothing due yet


def fit_prior(n: npt.ArrayLike, x: npt.ArrayLike) -> tuple[float, float]:
    """Empirical-Bayes prior Beta(a, b) of one kind of rate, from its scopes (such as the teams at a stage).

    `n`, `x`: observations and successes per scope, real numbers (n_eff and x_eff of the conversion estimate).
    Maximum of the beta-binomial marginal likelihood over the scopes with n >= 1, with a + b in [2, 200]. The
    prior mean stays where Jeffreys' rule on all scopes together would put it at the furthest, [1/2, N + 1/2]
    out of N + 1: scopes that have all failed so far do not prove that success is impossible.

    Fewer than 3 such scopes: Jeffreys' prior (1/2, 1/2). Raises ValueError unless 0 <= x <= n.
    """
    a, b = _priors(np.zeros(np.size(n), dtype=np.int64), 1, n, x)
    return float(a[0]), float(b[0])


def fit_priors(kind: npt.ArrayLike, n: npt.ArrayLike, x: npt.ArrayLike) -> pd.DataFrame:
    """`fit_prior` for each kind of rate among many scopes: columns a, b, indexed by kind, sorted."""
    code, kinds = pd.factorize(np.asarray(kind), sort=True)
    a, b = _priors(code, len(kinds), n, x)
    return pd.DataFrame({"a": a, "b": b}, index=pd.Index(kinds, name="kind", tupleize_cols=False))


def _priors(
    code: npt.NDArray[np.int64], kinds: int, n: npt.ArrayLike, x: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """a and b of each kind, (K,); code: the kind of each scope."""
    size, successes = _observations(n, x)
    enough = size >= 1
    code, size, successes = code[enough], size[enough], successes[enough]
    scopes = np.bincount(code, minlength=kinds)
    fitted = scopes >= SCOPES_NEEDED
    a, b = np.full(kinds, JEFFREYS), np.full(kinds, JEFFREYS)
    if fitted.any():
        chosen = fitted[code]
        which = (np.cumsum(fitted) - 1)[code[chosen]]
        a[fitted], b[fitted] = most_likely_beta(which, size[chosen], successes[chosen])
    return a, b


def posterior(
    n: npt.ArrayLike,
    x: npt.ArrayLike,
    prior_a: npt.ArrayLike,
    prior_b: npt.ArrayLike,
    objective: npt.ArrayLike,
) -> pd.DataFrame:
    """Rates from x successes in n observations (real numbers), against objectives; all inputs broadcast.

    Columns: mean, low, high (equal-tailed 80 %), p_below = P(rate < objective), state. Without objective
    (NaN) p_below is NaN and the state none. A scope without observations has the prior's interval and the
    state cannot_tell: nobody is judged on the neighbours alone.

    Example: prior (2, 6), objective 25 %: 6 of 40 is behind (P = 0.929), 3 of 12 cannot be told (P = 0.535).
    Raises ValueError unless 0 <= x <= n.
    """
    size, successes = _observations(n, x)
    a = successes + np.asarray(prior_a, dtype=np.float64)
    b = size - successes + np.asarray(prior_b, dtype=np.float64)
    a, b, size, aim = (np.atleast_1d(v) for v in np.broadcast_arrays(a, b, size, _floats(objective)))
    p_below = special.betainc(a, b, np.clip(aim, 0.0, 1.0))
    low, high = (special.betaincinv(a, b, share) for share in INTERVAL)
    return pd.DataFrame(
        {
            "mean": a / (a + b),
            "low": low,
            "high": high,
            "p_below": p_below,
            "state": _states(p_below, judged=size > 0),
        }
    )


def count_posterior(actual: npt.ArrayLike, expected: npt.ArrayLike) -> pd.DataFrame:
    """Counts in a window (deals won so far, opportunities opened) against the path's for the same window.

    The pace, in events per window, has a Gamma(actual + 1/2, 1) posterior: Poisson counts and Jeffreys'
    prior, which adds half an event and leaves a window without any event with a pace that is small, not zero.

    Columns: actual, low, high (equal-tailed 80 % of the pace), p_below = P(pace < expected), gap = actual -
    expected, attainment = actual / expected (not capped; NaN without or with a zero expectation), state (none
    without or with a zero expectation: nothing is due).

    Example: 6 deals where the path has 12: P(pace < 12) = 0.969, behind; 2 where it has 4: 0.844, cannot
    tell.
    Raises ValueError for a negative count.
    """
    count, due = (np.atleast_1d(v) for v in np.broadcast_arrays(_floats(actual), _floats(expected)))
    if not (count >= 0).all():
        raise ValueError("negative or missing count")
    shape = count + JEFFREYS
    p_below = special.gammainc(shape, np.maximum(due, 0.0))
    low, high = (special.gammaincinv(shape, share) for share in INTERVAL)
    return _against_path(count, due, low, high, p_below)


def amount_state(
    amounts: pd.DataFrame,
    expected: pd.Series,
    *,
    seed: int,
    typical_amount: npt.ArrayLike = np.nan,
    draws: int = 2_000,
) -> pd.DataFrame:
    """Summed amounts in a window (revenue won so far) against the path's amount for the same window.

    Bootstrap of the compound Poisson, in its Bayesian form. The pace is the sum of the amounts with
    independent Exp(1) weights: the weights' sum is the Gamma posterior of the number of events, their shares
    resample the amounts (Rubin 1981). The half event of Jeffreys' prior has weight Gamma(1/2) and the typical
    amount. With equal amounts this is `count_posterior` exactly.

    `amounts`: columns group, amount (>= 0, any unit), a row per event. `expected`: indexed by group, one row
    per scope to judge, also those without any amount; same unit. `typical_amount`: per scope or one for all,
    for instance the plan's average deal; without it the mean of the scope's own amounts, so that a scope
    without activity or typical amount has a pace of 0.

    Columns of `count_posterior` and n, indexed as `expected`. The gap of a scope without activity is
    -expected. Deterministic for a seed. Memory and time grow with draws x rows; a scope of more than 200
    amounts takes the Gamma distribution of the same mean and variance. Raises ValueError for a negative or
    missing amount.
    """
    code = expected.index.get_indexer(pd.Index(amounts["group"], tupleize_cols=False))
    amount = amounts["amount"].to_numpy(dtype=np.float64)
    if not (amount >= 0).all():
        raise ValueError("negative or missing amount")
    order = np.lexsort((amount, code))  # by amount too: the order of the rows must not change the draws
    order = order[np.searchsorted(code[order], 0) :]  # amounts of scopes that nobody asked about
    code, amount = code[order], amount[order]
    due = expected.to_numpy(dtype=np.float64)
    scopes = len(due)
    n = np.bincount(code, minlength=scopes)
    actual = np.bincount(code, weights=amount, minlength=scopes)
    own_mean = np.divide(actual, n, out=np.zeros(scopes), where=n > 0)
    typical = np.broadcast_to(_floats(typical_amount), (scopes,))
    typical = np.where(np.isnan(typical), own_mean, typical)

    mean = actual + typical * JEFFREYS
    variance = np.bincount(code, weights=amount**2, minlength=scopes) + typical**2 * JEFFREYS
    low, high, p_below = _gamma_of_moments(mean, variance, due)
    # A scope without amounts is one weighted typical amount: the Gamma above is already exact.
    few = np.flatnonzero((n > 0) & (n <= BOOTSTRAP_LIMIT))
    rows = np.isin(code, few)
    low[few], high[few], p_below[few] = _bootstrap(
        n[few], amount[rows], typical[few], due[few], np.random.default_rng(seed), draws
    )
    result = _against_path(actual, due, low, high, p_below)
    result.insert(0, "n", n)
    return result.set_axis(expected.index)


def _observations(n: npt.ArrayLike, x: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Sizes and successes as floats; successes that exceed their size by rounding only are cut."""
    size, successes = np.broadcast_arrays(_floats(n), _floats(x))
    if not ((successes >= 0) & (successes <= size + 1e-6)).all():
        raise ValueError("the successes must lie between 0 and the observations, without missing values")
    return size, np.minimum(successes, size)


def _floats(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _states(p_below: Floats, judged: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """The state of each P(below): none where it is NaN, cannot_tell where it is not to be judged."""
    names = np.array([State.NONE, State.BEHIND, State.ON_OR_ABOVE, State.CANNOT_TELL], dtype=object)
    position = np.select(
        [np.isnan(p_below), judged & (p_below >= CERTAINTY), judged & (1 - p_below >= CERTAINTY)],
        [0, 1, 2],
        3,
    )
    result: npt.NDArray[np.object_] = names[position]
    return result


def _against_path(actual: Floats, due: Floats, low: Floats, high: Floats, p_below: Floats) -> pd.DataFrame:
    """The columns shared by counts and amounts; nothing due (NaN or 0) is state none, no division error."""
    something_due = due > 0
    p_below = np.where(something_due, p_below, np.nan)
    return pd.DataFrame(
        {
            "actual": actual,
            "low": low,
            "high": high,
            "p_below": p_below,
            "gap": actual - due,
            "attainment": np.divide(actual, due, out=np.full(len(due), np.nan), where=something_due),
            "state": _states(p_below, judged=something_due),
        }
    )


def _gamma_of_moments(mean: Floats, variance: Floats, due: Floats) -> tuple[Floats, Floats, Floats]:
    """Interval and P(below due) of the Gamma distribution with these moments; mean 0 is the constant 0."""
    spread = mean > 0
    shape = np.divide(mean**2, variance, out=np.ones_like(mean), where=spread)
    scale = np.divide(variance, mean, out=np.ones_like(mean), where=spread)
    low, high = (np.where(spread, special.gammaincinv(shape, share) * scale, 0.0) for share in INTERVAL)
    p_below = np.where(spread, special.gammainc(shape, np.maximum(due, 0.0) / scale), 1.0)
    return low, high, p_below


def _bootstrap(
    n: npt.NDArray[np.int64],
    amount: Floats,
    typical: Floats,
    due: Floats,
    rng: np.random.Generator,
    draws: int,
) -> tuple[Floats, Floats, Floats]:
    """Interval and P(below due) of the weighted sums, for scopes of n >= 1 amounts that follow each other.

    Runs in blocks of scopes, so that memory stays flat; the blocks follow from the sizes only.
    """
    low, high, p_below = np.zeros(len(n)), np.zeros(len(n)), np.zeros(len(n))
    last = np.cumsum(n)
    block = last * draws // DRAWS_AT_ONCE
    for scopes in np.split(np.arange(len(n)), np.flatnonzero(np.diff(block)) + 1):
        if len(scopes) == 0:
            continue
        first = (last - n)[scopes]
        rows = slice(first[0], last[scopes[-1]])
        weighted = rng.standard_exponential((rows.stop - rows.start, draws)) * amount[rows, None]
        pace = np.add.reduceat(weighted, first - first[0], axis=0)
        pace += rng.standard_gamma(JEFFREYS, (len(scopes), draws)) * typical[scopes, None]
        low[scopes], high[scopes] = np.quantile(pace, INTERVAL, axis=1)
        p_below[scopes] = (pace < due[scopes, None]).mean(axis=1)
    return low, high, p_below
