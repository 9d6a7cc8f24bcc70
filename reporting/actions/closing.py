"""Closing a cycle with the figures that were looked at: those of the run of its last day, and no others."""

from datetime import datetime

from objectives.actions import closing
from objectives.models import Cycle
from reporting.models import Run
from reporting.queries.closing import actuals_of
from reporting.queries.looking import final_day
from tenants.access import Actor
from tenants.domain.roles import Permission


class OtherFigures(Exception):
    """The last day was computed again since the figures were looked at, or never was: look again before closing."""


def close(*, cycle: Cycle, seen: datetime, by: Actor, now: datetime) -> Cycle:
    """Close `cycle` with the actuals of its last day, as computed at the moment `seen`.

    What is frozen is what somebody has seen: a recompute in between raises OtherFigures. Also raises what
    objectives.actions.closing.close does.
    """
    by.require(Permission.SET_OBJECTIVES)
    # Locked: a recompute of the day that is under way waits, and then shows as a correction.
    run = Run.objects.select_for_update().filter(as_of=final_day(cycle)).first()
    if cycle.state == Cycle.State.ACTIVE and (run is None or run.finished_at != seen):
        raise OtherFigures
    return closing.close(cycle=cycle, actuals=actuals_of(run), by=by, now=now)
