"""What won deals are worth (formulas F12)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain import value
from reporting.domain.value import WINS


def wins(*rows: dict[str, object]) -> pd.DataFrame:
    blank = dict.fromkeys(WINS)
    table = pd.DataFrame([blank | row for row in rows], columns=WINS)
    money = ["amount", "margin", "recurring", "months", "list_price"]
    return table.astype(dict.fromkeys(money, "float64"))


THREE = wins(
    {"amount": 100, "margin": 50, "months": 24, "list_price": 125, "company": "A", "segment": "Industry"},
    {"amount": 300, "margin": 60, "months": 6, "company": "B", "segment": "Retail"},
    {"amount": 200, "company": "A", "segment": "Industry"},
)


@pytest.mark.parametrize(
    ("name", "expected", "known"),
    [
        ("average", 200, 3),
        ("margin_rate", 110 / 400, 2),
        ("annualised", (50 + 300) / 2, 2),
        ("months", 15, 2),
        ("discount", 0.2, 1),
    ],
)
def test_a_figure_is_worked_out_over_the_deals_that_tell_it(name: str, expected: float, known: int) -> None:
    found = value.ratio(THREE, name)
    assert found.value == pytest.approx(expected)
    assert (found.known, found.deals) == (known, 3)


def test_what_no_deal_tells_is_not_known() -> None:
    assert value.ratio(THREE, "recurring_share") == value.Estimate(None, 0, 3)
    assert value.total(THREE, "recurring").value is None


def test_a_single_deal_has_no_interval() -> None:
    assert value.ratio(THREE, "discount").low is None
    assert value.ratio(THREE, "average").low is not None


def test_two_customers_alike_have_an_index_of_one_half() -> None:
    index, top_five = value.customers(THREE)
    assert index.value == pytest.approx(0.5)
    assert top_five.value == 1


def test_a_large_deal_under_the_common_rate_grows_revenue_and_shrinks_value() -> None:
    (row,) = value.shrinking(THREE).to_dict("records")
    assert row["company"] == "B"
    assert row["shrinks"] == pytest.approx((110 / 400 - 0.2) * 300)


def test_volume_and_value_are_told_in_words_when_the_interval_allows() -> None:
    many = [{"amount": 100 + number % 3, "segment": "Many"} for number in range(30)]
    large = [{"amount": 900 + number % 3, "segment": "Large"} for number in range(8)]
    found = value.matrix(wins(*many, *large), "segment")
    assert found.loc["Many", ["volume", "value"]].tolist() == [value.MANY, value.LOW]
    assert found.loc["Large", ["volume", "value"]].tolist() == [value.FEW, value.HIGH]


def test_without_a_win_nothing_is_known() -> None:
    nothing = wins()
    assert value.ratio(nothing, "average").value is None
    assert value.customers(nothing)[0].value is None
    assert value.shrinking(nothing).empty
    assert value.matrix(nothing, "segment").empty


@given(st.lists(st.floats(0.01, 1e9), min_size=1, max_size=30))
def test_the_index_lies_between_one_customer_and_customers_alike(amounts: list[float]) -> None:
    found = value.herfindahl(amounts)
    assert 1 / len(amounts) - 1e-9 <= found <= 1 + 1e-9


def test_a_contract_shorter_than_a_year_brings_all_of_it_in_a_year() -> None:
    np.testing.assert_allclose(
        value.annualised([24_000, 24_000, 1], [24, 6, np.nan]), [12_000, 24_000, np.nan]
    )
