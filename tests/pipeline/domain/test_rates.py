"""A table of rates by dimension: one prior for the whole organisation, colours for the table, two nights."""

import pandas as pd
import pytest

from pipeline.domain.rates import agreed, rate_cells
from pipeline.domain.small_samples import State

BEHIND, CANNOT_TELL, ABOVE, NONE = State.BEHIND, State.CANNOT_TELL, State.ON_OR_ABOVE, State.NONE


def stays(*cells: tuple) -> pd.DataFrame:
    """(stage, group, inside, advanced, lost): all decided on the tenth day."""
    rows = [(*key, 10, advanced, lost, 0) for *key, advanced, lost in cells]
    return pd.DataFrame(
        rows, columns=["stage", "group", "inside", "day", "advanced", "lost", "censored"]
    )  # fmt: skip


def test_each_cell_has_its_count_its_interval_and_its_state():
    found = rate_cells(stays(("E", "Industry", True, 60, 340), ("E", "Retail", True, 3, 9)), {"E": 0.25})
    rows = found.set_index("group")

    assert rows["entered"].tolist() == [400, 12]
    assert rows["eventual_rate"].tolist() == pytest.approx([0.15, 0.25])
    assert (rows["low"] < rows["mean"]).all()
    assert (rows["mean"] < rows["high"]).all()
    assert rows["state"].tolist() == [BEHIND, CANNOT_TELL]


def test_an_objective_of_the_group_goes_before_that_of_the_stage():
    found = rate_cells(
        stays(("E", "North", True, 60, 340), ("E", "South", True, 60, 340)), {"E": 0.25, ("E", "North"): 0.1}
    )
    assert found.set_index("group")["state"].to_dict() == {"North": ABOVE, "South": BEHIND}


def test_without_an_objective_nothing_is_coloured():
    found = rate_cells(stays(("E", "North", True, 1, 99)), {})
    assert found["state"].tolist() == [NONE]


def test_what_is_outside_lends_its_prior_and_no_row():
    """Three groups elsewhere convert at one half: a single deal of one's own says little against them."""
    others = [("E", name, False, 50, 50) for name in "abc"]
    alone, among = (
        rate_cells(stays(("E", "own", True, 0, 1), *more), {}).set_index("group") for more in ([], others)
    )
    assert list(among.index) == ["own"]
    assert among.loc["own", "mean"] > 0.4 > alone.loc["own", "mean"]


def test_nothing_entered_is_an_empty_table():
    assert rate_cells(stays(), {}).empty


def test_a_colour_takes_two_nights_that_agree():
    tonight = pd.Series([BEHIND, BEHIND, BEHIND, ABOVE, NONE], index=list("abcde"))
    before = pd.Series([BEHIND, CANNOT_TELL, ABOVE, NONE, BEHIND], index=list("abcde"))
    assert agreed(tonight, before.drop("a")).tolist() == [BEHIND, CANNOT_TELL, CANNOT_TELL, ABOVE, NONE]
