"""The small drawings keep their marks on the axis."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tenants import drawing

rates = st.one_of(st.none(), st.floats(min_value=0, max_value=1))


def test_a_whisker_places_its_marks_on_the_shared_axis() -> None:
    bar = drawing.whisker(low=0.26, high=0.36, value=0.31, target=0.45, top=1)

    assert (bar.low, bar.width, bar.value, bar.target) == ("26.00", "10.00", "31.00", "45.00")


def test_an_unknown_mark_is_not_drawn() -> None:
    bar = drawing.whisker(low=None, high=None, value=None, target=0.45, top=1)

    assert (bar.low, bar.width, bar.value) == ("", "", "")


@given(low=rates, high=rates, value=rates, target=rates, top=rates)
def test_every_mark_of_a_whisker_stays_on_the_axis(
    low: float | None, high: float | None, value: float | None, target: float | None, top: float | None
) -> None:
    bar = drawing.whisker(low=low, high=high, value=value, target=target, top=top)

    assert all(0 <= float(mark) <= 100 for mark in (bar.low, bar.value, bar.target) if mark)


def test_progress_past_the_target_keeps_the_target_in_sight() -> None:
    bar = drawing.progress_positions(actual=12, path=7, target=10)

    assert (bar.actual, bar.target) == ("100.00", "83.33")


def test_progress_without_any_figure_draws_nothing_false() -> None:
    bar = drawing.progress_positions(actual=None, path=None, target=None)

    assert (bar.actual, bar.path, bar.target) == ("", "", "")
