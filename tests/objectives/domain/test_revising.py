from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.cascade import Infeasible
from objectives.domain.revising import BelowZero, Place, follow, in_proportion, revise

TREE = [
    Place("company", None, "company", 600, 9),
    Place("North", "company", "North", 400, 6),
    Place("South", "company", "South", 200, 3),
    Place("Ann", "North", "Ann", 250, 5),
    Place("Bea", "North", "Bea", 150, 3),
    Place("Cai", "South", "Cai", 200, 3),
]


def test_alone_it_moves_alone() -> None:
    assert revise(TREE, "North", 440, below=False, above=False) == {"North": 440}


def test_the_difference_is_shared_below_level_by_level() -> None:
    assert revise(TREE, "company", 660, below=True, above=False) == {
        "company": 660, "North": 440, "South": 220, "Ann": 275, "Bea": 165, "Cai": 220,
    }  # fmt: skip


def test_what_is_above_moves_by_the_same_difference() -> None:
    assert revise(TREE, "Ann", 240, below=False, above=True) == {"Ann": 240, "North": 390, "company": 590}


def test_nothing_above_falls_below_zero() -> None:
    low = [Place("company", None, "company", 10, 1), Place("Ann", "company", "Ann", 50, 1)]

    with pytest.raises(BelowZero):
        revise(low, "Ann", 0, below=False, above=True)


def test_a_difference_that_was_there_stays_what_it_was() -> None:
    over = [
        Place("North", None, "North", 100, 1),
        Place("Ann", "North", "Ann", 60, 1),
        Place("Bea", "North", "Bea", 60, 1),
    ]

    after = revise(over, "North", 90, below=True, above=False)

    assert after["Ann"] + after["Bea"] - after["North"] == 20


def test_a_level_whose_parent_stays_is_not_touched() -> None:
    uneven = [
        Place("company", None, "company", 300, 3),
        Place("North", "company", "North", 100, 1, fixed=True),
        Place("South", "company", "South", 200, 2),
        Place("Ann", "North", "Ann", 70, 1),
    ]

    assert revise(uneven, "company", 330, below=True, above=False) == {"company": 330, "South": 230}


def test_the_cover_ratio_of_the_top_holds_for_the_difference() -> None:
    covered = [Place("company", None, "company", 100, 1), Place("Ann", "company", "Ann", 110, 1)]

    assert revise(covered, "company", 120, below=True, above=False, cover=Decimal("1.1"))["Ann"] == 132


def test_padlocks_in_the_way_are_named() -> None:
    fixed = [
        Place("North", None, "North", 100, 1),
        Place("Ann", "North", "Ann", 90, 1, fixed=True),
        Place("Bea", "North", "Bea", 10, 1),
    ]

    with pytest.raises(Infeasible, match="Ann"):
        revise(fixed, "North", 50, below=True, above=False)


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.floats(0.01, 10), st.booleans()), min_size=1, max_size=8),
    st.integers(0, 10**10),
    st.integers(0, 10**9),
)
def test_the_signed_difference_of_the_level_never_changes(
    children: list[tuple[int, float, bool]], before: int, more: int
) -> None:
    level = [
        Place(f"c{i}", "top", f"c{i}", target, weight, fixed)
        for i, (target, weight, fixed) in enumerate(children)
    ]
    tree = [Place("top", None, "top", before, 1), *level]
    if all(fixed for _t, _w, fixed in children):
        level[0] = tree[1] = Place("c0", "top", "c0", children[0][0], 1.0)

    after = revise(tree, "top", before + more, below=True, above=False)

    now = {place.key: after.get(place.key, place.target) for place in tree}
    was = sum(place.target for place in level) - before
    assert sum(now[place.key] for place in level) - now["top"] == was


def test_counts_go_with_the_revenue_and_stay_whole() -> None:
    assert follow({"co": 30, "a": 10, "b": 20}, {"co": 300, "a": 100, "b": 200}, {"co": 600, "a": 300, "b": 300}, "co") == {
        "co": 60, "a": 30, "b": 30,
    }  # fmt: skip
    assert follow({"a": 10, "b": 20}, {"a": 100, "b": 200}, {"a": 150, "b": 150}, "co") == {"a": 15, "b": 15}


def test_a_joiner_takes_counts_from_those_whose_revenue_moves() -> None:
    assert follow({"co": 30, "a": 20, "b": 10}, {"a": 200}, {"a": 150, "new": 50}, "co") == {
        "a": 15,
        "new": 5,
    }


def test_without_revenue_counts_stay() -> None:
    assert follow({"a": 10}, {"a": 0}, {"a": 100}, "co") == {}
    assert follow({"a": 10}, {"a": 100}, {"a": 0}, "co") == {}


@pytest.mark.parametrize(
    ("value", "before", "after", "expected"),
    [
        (90, 100, 50, 45),
        (None, 100, 50, None),
        (90, None, 50, 90),
        (90, 0, 50, 90),
        ("0.25", "0.5", "0.6", "0.3"),
    ],
)
def test_levels_keep_their_distance(value: object, before: object, after: object, expected: object) -> None:
    number = {one: None if one is None else Decimal(str(one)) for one in (value, before, after, expected)}

    assert in_proportion(number[value], number[before], number[after] or Decimal(0)) == number[expected]
