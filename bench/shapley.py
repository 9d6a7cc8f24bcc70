"""How many objectives a second the gap is attributed for: the levers of a chain of four links, in one process."""

from collections.abc import Iterator

import numpy as np

from bench.figures import Figure, in_turn
from reporting.domain.attribution import shapley

LEVERS = 6  # the first count, four rates, the average value
PROMISED = 200_000  # objectives a second on a core
TIMES = 5


def measure(size: int) -> Iterator[Figure]:
    """Beside it: what the promise allows for as many, which is no work but a time."""
    random = np.random.default_rng(size)
    plan, actual = random.random((2, size, LEVERS))
    ours, _none = in_turn(lambda: shapley(plan, actual), lambda: None, times=TIMES)
    yield Figure(
        "levers of objectives / at 200 000 a second", size, ours, size / PROMISED, budget=1, most_exponent=1.1
    )
