"""The leaves of a gap: how a plan is shared out over them, and a drill-down that adds up to the cent (formulas F4)."""

from __future__ import annotations

from collections import OrderedDict
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from reporting.domain.attribution import attribute_leaves
from reporting.domain.lever_draws import (
    Units,
    attribute_draws,
    intervals,
    side_of,
    worth_of_a_deal,
)
from reporting.domain.lever_leaves import (
    CARRIED,
    ENOUGH,
    LEVELS,
    Side,
    contributions,
    lines_of,
    own_parts,
    planned_leaves,
    shares_before,
    sides,
)
from reporting.domain.mix import pooled_changes

LINKS = ["opened", "proposed", "won"]


def leaf(
    *keys: str, counts: tuple[float, ...], revenue: float = 0.0, carried: float = 0.0
) -> dict[str, object]:
    row: dict[str, object] = {"revenue": revenue, CARRIED: carried}
    return row | dict(zip(LEVELS, keys, strict=True)) | dict(zip(LINKS, counts, strict=True))


def before(*rows: tuple[str, str, tuple[float, ...], float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"team": team, "segment": segment, "channel": "Web", "revenue": revenue}
            | dict(zip(LINKS, counts, strict=True))
            for team, segment, counts, revenue in rows
        ]
    )


def one_person(carried: float = 0.0) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "team": "North",
                "person": "Ana",
                "opened": 100,
                "proposed": 40,
                "won": 10,
                "revenue": 1e6,
                CARRIED: carried,
            }
        ]
    )


NO_NAMES = pd.DataFrame(columns=["team", "person", "segment", "share"])


def test_what_nobody_below_was_given_stays_with_the_owner() -> None:
    company = None
    above = {company: [], "north": [company], "ana": ["north", company], "bob": ["south", company]}

    parts = own_parts({company: 100, "north": 60, "ana": 45, "bob": 30}, above)

    assert parts == {company: 10, "north": 15, "ana": 45, "bob": 30}  # south has no target of its own


def test_a_plan_goes_to_segments_as_the_cycle_before_was_shared_out() -> None:
    earlier = before(("North", "Industry", (300, 90, 30), 3e6), ("North", "Retail", (100, 30, 10), 1e6))

    leaves = planned_leaves(one_person(4e5), shares_before(earlier, LINKS), NO_NAMES, LINKS).set_index(
        "segment"
    )

    assert leaves["opened"].to_dict() == pytest.approx({"Industry": 75, "Retail": 25})
    assert leaves["won"].to_dict() == pytest.approx({"Industry": 7.5, "Retail": 2.5})
    assert leaves[CARRIED].to_dict() == pytest.approx({"Industry": 3e5, "Retail": 1e5})


def test_a_segment_that_converts_less_is_planned_to_convert_less() -> None:
    earlier = before(("North", "Industry", (500, 300, 60), 3e6), ("North", "Retail", (500, 100, 20), 1e6))

    leaves = planned_leaves(one_person(), shares_before(earlier, LINKS), NO_NAMES, LINKS).set_index("segment")

    assert leaves["opened"].to_dict() == pytest.approx({"Industry": 50, "Retail": 50})
    assert leaves.loc["Industry", "proposed"] > 2 * leaves.loc["Retail", "proposed"]
    assert leaves["proposed"].sum() == pytest.approx(40)
    assert leaves["revenue"].sum() == pytest.approx(1e6)


def test_a_team_with_too_few_deals_is_planned_as_the_company_was() -> None:
    few = ENOUGH - 1
    earlier = before(("North", "Industry", (few, 5, 1), 1e5), ("South", "Retail", (9 * few, 60, 20), 2e6))

    leaves = planned_leaves(one_person(), shares_before(earlier, LINKS), NO_NAMES, LINKS).set_index("segment")

    assert leaves["opened"].to_dict() == pytest.approx({"Industry": 10, "Retail": 90})


def test_a_segment_that_an_objective_names_gets_its_share_and_the_others_what_is_left() -> None:
    earlier = before(("North", "Industry", (300, 90, 30), 3e6), ("North", "Retail", (100, 30, 10), 1e6))
    named = pd.DataFrame(
        [("North", "Ana", "Retail", 0.4), ("North", "Ana", "Health", 0.2)],
        columns=["team", "person", "segment", "share"],
    )

    leaves = planned_leaves(one_person(), shares_before(earlier, LINKS), named, LINKS).set_index("segment")

    assert leaves["opened"].to_dict() == pytest.approx({"Industry": 40, "Retail": 40, "Health": 20})
    assert leaves["revenue"].to_dict() == pytest.approx({"Industry": 4e5, "Retail": 4e5, "Health": 2e5})


def test_without_a_cycle_before_a_person_has_one_leaf() -> None:
    nothing = before(("North", "", (0, 0, 0), 0.0))

    leaves = planned_leaves(one_person(), shares_before(nothing, LINKS), NO_NAMES, LINKS)

    assert leaves[[*LEVELS, "opened"]].to_numpy().tolist() == [["North", "Ana", "", "", 100]]


def test_deals_carried_in_are_a_line_of_their_own() -> None:
    plan = pd.DataFrame([leaf("North", "Ana", "", "", counts=(10, 5, 2), revenue=2_000, carried=500)])
    done = pd.DataFrame([leaf("North", "Ana", "", "", counts=(10, 5, 2), revenue=2_000, carried=100)])

    found = contributions(*sides(plan, done, LINKS), LINKS)

    assert found[CARRIED].tolist() == [-400]
    assert found.drop(columns=[*LEVELS, CARRIED]).to_numpy().sum() == 0


counts = st.integers(0, 30)
rows = st.tuples(
    st.sampled_from("AB"), st.sampled_from("xyz"), st.sampled_from(["", "Industry"]), st.sampled_from(["", "Web"]),
    counts, counts, counts, st.integers(0, 10**7), st.integers(0, 10**6),
)  # fmt: skip


def table(given_rows: list[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(given_rows, columns=[*LEVELS, *LINKS, "revenue", CARRIED])


FEW = settings(max_examples=20)  # each is a few grouped sums: slower than the plain ones


@FEW
@given(st.lists(rows, min_size=1, max_size=12), st.lists(rows, min_size=1, max_size=12))
def test_any_drill_down_adds_up_to_its_parent_to_the_cent(
    planned: list[tuple[object, ...]], done: list[tuple[object, ...]]
) -> None:
    plan, actual = table(planned), table(done)
    plan.loc[plan["won"] == 0, "revenue"] = 0
    actual.loc[actual["won"] == 0, "revenue"] = 0

    found = contributions(*sides(plan, actual, LINKS), LINKS)

    players = [name for name in found.columns if name not in LEVELS]
    gap = (actual["revenue"] + actual[CARRIED]).sum() - (plan["revenue"] + plan[CARRIED]).sum()
    assert found[players].to_numpy().sum() == gap
    for depth in range(1, len(LEVELS) + 1):
        children = found.groupby(list(LEVELS[:depth]))[players].sum()
        parents = (
            found.groupby(list(LEVELS[: depth - 1]))[players].sum() if depth > 1 else found[players].sum()
        )
        again = children.groupby(list(LEVELS[: depth - 1])).sum() if depth > 1 else children.sum()
        assert (again.to_numpy() == parents.to_numpy()).all()


@FEW
@given(st.lists(rows, min_size=1, max_size=8), st.lists(rows, min_size=1, max_size=8))
def test_the_draws_attribute_as_the_leaves_do(
    planned: list[tuple[object, ...]], done: list[tuple[object, ...]]
) -> None:
    leaves, plan, actual = sides(table(planned), table(done), LINKS)
    codes = [leaves.groupby(list(LEVELS[: depth + 1])).ngroup().to_numpy() for depth in range(len(LEVELS))]
    columns = {f"{link}_{side}": one.counts[:, place] for side, one in (("plan", plan), ("actual", actual))
               for place, link in enumerate(LINKS)}  # fmt: skip
    expected = attribute_leaves(
        leaves.assign(**columns, value_plan=plan.value, value_actual=actual.value), levels=LEVELS, links=LINKS
    )

    twice = [
        tuple(np.stack([part, part]) for part in (one.counts, one.revenue, one.carried))
        for one in (plan, actual)
    ]
    got = attribute_draws(codes, *twice)  # type: ignore[arg-type]

    players = [name for name in expected.columns if name not in LEVELS]
    scale = max(1.0, float(np.abs(expected[players].to_numpy(dtype=float)).max()))
    for draw in got:
        np.testing.assert_allclose(draw[:, :-1], expected[players].to_numpy(dtype=float), atol=1e-8 * scale)
        np.testing.assert_allclose(draw[:, -1], actual.carried - plan.carried)


def deals(entered: int, won: int, amount: float) -> Units:
    """One leaf: `entered` deals at the first link, of which `won` were won at `amount`."""
    return Units(
        leaf=np.zeros(2, dtype=np.int64), mask=np.array([1, 3]), amount=np.array([0.0, amount]),
        count=np.array([entered - won, won]),
    )  # fmt: skip


ONE = [np.zeros(1, dtype=np.int64)] * 2
LINES = OrderedDict(lines_of(["count", "share:a", "share:b", "rate:won", "value", "outside", CARRIED], 0))
MATRIX = np.array(
    [
        [name in of for name in ("count", "share:a", "share:b", "rate:won", "value", "outside", CARRIED)]
        for of in LINES.values()
    ],
    dtype=float,
)


def interval(entered: int, won: int, *, planned: int, seed: int = 7) -> dict[str, tuple[float, float]]:
    plan = Side(np.array([[100.0, planned]]), np.array([planned * 1_000.0]), np.zeros(1))
    whole = sparse.csr_array(np.ones((1, 1)))
    done = deals(entered, won, 1_000.0)
    doubt = worth_of_a_deal(plan, side_of(done, 1, 2), whole, 2)
    found = intervals(ONE, plan, done, whole, MATRIX, doubt=doubt, links=2, seed=seed)
    return {name: (low, high) for name, (low, high) in zip(LINES, found[0].tolist(), strict=True)}


def test_a_rate_that_few_deals_moved_has_an_interval_that_covers_zero() -> None:
    low, high = interval(10, 2, planned=25)["rate:won"]
    assert low < 0 < high


def test_a_rate_that_many_deals_moved_does_not_cover_zero() -> None:
    _low, high = interval(1_000, 120, planned=25)["rate:won"]
    assert high < 0


def test_what_never_happened_is_not_certain() -> None:
    few, many = interval(4, 0, planned=25)["rate:won"], interval(200, 0, planned=25)["rate:won"]
    assert few[0] < 0 < few[1]
    assert many[1] < 0


def test_a_lever_that_no_draw_moves_has_no_width() -> None:
    assert interval(100, 25, planned=25)["value"] == (0, 0)


def test_the_same_seed_gives_the_same_interval() -> None:
    assert interval(100, 20, planned=25) == interval(100, 20, planned=25)
    assert interval(100, 20, planned=25) != interval(100, 20, planned=25, seed=8)


def test_a_draw_weighted_once_is_what_was_done() -> None:
    side = side_of(deals(40, 6, 500.0), 1, 2)
    assert (side.counts.tolist(), side.revenue.tolist(), side.carried.tolist()) == ([[40, 6]], [3_000], [0])


def test_lines_take_in_every_player_once_at_every_depth() -> None:
    players = ["count", *(f"share:{level}" for level in LEVELS), "rate:won", "value", "outside", CARRIED]
    for depth, whole in product(range(5), (False, True)):
        used = [player for of in lines_of(players, depth, whole_volume=whole).values() for player in of]
        assert sorted(used) == sorted(players)


def test_targeting_is_told_when_the_pooled_rate_fell_and_no_segments_did() -> None:
    (row,) = pooled_changes([[700, 210], [300, 30]], [[400, 128], [600, 60]], ["opened", "won"]).to_dict(
        "records"
    )

    assert row["mix"] == pytest.approx(-0.063)
    assert row["rate"] == pytest.approx(0.011)
    assert row["after"] - row["before"] == pytest.approx(row["mix"] + row["rate"])
    assert row["is_targeting"]


def test_a_segment_that_got_worse_is_not_targeting() -> None:
    (row,) = pooled_changes([[700, 210], [300, 30]], [[400, 112], [600, 60]], ["opened", "won"]).to_dict(
        "records"
    )

    assert (row["worse"], row["is_targeting"]) == (1, False)


def test_a_transition_that_nobody_entered_has_no_rate() -> None:
    assert pooled_changes([[10, 0, 0]], [[0, 0, 0]], LINKS).empty
