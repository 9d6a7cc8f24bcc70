import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.markets import SUGGESTED, Market, market_maturity


def market(*wins: int, known: int = 12) -> tuple[Market, str]:
    found = market_maturity(["Health"], [list(wins)], known)[0]
    return found.market, found.reason


def test_a_segment_without_a_win_before_the_last_year_is_new() -> None:
    assert market(0, 0, 0, 0, 0, 0, 1, 2) == (Market.NEW, "no_win_before_last_year")
    assert market(0, 0, 0, 0, 0, 0, 0, 0) == (Market.NEW, "no_win_before_last_year")


def test_a_win_long_ago_makes_it_an_old_acquaintance() -> None:
    assert market(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0)[0] is Market.CANNOT_TELL


def test_wins_that_clearly_grow_are_a_growing_market() -> None:
    assert market(5, 5, 5, 5, 8, 9, 9, 10) == (Market.GROWING, "wins_grow")


def test_wins_that_clearly_stand_still_are_a_saturated_market() -> None:
    assert market(60, 60, 60, 60, 55, 58, 56, 57) == (Market.SATURATED, "wins_stand_still")


def test_a_handful_of_wins_is_no_trend() -> None:
    assert market(1, 1, 0, 1, 1, 1, 1, 1) == (Market.CANNOT_TELL, "too_few_wins")


def test_the_season_is_no_trend() -> None:
    assert market(20, 1, 1, 1, 20, 1, 1, 1)[0] is Market.CANNOT_TELL


def test_less_than_two_years_known_tell_nothing() -> None:
    assert market(0, 0, 0, 0, 5, 9, 20, 30, known=5) == (Market.CANNOT_TELL, "history_too_short")


def test_the_probability_is_that_of_two_paces() -> None:
    # Equal counts: as likely to grow as to shrink.
    found = market_maturity(["Health"], [[3, 3, 3, 3, 3, 3, 3, 3]], 8)[0]

    assert (found.before, found.lately) == (12, 12)
    assert found.growing == pytest.approx(0.5)


def test_each_market_but_the_unknown_suggests_something_else() -> None:
    assert SUGGESTED[Market.NEW] != SUGGESTED[Market.GROWING] != SUGGESTED[Market.SATURATED]
    assert SUGGESTED[Market.CANNOT_TELL] == ()


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        market(-1, 0, 0, 0, 0, 0, 0, 0)


def test_no_segment_no_answer() -> None:
    assert market_maturity([], [], 12) == []


@given(st.integers(0, 300), st.integers(0, 300))
def test_more_wins_lately_never_make_growth_less_likely(before: int, lately: int) -> None:
    rows = [[before, 0, 0, 0, lately + more, 0, 0, 0] for more in (0, 1)]
    less, more = market_maturity(["a", "b"], rows, 8)

    assert 0 <= less.growing <= more.growing <= 1
    assert less.flat >= more.flat
