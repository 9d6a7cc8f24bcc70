"""I12: every guard is live. Each is removed in turn, and each of the tests named beside it must go red."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from _pytest.outcomes import Failed
from django.db import DatabaseError, transaction

from tests.isolation.conftest import Worlds, elsewhere
from tests.isolation.mutants import MUTANTS, Mutant, Scene
from tests.isolation.test_catalogue import policy_text as policy_text
from tests.servers import Corner

FEWEST = 12


def goes_red(killer: Callable[[Scene], object], scene: Scene) -> bool:
    """Run a test in a transaction of its own, and undo what it did."""
    with transaction.atomic():
        try:
            killer(scene)
        except (AssertionError, Failed, DatabaseError):
            return True
        finally:
            transaction.set_rollback(True)
    return False


@pytest.mark.parametrize("mutant", [pytest.param(mutant, id=mutant.name) for mutant in MUTANTS])
def test_a_guard_that_is_removed_is_missed(
    mutant: Mutant,
    worlds: Worlds,
    corner: Corner,
    caplog: pytest.LogCaptureFixture,
    policy_text: str,
    record_property: Callable[[str, object], None],
) -> None:
    scene = Scene(corner, worlds, caplog, policy_text)

    def run() -> tuple[list[bool], list[bool]]:
        before = [goes_red(killer, scene) for killer in mutant.killers]
        with mutant.change(scene):
            return before, [goes_red(killer, scene) for killer in mutant.killers]

    red_before, noticed = elsewhere(run)
    assert not any(red_before), f"{red_before}: red although the guard is there"
    record_property("mutants", 1)
    record_property("mutants_killed", int(all(noticed)))
    assert all(noticed), f"{noticed}: the guard is gone, and a test that guards it did not notice"


def test_there_are_enough_mutants() -> None:
    assert len(MUTANTS) >= FEWEST
