"""Coverage (F14): what is open over what is left to win."""

import pytest

from pipeline.domain.coverage import coverage, needed_coverage

NAN = float("nan")


@pytest.mark.parametrize(
    ("target", "won", "expected"),
    [
        pytest.param(600.0, 100.0, 0.6, id="over what is left, not over the target"),
        pytest.param(600.0, None, 0.5, id="nothing won yet"),
        pytest.param(600.0, 600.0, None, id="the target is reached"),
        pytest.param(600.0, 900.0, None, id="and passed"),
        pytest.param(None, 100.0, None, id="no target"),
        pytest.param(0.0, 0.0, None, id="a target of nothing"),
    ],
)
def test_the_coverage_of_what_is_left(target, won, expected):
    assert coverage(300.0, target, won) == (None if expected is None else pytest.approx(expected))


def test_what_is_needed_is_the_inverse_of_the_value_win_rate():
    """100 with a chance of one half and 300 with one of a quarter: 125 of 400 is won."""
    assert needed_coverage([100, 300], [0.5, 0.25]) == pytest.approx(3.2)


@pytest.mark.parametrize(("amounts", "chances"), [([], []), ([100], [0.0]), ([100], [NAN]), ([0], [0.5])])
def test_without_anything_to_expect_no_coverage_is_enough(amounts, chances):
    assert needed_coverage(amounts, chances) is None


def test_a_deal_of_unknown_chance_is_left_out_of_both_sums():
    assert needed_coverage([100, 900], [0.5, NAN]) == pytest.approx(2)
