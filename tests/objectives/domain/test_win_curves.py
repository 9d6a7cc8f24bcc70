import numpy as np
import pytest

from objectives.domain.funnel_error import FunnelError
from objectives.domain.win_curves import won_and_lost


def test_the_last_stage_wins_when_it_advances() -> None:
    won, lost = won_and_lost([[0.0, 0.25, 0.25]], [[0.1, 0.0, 0.4]])

    np.testing.assert_allclose(won, [[0.0, 0.25, 0.5]])
    np.testing.assert_allclose(lost, [[0.1, 0.1, 0.5]])


def test_an_earlier_stage_adds_the_delays_and_the_losses_of_those_after_it() -> None:
    won, lost = won_and_lost([[0.5, 0.5, 0.0], [0.0, 0.5, 0.0]], [[0.0] * 3, [0.0, 0.0, 0.5]])

    np.testing.assert_allclose(won[0], [0.0, 0.25, 0.5])
    np.testing.assert_allclose(lost[0], [0.0, 0.0, 0.25])


@pytest.mark.parametrize("lost", [[[0.6, 0.0]], [[-0.1, 0.0]], [[0.1]]], ids=["above 1", "negative", "shape"])
def test_ways_out_without_meaning_are_refused(lost: list[list[float]]) -> None:
    with pytest.raises(FunnelError):
        won_and_lost([[0.5, 0.0]], lost)
