"""A closed cycle stays as it was said; what is recorded later shows beside it, as a difference (R25)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from time_machine import travel

from objectives.models import Objective
from reporting.actions import closing
from reporting.models import FactState
from tenants.access import SYSTEM
from tenants.models import Membership
from tests import factories
from tests.kept import kept
from tests.reporting import worked
from tests.reporting.builders import Quarter

LAST_DAY, NEXT_DAY = date(2026, 3, 31), date(2026, 4, 1)
CLOSED = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
PAGES = (
    "director/",
    "analysis/levers/",
    "analysis/conversion/",
    "analysis/value/",
    "analysis/landing/",
    "analysis/causes/",
)
SAID = "recorded after the close"


@kept
def closed(quarter: Quarter) -> Quarter:
    """The first quarter, closed as it was known on 2 April."""
    worked.deals(quarter)
    run = worked.night(quarter, LAST_DAY)
    with factories.scope_of(quarter.organisation):
        closing.close(cycle=quarter.cycle, seen=run.finished_at, by=SYSTEM, now=CLOSED)
    return quarter


@pytest.fixture
def corrected(closed: Quarter) -> Quarter:
    """A win of 12 000.00 of North, in February, that is recorded after the close; and the next night."""
    stages = factories.stages(closed.organisation)
    deal = factories.opportunity(
        closed.organisation, "late", stage=stages["Won"], owner=closed.carol, team=closed.north, amount_minor=1_200_000,
        created_on=date(2026, 2, 2),
    )  # fmt: skip
    factories.event(deal, stages["Prospecting"], date(2026, 2, 2))
    factories.event(deal, stages["Won"], date(2026, 2, 20))
    with factories.scope_of(closed.organisation):
        FactState.objects.all().delete()  # one transaction here: what was written in it counts as known already
    worked.night(closed, NEXT_DAY)
    return closed


def said_at_close(objective: Objective) -> float:
    with factories.scope_of(objective.organisation):
        objective.refresh_from_db()
    return float(objective.outcome["actual"])


def text(quarter: Quarter, member: Membership, page: str) -> str:
    asked = {"cycle": str(quarter.cycle.pk), "as_of": LAST_DAY.isoformat()}
    answer: Any = factories.client_of(member).get(f"/o/atelier/{page}", asked)
    assert answer.status_code == 200
    return " ".join(answer.text.replace("\u00a0", " ").split())


@travel(datetime(2026, 4, 10, 9, tzinfo=UTC), tick=False)
def test_nothing_is_said_while_nothing_changed(closed: Quarter, alice: Membership) -> None:
    assert SAID not in text(closed, alice, "director/")


@travel(datetime(2026, 4, 10, 9, tzinfo=UTC), tick=False)
def test_every_page_of_the_analysis_shows_what_was_recorded_after_the_close(
    corrected: Quarter, alice: Membership
) -> None:
    frozen = said_at_close(corrected.company_objective)
    said = f"€{frozen / 100:,.0f} said at the close, €{frozen / 100 + 12_000:,.0f} known today, +€12,000 recorded after the close."
    for page in PAGES:
        assert said in text(corrected, alice, page), page
    assert said in text(corrected, alice, f"objectives/{corrected.cycle.pk}/closing/")


@travel(datetime(2026, 4, 10, 9, tzinfo=UTC), tick=False)
def test_a_manager_reads_the_difference_of_the_own_team(corrected: Quarter, bob: Membership) -> None:
    frozen = said_at_close(corrected.north_objective)
    page = text(corrected, bob, "analysis/value/")
    assert f"€{frozen / 100:,.0f} said at the close" in page
    assert "+€12,000 recorded after the close." in page
    assert f"€{said_at_close(corrected.company_objective) / 100:,.0f}" not in page
