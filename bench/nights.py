"""The night of many organisations, over as many processes as a worker has: what thousands of them cost together."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from django.conf import settings
from django.db import connections

from bench import promises
from bench.clones import clones
from bench.figures import Figure, in_turn, seconds
from bench.place import Place, set_up
from bench.population import populate
from bench.recomputes import CHANGED_SHARE, TIMES, aggregate, change, expect, forget, recompute_once

MANY = 50  # from so many organisations on, once: the sum over them is steady enough


@dataclass(frozen=True, slots=True)
class Night:
    """So many organisations of a size."""

    organisations: int
    size: int

    @classmethod
    def parse(cls, text: str) -> "Night":
        """From "100x10000". Raises ValueError."""
        organisations, size = (int(part) for part in text.split("x"))
        return cls(organisations, size)

    def __str__(self) -> str:
        return f"{self.organisations:,} × {self.size:,}".replace(",", " ")


def measure(place: Place, night: Night) -> Iterator[Figure]:
    """A whole night beside one aggregate each, and one after 1 % changed in each: from the first to begin to the last to
    end, with the processes of one worker."""
    first = populate(place, night.size)
    recompute_once(first)
    promises.promise(first, night.size)
    recompute_once(first)
    others = range(2, night.organisations + 1)
    found = [first, *clones(place, first, f"bench-{night.size}", others)]
    place.maintain("VACUUM ANALYZE")
    connections.close_all()  # a session is of one process
    processes = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(settings.CELERY_WORKER_CONCURRENCY, processes, set_up) as pool:

        def each(work: Callable[..., object], *given: object) -> None:
            list(pool.map(work, found, *([one] * len(found) for one in given)))

        times = TIMES if night.organisations < MANY else 1
        whole, one_query = in_turn(
            lambda: each(_whole), lambda: each(aggregate), times=times, before_ours=lambda: each(forget)
        )
        size = night.organisations * night.size
        yield Figure(f"night of {night} / one SQL aggregate each", size, whole, one_query, budget=8)
        taken = []
        for _ in range(times):
            each(_change, night.size // CHANGED_SHARE)
            taken.append(seconds(lambda: each(_incremental)))
        yield Figure(f"night of {night}, 1 % changed / whole", size, median(taken), whole, budget=0.1)


def _change(organisation_id: UUID, count: int) -> None:
    expect(change(organisation_id, count), count)


def _whole(organisation_id: UUID) -> None:
    expect(recompute_once(organisation_id), "full")


def _incremental(organisation_id: UUID) -> None:
    expect(recompute_once(organisation_id), "incremental")
