"""The effects of lever actions as of a night, stored: what a page or a program reads is what that night said (F11, R25)."""

from datetime import date
from uuid import UUID

from reporting.models import ActionEffect, Run
from reporting.queries import action_effects
from tenants.actions.jobs import EFFECTS, EFFECTS_TASK, enqueue
from tenants.models import Job
from tenants.queries import team_tree


def ask(*, organisation_id: UUID, as_of: date) -> Job | None:
    """After a night: have the effects measured, where an action has begun. None: nothing to measure.

    A job of its own: it reads every life of a deal, which the figures of the night do not wait for, and fails alone.
    """
    if not action_effects.begun_by(as_of).exists():
        return None
    return enqueue(organisation_id=organisation_id, kind=EFFECTS, key=as_of.isoformat(), task=EFFECTS_TASK)


def store(*, as_of: date) -> int:
    """Measure every action that has begun, in place of what was stored for the run of the day; return how many."""
    # Locked: a recompute of the day waits, then asks for the effects again.
    run = Run.objects.select_for_update().filter(as_of=as_of).first()
    begun = list(action_effects.begun_by(as_of))
    if run is None or not begun:
        return 0
    touched = action_effects.touching(as_of)
    found = action_effects.work_out(begun, as_of, team_tree(as_of), touched)
    ActionEffect.objects.filter(run=run).delete()
    rows = [
        ActionEffect(
            run=run, action=one, measure=told.measure.value, verdict=told.verdict.value, counts=told.counts,
            horizon=told.horizon, entries=told.entries, helped=told.helped, basis=action_effects.basis(one, touched),
            **dict(zip(("added", "low", "high"), told.added, strict=True)),
            **dict(zip(("money_minor", "money_low_minor", "money_high_minor"), told.money, strict=True)),
        )
        for one in begun
        for told in [found[one.pk]]
    ]  # fmt: skip
    return len(ActionEffect.objects.bulk_create(rows))
