"""Nightly runs of which a test looks at one part only."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from reporting.actions import recompute
from reporting.models import Run


def partial_night(as_of: date, started_at: datetime, *, without: tuple[str, ...]) -> Run:
    """A run that leaves out its `causes`, or its `landing`: its last steps, of which the others know nothing.

    The causes are half of the time of a run of few deals. Whole runs are in test_recompute and test_causes.
    """
    with pytest.MonkeyPatch.context() as patch:
        for step in without:
            patch.setattr(f"reporting.actions.{step}.store", lambda **_: 0)
        return recompute.run(as_of=as_of, started_at=started_at)
