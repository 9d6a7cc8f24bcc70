"""A cycle of Petit Pont that is over and not closed yet: what the journey of the closing begins with."""

from __future__ import annotations

from datetime import date

from django.utils.translation import override

from demo.stories import STORIES
from objectives.actions import activation, calibrations, contexts, cycles, justifications, plans
from tenants.access import SYSTEM
from tenants.queries import organisation_by_slug
from tenants.scope import tenant_scope
from tests.browser.clock import NOW

SLUG, LANGUAGE, NAME = "petit-pont", "fr", "Septembre"


def make() -> None:
    """Set and activated through the same actions as by hand; its last day is computed with the night's figures."""
    organisation = organisation_by_slug(SLUG)
    assert organisation is not None
    with override(LANGUAGE), tenant_scope(organisation.id):
        cycle = cycles.create(name=NAME, first_day=date(2026, 9, 1), last_day=date(2026, 9, 30), by=SYSTEM)
        plans.set_ambition(cycle=cycle, revenue_minor=1_000_000, version=0, by=SYSTEM)
        contexts.accept(cycle=cycle, by=SYSTEM)
        calibrations.calibrate(cycle=cycle, by=SYSTEM)
        justifications.justify_all(cycle=cycle, text=STORIES[SLUG].kept_because, by=SYSTEM)
        activation.activate(cycle=cycle, by=SYSTEM, now=NOW)
