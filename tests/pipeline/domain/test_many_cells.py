"""F3 on tables: colours within a budget of false alarms, states that settle, rankings only where sound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.many_cells import flag_cells, overlapping, settle
from pipeline.domain.small_samples import State

BEHIND, ABOVE, UNSURE, NONE = State.BEHIND, State.ON_OR_ABOVE, State.CANNOT_TELL, State.NONE

probabilities = st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=80)


@pytest.mark.parametrize(
    ("p", "coloured"),
    [
        pytest.param([0.99, 0.5], [True, False], id="the sure one only"),
        pytest.param([0.92], [False], id="one cell alone must be surer than the budget"),
        pytest.param([0.92, 0.99], [True, True], id="a sure cell pays for a less sure one"),
        pytest.param([0.89, 0.999, 0.999], [False, True, True], id="under 0.9 is no candidate"),
        pytest.param([0.95], [True], id="exactly the budget"),
        pytest.param([np.nan, 0.99], [False, True], id="no probability, no colour"),
        pytest.param([0.91, 0.98, 0.93, 0.97], [False, True, True, True], id="in decreasing probability"),
        pytest.param([], [], id="an empty table"),
    ],
)
def test_cells_are_coloured_within_the_budget(p, coloured):
    assert flag_cells(p).tolist() == coloured


def test_a_table_keeps_its_shape():
    assert flag_cells([[0.99, 0.2], [0.3, 0.97]]).tolist() == [[True, False], [False, True]]


def test_a_table_of_cells_at_their_objective_rarely_cries():
    # At the objective P is uniform: a plain threshold of 0.9 would colour 7 cells of 70 every night.
    nights = np.random.default_rng(20260101).uniform(size=(400, 70))

    assert np.mean([flag_cells(night).sum() for night in nights]) < 7
    assert (nights >= 0.9).sum(axis=1).mean() == pytest.approx(7, abs=0.4)


@given(probabilities, st.floats(0, 0.2))
def test_the_expected_share_of_false_alarms_stays_within_the_budget(p, budget):
    table = np.array(p)

    coloured = flag_cells(table, budget=budget)

    if coloured.any():
        assert (1 - table[coloured]).mean() <= budget + 1e-9
        assert table[coloured].min() >= 0.9
        others = table[~coloured]
        assert not (others > table[coloured].min()).any()


@pytest.mark.parametrize(
    ("shown", "previous", "tonight", "expected"),
    [
        pytest.param(ABOVE, ABOVE, BEHIND, ABOVE, id="one night changes nothing"),
        pytest.param(ABOVE, BEHIND, BEHIND, BEHIND, id="two nights do"),
        pytest.param(ABOVE, BEHIND, ABOVE, ABOVE, id="a night that comes back"),
        pytest.param(ABOVE, UNSURE, BEHIND, ABOVE, id="two nights that disagree"),
        pytest.param(BEHIND, BEHIND, BEHIND, BEHIND, id="nothing new"),
        pytest.param(None, None, BEHIND, BEHIND, id="a cell that appears"),
        pytest.param(NONE, NONE, BEHIND, BEHIND, id="an objective that appears"),
        pytest.param(BEHIND, BEHIND, NONE, NONE, id="an objective that goes"),
        pytest.param(BEHIND, None, ABOVE, BEHIND, id="last night did not run"),
    ],
)
def test_a_state_changes_after_two_nights(shown, previous, tonight, expected):
    assert settle([shown], [previous], [tonight]).tolist() == [expected]


def test_states_may_be_stored_as_text():
    settled = settle(
        ["behind", "on_or_above", None], ["behind", "behind", np.nan], ["on_or_above", "behind", "none"]
    )

    assert settled.tolist() == [BEHIND, BEHIND, NONE]
    assert all(isinstance(state, State) for state in settled)


def test_no_cells_settle_to_none():
    assert settle([], [], []).tolist() == []


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        pytest.param([0.1, 0.5], [0.4, 0.8], False, id="apart"),
        pytest.param([0.5, 0.1], [0.8, 0.4], False, id="apart, in any order"),
        pytest.param([0.1, 0.4], [0.4, 0.8], True, id="touching"),
        pytest.param([0.1, 0.2, 0.5], [0.9, 0.3, 0.6], True, id="one holds the others"),
        pytest.param([0.1], [0.4], False, id="nobody to compare with"),
        pytest.param([], [], False, id="nobody"),
        pytest.param([0.1, np.nan], [0.4, np.nan], True, id="one is unknown"),
    ],
)
def test_a_ranking_needs_intervals_that_are_apart(low, high, expected):
    assert overlapping(low, high) is expected
