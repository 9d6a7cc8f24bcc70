import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.catalogue import CATALOGUE, OBJECTIVE_METRICS, Metric, Unit
from objectives.domain.targets import better, round_target

carrying = st.sampled_from([CATALOGUE[key] for key in OBJECTIVE_METRICS])


@pytest.mark.parametrize(
    ("metric", "value", "written"),
    [
        ("revenue_won", 12_345_678, 12_300_000),
        ("revenue_won", 0.4, 0),
        ("opportunities_opened", 219.2, 220),
        ("sales_cycle_days", 54.5, 54),
        ("win_rate", 0.26315, 0.263),
        ("contract_months", 18.25, 18.2),
    ],
)
def test_a_target_is_written_as_a_person_would(metric: str, value: float, written: float) -> None:
    assert round_target(CATALOGUE[metric], value) == pytest.approx(written)


@given(carrying, st.floats(1, 1e9), st.floats(0, 2))
def test_better_is_better_and_a_rate_stays_a_rate(metric: Metric, present: float, improvement: float) -> None:
    level = present / 1e9 if metric.unit is Unit.RATE else present
    found = better(metric, level, improvement)
    written = round_target(metric, level)

    assert found <= written if metric.higher_is_better is False else found >= written
    assert metric.unit is not Unit.RATE or 0 <= found <= 1
