from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.cascade import Conflict, Infeasible
from objectives.domain.cascade_tree import Node, spread

TREE = [
    Node("north", "company", "North", 3),
    Node("south", "company", "South", 1),
    Node("ann", "north", "Ann", 2),
    Node("bea", "north", "Bea", 1),
    Node("cai", "south", "Cai", 1),
]


def test_each_level_adds_up_to_the_one_above() -> None:
    shares = spread("company", 1_000, TREE)

    assert {key: share.target for key, share in shares.items()} == {
        "north": 750, "south": 250, "ann": 500, "bea": 250, "cai": 250,
    }  # fmt: skip


def test_the_cover_ratio_counts_once_at_the_first_level() -> None:
    shares = spread("company", 1_000, TREE, cover=Decimal("1.2"))

    assert (shares["north"].target, shares["south"].target) == (900, 300)
    assert shares["ann"].target + shares["bea"].target == 900


def test_a_fixed_share_keeps_what_was_computed_beside_it() -> None:
    nodes = [Node("north", "company", "North", 3, fixed=True, value=600), *TREE[1:]]

    shares = spread("company", 1_000, nodes)

    assert (shares["north"].target, shares["north"].computed) == (600, 750)
    assert shares["south"].target == 400


def test_fixed_shares_above_the_total_are_named() -> None:
    nodes = [Node("north", "company", "North", 3, fixed=True, value=1_600), *TREE[1:]]

    with pytest.raises(Infeasible) as refused:
        spread("company", 1_000, nodes)

    assert (refused.value.conflict, refused.value.names) == (Conflict.FIXED, ("North",))


def test_where_a_level_need_not_hold_the_difference_remains() -> None:
    nodes = [*TREE[:2], Node("ann", "north", "Ann", 2, fixed=True, value=900), *TREE[3:]]

    shares = spread("company", 1_000, nodes, strict_at=lambda parent: parent == "company")

    assert (shares["ann"].target, shares["bea"].target) == (900, 0)
    assert shares["north"].target == 750


def test_free_shares_stop_at_their_most_where_a_level_need_not_hold() -> None:
    nodes = [Node("north", "company", "North", 3, high=100), Node("south", "company", "South", 1, high=50)]

    shares = spread("company", 1_000, nodes, strict_at=lambda _: False)

    assert (shares["north"].target, shares["south"].target) == (100, 50)
    assert shares["north"].computed is None


def test_a_level_that_is_kept_stays_as_it_is_though_it_does_not_add_up() -> None:
    nodes = [*TREE[:2], Node("ann", "north", "Ann", 2, value=400), Node("bea", "north", "Bea", 1, value=250)]

    shares = spread("company", 1_000, nodes, keep=lambda level, given: level == "north" and given == 750)

    assert (shares["ann"].target, shares["ann"].computed, shares["bea"].target) == (400, 500, 250)


@given(
    total=st.integers(0, 10**10),
    weights=st.lists(st.lists(st.floats(0.01, 1_000), min_size=1, max_size=6), min_size=1, max_size=5),
    edits=st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1)), max_size=4),
)
def test_every_level_is_exact_after_any_edits_that_leave_somebody_free(
    total: int, weights: list[list[float]], edits: list[tuple[int, float]]
) -> None:
    fixed = {index: int(total * part / 5) for index, part in edits if index < len(weights) - 1}
    nodes = [
        Node(index, "company", str(index), sum(row), fixed=index in fixed, value=fixed.get(index))
        for index, row in enumerate(weights)
    ]
    nodes += [
        Node((index, i), index, str(i), weight)
        for index, row in enumerate(weights)
        for i, weight in enumerate(row)
    ]

    shares = spread("company", total, nodes)

    assert sum(shares[index].target for index in range(len(weights))) == total
    for index, row in enumerate(weights):
        assert sum(shares[(index, i)].target for i in range(len(row))) == shares[index].target
        assert index not in fixed or shares[index].target == fixed[index]
