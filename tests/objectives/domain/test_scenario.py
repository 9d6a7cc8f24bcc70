"""What a scenario may say (R20)."""

from __future__ import annotations

from typing import Any

import pytest

from objectives.domain.scenario import ScenarioError, checked, empty

STAGE = "00000000-0000-7000-8000-000000000001"


def test_what_says_nothing_is_left_out() -> None:
    assert checked({}) == empty()
    assert checked({"levers": {"volume": {"value": None, "locked": True}}}) == empty()


def test_typed_values_open_padlocks_and_a_mix_are_kept() -> None:
    document = {
        "target": {"value": 100, "locked": False},
        "levers": {STAGE: {"value": 0.5, "locked": True}, "volume": {"value": None, "locked": False}},
        "mix": {"phone": 0.25, "referral": 0.75},
    }
    assert checked(document) == document
    assert checked(checked(document)) == document


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"levers": {STAGE: {"value": 1.2}}}, STAGE),
        ({"levers": {"volume": {"value": -1}}}, "volume"),
        ({"levers": {"volume": {"value": True}}}, "volume"),
        ({"levers": {"volume": {"value": float("nan")}}}, "volume"),
        ({"levers": {"cycle_days": {"value": 0}}}, "cycle_days"),
        ({"levers": {"weather": {"value": 1}}}, "weather"),
        ({"levers": {"volume": {"value": 1, "locked": "yes"}}}, "volume"),
        ({"levers": {"volume": 3}}, "volume"),
        ({"mix": {"phone": 0.5}}, "mix"),
        ({"mix": {"x" * 121: 1.0}}, "mix"),
        ({"target": {"value": "lots"}}, "target"),
        ({"weather": 1}, "document"),
        ([], "document"),
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_refused_at_its_place(document: Any, field: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        checked(document)
    assert refused.value.field == field
