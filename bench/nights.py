"""The night of many small organisations, one after the other: what a worker does with its share of a thousand of them."""

from collections.abc import Iterator, Sequence
from statistics import median
from uuid import UUID

from bench import promises
from bench.figures import Figure, in_turn, seconds
from bench.place import Place
from bench.population import populate
from bench.recomputes import CHANGED_SHARE, TIMES, aggregate, change, forget, recompute_once

ORGANISATIONS = 20
SIZE = 1_000


def measure(place: Place) -> Iterator[Figure]:
    """Sums over all of them: a whole night beside one aggregate each, and one after 1 % changed in each."""
    found = [populate(place, SIZE, number=number) for number in range(1, ORGANISATIONS + 1)]
    for organisation_id in found:
        recompute_once(organisation_id)
        promises.promise(organisation_id, SIZE)
        recompute_once(organisation_id)
    place.maintain("VACUUM ANALYZE")

    def forget_all() -> None:
        for organisation_id in found:
            forget(organisation_id)

    whole, one_query = in_turn(
        lambda: _each(found), lambda: [aggregate(one) for one in found], times=TIMES, before_ours=forget_all
    )
    size = ORGANISATIONS * SIZE
    yield Figure(
        f"night of {ORGANISATIONS} organisations / one SQL aggregate each", size, whole, one_query, budget=8
    )
    taken = []
    for _ in range(TIMES):
        for organisation_id in found:
            change(organisation_id, SIZE // CHANGED_SHARE)
        taken.append(seconds(lambda: _each(found)))
    yield Figure(
        f"night of {ORGANISATIONS} organisations, 1 % changed / whole", size, median(taken), whole, budget=0.1
    )


def _each(organisations: Sequence[UUID]) -> None:
    for organisation_id in organisations:
        recompute_once(organisation_id)
