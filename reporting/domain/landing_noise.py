"""The random numbers of every landing: the same ones at night and in a what-if, so that only what differs differs."""

from functools import cache

from pipeline.domain.landing import Noise

SEED = 20_260_102


@cache
def noise() -> Noise:
    return Noise(SEED)
