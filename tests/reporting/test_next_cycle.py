"""From a closed cycle to the draft of the next: proposals with their reason, accepted, edited or left out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from objectives.actions.evolution import NextCycle, start_next
from objectives.domain.evolution import GUIDES, CompanyStage
from objectives.models import Cycle, Objective, Plan
from pipeline.amount_field import amount_text
from reporting.queries.evolution import following_period
from tenants.models import AuditEntry, Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories

NIGHT = datetime(2026, 4, 1, 0, 2, tzinfo=UTC)


def ended(hit: bool, actual: float, attainment: float) -> dict[str, Any]:
    return {"actual": actual, "attainment": attainment, "hit": hit, "as_of": "2026-03-31"}


@pytest.fixture
def closed(atelier: Organisation) -> Cycle:
    """A first quarter with one seller: revenue reached as a stretch, cycle length missed though comfortable."""
    cycle = factories.cycle(atelier, state=Cycle.State.CLOSED, activated_at=factories.NOON, closed_at=NIGHT)
    factories.stages(atelier)
    factories.person(atelier, "Carol")
    factories.plan(cycle)
    factories.objective(
        cycle,
        state="closed",
        outcome=ended(True, 52_000_000.0, 1.04),
        calibration={"band": "stretch", "probability": 0.6},
        context={"account_profile": "50 to 250 people"},
    )
    factories.objective(
        cycle,
        "win_rate",
        target="0.25",
        state="closed",
        source="mix",
        outcome=ended(False, 0.2, 0.8),
        calibration={"band": "comfortable", "probability": 0.9},
    )
    factories.objective(cycle, "deals_won", target=40, state="closed", source="derived")
    return cycle


@pytest.fixture
def browser(alice: Membership) -> Client:
    return factories.client_of(alice)


def url(cycle: Cycle) -> str:
    return f"/o/atelier/objectives/{cycle.id}/next/"


def text(answer: Any) -> str:
    return " ".join(answer.text.replace("\u00a0", " ").split())


def sent(page: Any, **changed: str) -> dict[str, str]:
    """What the form of the page sends when nothing, or only `changed`, is touched."""
    data = {"rows": str(len(page.context["rows"]["others"]))}
    form = page.context["form"]
    for name in ("name", "first_day", "last_day", "revenue", "rhythm"):
        data[name] = str(form[name].value())
    data["revenue"] = form["revenue"].field.prepare_value(form["revenue"].value())
    for row in page.context["rows"]["others"]:
        if row["from_plan"]:
            continue
        number = row["number"]
        data |= {f"metric-{number}": row["metric"], f"segment-{number}": row["segment"]}
        data |= {f"target-{number}": row["text"], f"shown-{number}": row["shown"]}
        if row["is_taken"]:
            data[f"take-{number}"] = "on"
    return data | changed


def draft(organisation: Organisation) -> Cycle:
    with tenant_scope(organisation.id):
        return Cycle.objects.get(state=Cycle.State.DRAFT)


def test_each_proposal_has_its_reason_and_its_figures(closed: Cycle, browser: Client) -> None:
    page = browser.get(url(closed))

    guide = GUIDES[CompanyStage.FOUNDING]
    assert page.context["sentence"] == (
        f"1 person sells: at most {guide.for_company} objectives for the company and {guide.a_person} a person, "
        "reviewed every week."
    )
    revenue = page.context["rows"]["revenue"]
    assert (revenue["step"], revenue["ended"]) == ("raise", "€520K for €500K: reached, stretch")
    assert revenue["reason"] == "Reached, and it was a stretch: a little more."
    win_rate = next(row for row in page.context["rows"]["others"] if row["metric"] == "win_rate")
    assert (win_rate["step"], win_rate["text"], win_rate["is_taken"]) == ("keep", "25", True)
    assert win_rate["reason"] == "Missed although it was comfortable: the levers move, not the objective."
    assert "deals_won" not in {row["metric"] for row in page.context["rows"]["others"]}  # the plan gives it


def test_one_click_starts_the_draft(closed: Cycle, browser: Client, atelier: Organisation) -> None:
    page = browser.get(url(closed))
    answer = browser.post(url(closed), sent(page))

    made = draft(atelier)
    assert answer["Location"] == f"/o/atelier/objectives/{made.id}/"
    assert (made.name, made.start_on, made.end_on) == ("Q2 2026", date(2026, 4, 1), date(2026, 7, 1))
    assert (made.origin, made.rhythm) == ("last", "weekly")
    with tenant_scope(atelier.id):
        plan = Plan.objects.get(cycle=made)
        rows = {row.metric: row for row in Objective.objects.filter(cycle=made, team=None, person=None)}
        trail = AuditEntry.objects.get(verb="cycle.follow")
    assert amount_text(plan.revenue_minor, "EUR") == page.context["form"]["revenue"].value()
    assert rows["win_rate"].target == Decimal("0.25")
    assert rows["win_rate"].why.startswith("Missed although it was comfortable")
    assert rows["revenue_won"].context == {"account_profile": "50 to 250 people"}
    assert trail.detail["from"] == "Q1 2026"


def test_objectives_of_teams_and_people_come_along(
    closed: Cycle, browser: Client, atelier: Organisation
) -> None:
    north = factories.team(atelier, "North")
    factories.objective(closed, "meetings_held", team=north, target=40, state="closed", source="typed")
    browser.post(url(closed), sent(browser.get(url(closed))))

    made = draft(atelier)
    with tenant_scope(atelier.id):
        assert Objective.objects.get(cycle=made, team=north, metric="meetings_held").target == 40


def test_what_is_edited_or_unticked_is_what_the_draft_has(
    closed: Cycle, browser: Client, atelier: Organisation
) -> None:
    page = browser.get(url(closed))
    data = sent(page, revenue="600k", rhythm="monthly", name="Spring")
    number = next(row["number"] for row in page.context["rows"]["others"] if row["metric"] == "win_rate")
    del data[f"take-{number}"]
    browser.post(url(closed), data)

    made = draft(atelier)
    assert (made.name, made.rhythm) == ("Spring", "monthly")
    with tenant_scope(atelier.id):
        assert Plan.objects.get(cycle=made).revenue_minor == 60_000_000
        assert not Objective.objects.filter(cycle=made, metric="win_rate").exists()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("revenue", "much", "This is not an amount"),
        ("revenue", "0", "Zero is not an objective"),
        ("rhythm", "daily", "daily"),
        ("last_day", "2026-03-31", "The last day comes after the first."),
        ("first_day", "2026-03-01", "overlap"),
    ],
)
def test_bad_input_is_said_at_its_field_and_what_was_typed_stays(
    closed: Cycle, browser: Client, atelier: Organisation, field: str, typed: str, said: str
) -> None:
    page = browser.post(url(closed), sent(browser.get(url(closed)), **{field: typed, "name": "My name"}))

    assert page.status_code == 422
    assert any(said in error for error in page.context["form"].errors[field])
    assert 'value="My name"' in page.text
    with tenant_scope(atelier.id):
        assert not Cycle.objects.filter(state="draft").exists()


def test_a_target_that_cannot_be_read_is_said_in_its_row(closed: Cycle, browser: Client) -> None:
    page = browser.get(url(closed))
    number = next(row["number"] for row in page.context["rows"]["others"] if row["metric"] == "win_rate")
    answer = browser.post(url(closed), sent(page, **{f"target-{number}": "140 %"}))

    assert answer.status_code == 422
    row = next(row for row in answer.context["rows"]["others"] if row["metric"] == "win_rate")
    assert row["error"]
    assert row["text"] == "140 %"


def test_where_the_next_cycle_stands_already_the_page_leads_to_it(
    closed: Cycle, browser: Client, atelier: Organisation
) -> None:
    factories.cycle(atelier, "Q2 2026", start_on=date(2026, 4, 1), end_on=date(2026, 7, 1))
    page = browser.get(url(closed))

    assert "Q2 2026 already stands on these days" in text(page)
    assert "Start the next cycle from this" not in page.text


def test_a_cycle_that_is_not_closed_is_closed_first(atelier: Organisation, browser: Client) -> None:
    active = factories.cycle(atelier, state=Cycle.State.ACTIVE)

    assert browser.get(url(active))["Location"] == f"/o/atelier/objectives/{active.id}/closing/"


def test_the_action_refuses_a_cycle_that_is_not_closed(atelier: Organisation, alice: Membership) -> None:
    active = factories.cycle(atelier, state=Cycle.State.ACTIVE)
    wanted = NextCycle("Q2", date(2026, 4, 1), date(2026, 6, 30), 1_000, [], "weekly")
    with tenant_scope(atelier.id), pytest.raises(ValidationError):
        start_next(source=active, wanted=wanted, by=factories.actor(alice))


def test_only_the_director_prepares_the_next_cycle(closed: Cycle, atelier: Organisation) -> None:
    for role in ("manager", "adviser", "rep"):
        assert factories.client_of(factories.member(atelier, role)).get(url(closed)).status_code == 403


def test_the_page_makes_as_many_queries_for_one_person_as_for_thirty(
    closed: Cycle, browser: Client, atelier: Organisation
) -> None:
    def queries() -> int:
        browser.get(url(closed))
        with CaptureQueriesContext(connection) as captured:
            browser.get(url(closed))
        return len(captured)

    few = queries()
    for number in range(29):
        factories.person(atelier, f"Rep {number}")

    assert queries() == few


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        (date(2026, 10, 1), date(2027, 1, 1), date(2027, 1, 1), date(2027, 3, 31)),  # a quarter
        (date(2026, 1, 1), date(2026, 7, 1), date(2026, 7, 1), date(2026, 12, 31)),  # a half-year
        (date(2026, 1, 5), date(2026, 2, 2), date(2026, 2, 2), date(2026, 3, 1)),  # four weeks
    ],
    ids=str,
)
def test_the_next_period_is_as_long_as_the_last(start: date, end: date, first: date, last: date) -> None:
    period = following_period(Cycle(start_on=start, end_on=end))

    assert (period.first_day, period.last_day) == (first, last)
