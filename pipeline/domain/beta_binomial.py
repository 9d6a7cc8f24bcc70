"""The Beta law that makes counts of successes most likely, for many kinds of rates at once (formula F3).

Newton's method on all kinds together: an optimiser called once a kind took a tenth of the night of a small organisation.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

STRENGTH_BOUNDS = (2.0, 200.0)  # a + b: how many observations the prior is worth
# Where the search for the strength starts; ties go to the first, the prior that claims the least.
STRENGTH_STARTS = (2.0, 8.0, 60.0)
TIE = 1e-6  # of a log-likelihood
JEFFREYS = 0.5  # half a success and half a failure more

STEPS = 100  # a dozen are usual
CLOSE = 1e-9  # in logits and logs
DAMPING, EASED, RAISED, STUCK = 1e-3, 0.2, 8.0, 1e12


def most_likely_beta(kind: Ints, n: Floats, x: Floats) -> tuple[Floats, Floats]:
    """a and b, (K,), of the largest beta-binomial likelihood of x successes in n observations, of each kind.

    kind: numbers 0 to K − 1, every one there; n > 0 and 0 <= x <= n, real numbers; (S,) each. a + b lies in [2, 200], the
    mean in [1/2, N + 1/2] out of N + 1, N being the observations of the kind. What a kind gets does not depend on the others.
    """
    kinds = int(kind.max()) + 1
    total, successes = (np.bincount(kind, values, kinds) for values in (n, x))
    pooled = (successes + JEFFREYS) / (total + 1)
    furthest = special.logit(1 - JEFFREYS / (total + 1))
    starts = len(STRENGTH_STARTS)
    counts = _Counts(
        (kind + np.arange(starts)[:, np.newaxis] * kinds).ravel(), np.tile(n, starts), np.tile(x, starts)
    )
    lowest = np.array([np.tile(-furthest, starts), np.full(starts * kinds, np.log(STRENGTH_BOUNDS[0]))])
    highest = np.array([np.tile(furthest, starts), np.full(starts * kinds, np.log(STRENGTH_BOUNDS[1]))])
    start = np.array([np.tile(special.logit(pooled), starts), np.repeat(np.log(STRENGTH_STARTS), kinds)])
    found, likely = _climb(counts, np.clip(start, lowest, highest), lowest, highest)
    likely = likely.reshape(starts, kinds)
    best = np.zeros(kinds, dtype=np.int64)
    for number in range(1, starts):
        better = likely[number] > likely[best, np.arange(kinds)] + TIE
        best = np.where(better, number, best)
    logit, log_strength = found.reshape(2, starts, kinds)[:, best, np.arange(kinds)]
    mean, strength = special.expit(logit), np.clip(np.exp(log_strength), *STRENGTH_BOUNDS)
    return mean * strength, (1 - mean) * strength


@dataclass(frozen=True, slots=True)
class _Counts:
    """Counts of the scopes, and the search that each belongs to."""

    search: Ints
    n: Floats
    x: Floats

    def of(self, searches: Bools) -> "_Counts":
        """Those of some searches, numbered anew."""
        chosen = searches[self.search]
        number = np.cumsum(searches) - 1
        return _Counts(number[self.search[chosen]], self.n[chosen], self.x[chosen])

    def likelihood(self, point: Floats) -> Floats:
        """Its logarithm at (logit of the mean, log of a + b), (2, P) → (P,)."""
        a, b, _mean, _strength = _beta(point)
        of = self.search
        each = special.betaln(self.x + a[of], self.n - self.x + b[of]) - special.betaln(a, b)[of]
        return np.bincount(of, each, a.size)

    def slopes(self, point: Floats) -> tuple[Floats, Floats]:
        """Gradient (2, P) and second derivatives (ll, lt, tt), (3, P), in the logit l and the log strength t."""
        a, b, mean, strength = _beta(point)
        of, size = self.search, a.size
        places = (self.x + a[of], self.n - self.x + b[of], self.n + strength[of])
        scopes = np.bincount(of, minlength=size)
        by_a, by_b, both = (
            np.bincount(of, special.psi(here), size) - scopes * special.psi(at)
            for here, at in zip(places, (a, b, strength), strict=True)
        )
        by_aa, by_bb, twice = (
            np.bincount(of, special.zeta(2.0, here), size) - scopes * special.zeta(2.0, at)
            for here, at in zip(places, (a, b, strength), strict=True)
        )  # zeta(2, z) is the trigamma function
        by_a, by_b, by_aa, by_bb = by_a - both, by_b - both, by_aa - twice, by_bb - twice
        move = strength * mean * (1 - mean)  # da / dl = −db / dl; da / dt = a and db / dt = b
        apart, along = by_a - by_b, a * by_a + b * by_b
        second = [
            move**2 * (by_aa + 2 * twice + by_bb) + move * (1 - 2 * mean) * apart,
            move * (a * (by_aa + twice) - b * (by_bb + twice) + apart),
            a**2 * by_aa - 2 * a * b * twice + b**2 * by_bb + along,
        ]
        return np.array([move * apart, along]), np.array(second)


def _beta(point: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    mean, strength = special.expit(point[0]), np.exp(point[1])
    return strength * mean, strength * (1 - mean), mean, strength


def _climb(counts: _Counts, point: Floats, lowest: Floats, highest: Floats) -> tuple[Floats, Floats]:
    """From these points (2, P) to a maximum within the bounds, by damped Newton steps; and the log-likelihood there."""
    value = counts.likelihood(point)
    damping = np.full(value.size, DAMPING)
    going = np.ones(value.size, dtype=bool)
    for _ in range(STEPS):
        if not going.any():
            break
        own, here = counts.of(going), point[:, going]
        step = _step(*own.slopes(here), damping[going], here <= lowest[:, going], here >= highest[:, going])
        there = np.clip(here + step, lowest[:, going], highest[:, going])
        reached = own.likelihood(there)
        is_better = reached >= value[going]
        is_close = np.abs(there - here).max(axis=0) < CLOSE
        point[:, going] = np.where(is_better, there, here)
        value[going] = np.where(is_better, reached, value[going])
        damping[going] *= np.where(is_better, EASED, RAISED)
        going[going] = ~is_close & (damping[going] < STUCK)
    return point, value


def _step(gradient: Floats, second: Floats, damping: Floats, at_lowest: Bools, at_highest: Bools) -> Floats:
    """Uphill, (2, P): Newton's step on what may move, damped; along the gradient where the surface is not a hill."""
    free = ~((at_lowest & (gradient < 0)) | (at_highest & (gradient > 0)))
    slope = np.where(free, gradient, 0.0)
    ll, lt, tt = -second[0], -np.where(free.all(axis=0), second[1], 0.0), -second[2]
    scale = np.abs(ll) + np.abs(tt) + np.abs(lt) + 1e-12
    # Lifted until it is a hill: the smallest eigenvalue becomes positive.
    smallest = (ll + tt) / 2 - np.hypot((ll - tt) / 2, lt)
    lift = damping * scale + np.maximum(0.0, 1e-3 * scale - smallest)
    ll, tt = ll + lift, tt + lift
    determinant = ll * tt - lt**2
    return np.array(
        [(tt * slope[0] - lt * slope[1]) / determinant, (ll * slope[1] - lt * slope[0]) / determinant]
    )
