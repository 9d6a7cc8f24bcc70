"""What enters leaves some days later."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.delays import delayed

AMOUNTS = st.lists(st.floats(0, 1_000), min_size=1, max_size=40)
LAGS = st.lists(st.floats(0, 1), min_size=1, max_size=60)


def test_half_leaves_the_next_day_and_a_quarter_the_day_after() -> None:
    assert delayed([100, 0, 0, 50], [0.0, 0.5, 0.25]) == pytest.approx([0, 50, 25, 0])


@given(AMOUNTS, LAGS)
def test_it_is_the_convolution_cut_at_the_last_day(entries: list[float], lag: list[float]) -> None:
    assert delayed(entries, lag) == pytest.approx(np.convolve(entries, lag)[: len(entries)])


@given(AMOUNTS, LAGS)
def test_rows_are_delayed_each_for_itself(entries: list[float], lag: list[float]) -> None:
    both = delayed([entries, entries[::-1]], lag)

    assert both[0] == pytest.approx(delayed(entries, lag))
    assert both[1] == pytest.approx(delayed(entries[::-1], lag))
