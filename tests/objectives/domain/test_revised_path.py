from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.path import PathError
from objectives.domain.revised_path import Step, revised_path, steps

EVEN = [0.25, 0.5, 0.75, 1.0]
START = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        pytest.param([Step(0, 100)], [25, 50, 75, 100], id="never revised"),
        pytest.param([Step(0, 100), Step(2, 200)], [25, 50, 125, 200], id="raised"),
        pytest.param([Step(0, 100), Step(2, 80)], [25, 50, 65, 80], id="lowered"),
        pytest.param([Step(0, 100), Step(2, 40)], [25, 50, 40, 40], id="lowered below what was due"),
        pytest.param([Step(0, 100), Step(2, 50)], [25, 50, 50, 50], id="what a leaver keeps"),
        pytest.param([Step(2, 80)], [0, 0, 40, 80], id="somebody who joins on the third day"),
        pytest.param([Step(0, 100), Step(1, 130), Step(3, 140)], [25, 60, 95, 140], id="twice"),
        pytest.param([Step(0, 100), Step(4, 900)], [25, 50, 75, 100], id="after the cycle"),
        pytest.param([], [0, 0, 0, 0], id="nothing promised"),
    ],
)
def test_the_past_stays_and_what_is_left_ends_at_the_new_target(
    targets: list[Step], expected: list[float]
) -> None:
    assert revised_path(EVEN, targets).tolist() == pytest.approx(expected)


def test_no_target_is_no_path() -> None:
    assert np.isnan(revised_path(EVEN, [Step(0, float("nan"))])).all()


def test_steps_out_of_order_are_refused() -> None:
    with pytest.raises(PathError):
        revised_path(EVEN, [Step(2, 1), Step(1, 1)])


def test_a_later_decision_with_an_earlier_day_replaces_what_followed() -> None:
    decided = [(START, 100.0), (date(2026, 3, 1), 120.0), (date(2026, 2, 1), 90.0)]

    assert steps(decided, START) == [Step(0, 100.0), Step(31, 90.0)]


def test_a_first_version_from_before_the_cycle_begins_with_it() -> None:
    assert steps([(date(2025, 12, 1), 100.0)], START) == [Step(0, 100.0)]


@st.composite
def revisions(draw: st.DrawFn) -> tuple[list[float], list[Step]]:
    days = draw(st.integers(1, 90))
    weights = draw(st.lists(st.floats(0, 5), min_size=days, max_size=days))
    total = np.cumsum([weight + 1e-3 for weight in weights])
    offsets = sorted(draw(st.sets(st.integers(0, days - 1), max_size=4)) | {0})
    targets = draw(st.lists(st.integers(0, 10**9), min_size=len(offsets), max_size=len(offsets)))
    return (total / total[-1]).tolist(), [Step(o, float(t)) for o, t in zip(offsets, targets, strict=True)]


@given(revisions())
def test_it_ends_at_the_last_target_and_what_was_due_before_a_revision_does_not_move(
    case: tuple[list[float], list[Step]],
) -> None:
    share, targets = case
    path = revised_path(share, targets)
    before = revised_path(share, targets[:-1])

    assert path[-1] == targets[-1].target
    assert path[: targets[-1].offset].tolist() == before[: targets[-1].offset].tolist()


@given(revisions())
def test_it_falls_on_no_day_but_that_of_a_revision_that_lowers(case: tuple[list[float], list[Step]]) -> None:
    share, targets = case
    falls = np.flatnonzero(np.diff(revised_path(share, targets)) < -1e-6) + 1

    assert set(falls.tolist()) <= {step.offset for step in targets[1:]}
