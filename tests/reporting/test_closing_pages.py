"""The end of a cycle: look, close, and later see what was corrected."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from objectives.domain.outcome import Outcome
from objectives.models import Cycle, Objective
from reporting.models import GapResult, Run
from reporting.views.endings import attainment_text
from reporting.views.figures import Writer
from tenants.models import Job, Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.reporting import builders

LAST_DAY = date(2026, 3, 31)
NIGHT = datetime(2026, 4, 1, 0, 2, tzinfo=UTC)
MORNING = "2026-04-02 09:00:00+00:00"
CLOSED = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
SAID = {"probability": 0.64, "band": "stretch", "low": 42_000_000.0, "high": 61_000_000.0}


@pytest.fixture
def quarter(atelier: Organisation) -> Cycle:
    """The first quarter: 500 000.00 for the company, said at 64 %, and 300 000.00 for North."""
    cycle = factories.cycle(atelier, state=Cycle.State.ACTIVE)
    north = factories.team(atelier, "North")
    company = factories.objective(cycle, state="active", calibration=SAID)
    factories.objective(cycle, team=north, parent=company, target=30_000_000, state="active")
    return cycle


@pytest.fixture
def computed(quarter: Cycle) -> Run:
    """The last day: 512 000.00 won, 210 000.00 of it by North."""
    run = builders.run(quarter.organisation, LAST_DAY, finished_at=NIGHT)
    with tenant_scope(quarter.organisation_id):
        company, north = Objective.objects.order_by("team__name")
        if company.team_id:
            company, north = north, company
    builders.gap(run, company, actual=51_200_000.0)
    builders.gap(run, north, target=30_000_000.0, actual=21_000_000.0)
    return run


@pytest.fixture
def browser(alice: Membership) -> Client:
    return factories.client_of(alice)


def url(cycle: Cycle, end: str = "closing") -> str:
    return f"/o/atelier/objectives/{cycle.id}/{end}/"


def state_of(cycle: Cycle) -> str:
    with tenant_scope(cycle.organisation_id):
        cycle.refresh_from_db()
    return cycle.state


def text(answer: Any) -> str:
    return " ".join(answer.text.replace("\u00a0", " ").split())


def close(browser: Client, cycle: Cycle, seen: datetime = NIGHT) -> HttpResponse:
    return browser.post(url(cycle, "close"), {"seen": seen.isoformat()}, follow=True)  # type: ignore[return-value]


@travel(MORNING, tick=False)
def test_the_preview_says_what_would_be_frozen_and_nothing_is_yet(
    quarter: Cycle, computed: Run, browser: Client
) -> None:
    page = browser.get(url(quarter))

    assert "Q1 2026: €512K won for €500K, 102%." in text(page)
    assert "1 of its 2 objectives was reached; of the 1 with a calibration, 1 for 1 expected." in text(page)
    first = page.context["rows"][0]
    assert (first.attainment, first.band, first.probability) == ("102%", "stretch", "64%")
    assert (first.happened, first.where) == ("reached", "inside the interval that was said")
    assert "Close and freeze" in page.text
    assert state_of(quarter) == "active"


@travel(MORNING, tick=False)
def test_one_click_and_its_confirmation_close_the_cycle(
    quarter: Cycle, computed: Run, browser: Client
) -> None:
    page = close(browser, quarter)

    assert "Q1 2026 is closed" in text(page)
    assert "Close and freeze" not in text(page)
    with tenant_scope(quarter.organisation_id):
        frozen = {str(row.team or "company"): row.outcome for row in Objective.objects.select_related("team")}
    assert (frozen["company"]["actual"], frozen["company"]["hit"]) == (51_200_000.0, True)
    assert (frozen["North"]["attainment"], frozen["North"]["hit"]) == (0.7, False)


@travel(MORNING, tick=False)
def test_a_later_correction_shows_beside_what_is_frozen(
    quarter: Cycle, computed: Run, browser: Client
) -> None:
    close(browser, quarter)
    with tenant_scope(quarter.organisation_id):
        GapResult.objects.filter(objective__team=None).update(actual=49_800_000.0)
        Run.objects.update(finished_at=CLOSED + timedelta(days=5))

    page = browser.get(url(quarter))

    assert "Revenue: frozen €512,000, known today €498,000, −€14,000." in text(page)
    company, north = page.context["rows"]
    assert (company.actual, company.today, company.change) == ("€512,000", "€498,000", "−€14,000")
    assert (north.today, north.change) == ("", "")


@travel(MORNING, tick=False)
def test_figures_computed_again_since_they_were_looked_at_are_not_frozen_unseen(
    quarter: Cycle, computed: Run, browser: Client
) -> None:
    page = close(browser, quarter, seen=NIGHT - timedelta(hours=1))

    assert "nothing was closed" in text(page)
    assert state_of(quarter) == "active"


@pytest.mark.parametrize("seen", ["", "soon", "2026-99-99T00:00:00"])
@travel(MORNING, tick=False)
def test_a_form_without_its_moment_closes_nothing(
    quarter: Cycle, computed: Run, browser: Client, seen: str
) -> None:
    assert "nothing was closed" in text(browser.post(url(quarter, "close"), {"seen": seen}, follow=True))


@travel(MORNING, tick=False)
def test_closing_twice_says_that_it_is_closed(quarter: Cycle, computed: Run, browser: Client) -> None:
    close(browser, quarter)

    assert "Q1 2026 is closed already." in text(close(browser, quarter))


@travel("2026-03-31 21:30:00+00:00", tick=False)
def test_before_its_last_day_is_over_a_cycle_is_not_closed(
    quarter: Cycle, computed: Run, browser: Client
) -> None:
    page = browser.get(url(quarter))

    assert "Q1 2026 runs until Tuesday 31 March 2026" in text(page).replace(",", "")
    assert "Close and freeze" not in page.text
    assert "not over yet" in text(close(browser, quarter))


@travel(MORNING, tick=False)
def test_a_last_day_that_was_never_computed_is_asked_for_first(quarter: Cycle, browser: Client) -> None:
    page = browser.get(url(quarter))
    assert "is not computed yet" in text(page)
    assert "Close and freeze" not in page.text

    back = browser.post("/o/atelier/runs/recompute/", {"as_of": LAST_DAY.isoformat(), "next": url(quarter)})

    assert back["Location"] == url(quarter)
    assert Job.objects.get().key == LAST_DAY.isoformat()
    assert 'hx-trigger="every 1s"' in browser.get(url(quarter)).text


@travel(MORNING, tick=False)
def test_figures_from_before_the_activation_are_no_figures(
    quarter: Cycle, computed: Run, browser: Client
) -> None:
    with tenant_scope(quarter.organisation_id):
        Cycle.objects.update(activated_at=NIGHT + timedelta(hours=5))

    assert "is not computed yet" in text(browser.get(url(quarter)))


def test_a_draft_has_nothing_to_close(atelier: Organisation, browser: Client) -> None:
    assert "A draft has nothing to close" in text(browser.get(url(factories.cycle(atelier))))


@travel(MORNING, tick=False)
def test_an_adviser_reads_and_does_not_close(quarter: Cycle, computed: Run, atelier: Organisation) -> None:
    adviser = factories.client_of(factories.member(atelier, "adviser"))

    assert "The sales director closes the cycle." in text(adviser.get(url(quarter)))
    assert adviser.post(url(quarter, "close"), {"seen": NIGHT.isoformat()}).status_code == 403


@travel(MORNING, tick=False)
def test_the_table_comes_fifty_rows_at_a_time_in_as_many_queries(
    quarter: Cycle, computed: Run, browser: Client
) -> None:
    def queries(address: str, **headers: Any) -> tuple[int, Any]:
        browser.get(address, headers=headers)
        with CaptureQueriesContext(connection) as captured:
            page = browser.get(address, headers=headers)
        return len(captured), page

    few, _page = queries(url(quarter))
    with tenant_scope(quarter.organisation_id):
        parent = Objective.objects.get(team=None)
    for number in range(60):
        one = factories.objective(
            quarter,
            person=factories.person(quarter.organisation, f"Rep {number:02}"),
            parent=parent,
            state="active",
        )
        builders.gap(computed, one)

    many, page = queries(url(quarter))
    assert len(page.context["rows"]) == 50
    assert many == few

    _count, rest = queries(page.context["more_url"], **{"HX-Request": "true"})
    assert len(rest.context["rows"]) == 12
    assert "<html" not in rest.text
    assert "Rep 59" in rest.text


@pytest.mark.parametrize(
    ("share", "hit", "written"),
    [(0.9999, False, "99.9%"), (0.996, False, "99.6%"), (1.0, True, "100%"), (0.5, False, "50%")],
)
def test_what_was_missed_by_a_hair_is_not_written_as_reached(share: float, hit: bool, written: str) -> None:
    outcome = Outcome(actual=1.0, attainment=share, hit=hit, as_of="2026-03-31")

    assert attainment_text(outcome, Writer("EUR", "en")) == written


# Were the bands right? --------------------------------------------------------------------------------------


def closed_cycle(organisation: Organisation, quarter: int, hits: list[bool], **given: Any) -> Cycle:
    """A closed quarter of 2025 with an objective of a person for each of `hits`, said at 25 %."""
    start = date(2025, 3 * quarter - 2, 1)
    end = date(2025, 3 * quarter + 1, 1) if quarter < 4 else date(2026, 1, 1)
    cycle = factories.cycle(
        organisation, f"Q{quarter} 2025", start_on=start, end_on=end, state=Cycle.State.CLOSED,
        activated_at=NIGHT, closed_at=NIGHT,
    )  # fmt: skip
    with tenant_scope(organisation.id):
        for number, hit in enumerate(hits):
            name = f"Rep {number:02}"
            found = Objective.objects.filter(person__name=name).first()
            person = found.person if found else factories.person(organisation, name, **given)
            outcome = {"actual": 1.0, "attainment": 1.0 if hit else 0.5, "hit": hit, "as_of": "2025-12-31"}
            said = {"probability": 0.25, "band": "hard", "low": 0.0, "high": 2.0}
            factories.objective(cycle, person=person, state="closed", outcome=outcome, calibration=said)
    return cycle


def test_without_a_closed_cycle_the_page_says_what_comes(atelier: Organisation, browser: Client) -> None:
    assert "No closed cycle yet" in text(browser.get("/o/atelier/objectives/bands/"))


def test_said_and_happened_over_three_cycles(atelier: Organisation, browser: Client) -> None:
    for quarter in (1, 2, 3):
        closed_cycle(atelier, quarter, [True] * 3 + [False] * 9)
    page = browser.get("/o/atelier/objectives/bands/")

    assert (
        "Over 3 closed cycles, 9 of 36 objectives were reached; 9 were expected. What was said holds."
        in text(page)
    )
    hard, together = page.context["groups"]
    assert (str(hard["name"]), hard["said"], hard["share"], hard["count"]) == (
        "hard",
        "25%",
        "25%",
        "9 of 36",
    )
    assert together["is_total"]
    (point,) = page.context["chart"]["points"]
    assert (point["said"], point["share"]) == (0.25, 0.25)
    assert [line["name"] for line in page.context["cycles"]] == ["Q3 2025", "Q2 2025", "Q1 2025"]


def test_objectives_without_a_probability_are_counted_apart(atelier: Organisation, browser: Client) -> None:
    cycle = closed_cycle(atelier, 1, [True])
    for number in range(2):
        person = factories.person(atelier, f"New {number}")
        factories.objective(cycle, person=person, state="closed", outcome={"hit": True})

    page = browser.get("/o/atelier/objectives/bands/")

    assert "2 other objectives had no probability, or could not be measured." in text(page)


def test_a_level_is_looked_at_alone(atelier: Organisation, browser: Client) -> None:
    closed_cycle(atelier, 1, [True])

    assert browser.get("/o/atelier/objectives/bands/?level=person").context["groups"]
    assert not browser.get("/o/atelier/objectives/bands/?level=team").context["groups"]
    assert browser.get("/o/atelier/objectives/bands/?level=nonsense").context["groups"]


def test_the_page_makes_as_many_queries_for_one_cycle_as_for_three(
    atelier: Organisation, browser: Client
) -> None:
    def queries() -> int:
        browser.get("/o/atelier/objectives/bands/")
        with CaptureQueriesContext(connection) as captured:
            browser.get("/o/atelier/objectives/bands/")
        return len(captured)

    closed_cycle(atelier, 1, [True])
    one = queries()
    for quarter in (2, 3):
        closed_cycle(atelier, quarter, [True, False])

    assert queries() == one


def test_managers_are_told_apart_beyond_chance_only(atelier: Organisation, browser: Client) -> None:
    bob = factories.person(atelier, "Bob")
    north = factories.team(atelier, "North", manager=bob)
    for quarter in (1, 2, 3):
        closed_cycle(atelier, quarter, [True, False, False, False], team=north)
    page = browser.get("/o/atelier/objectives/bands/")

    assert page.context["biases"] == []
    assert "From one team to another" not in page.text  # there is only one


def test_a_manager_does_not_open_it(atelier: Organisation, bob: Membership) -> None:
    assert factories.client_of(bob).get("/o/atelier/objectives/bands/").status_code == 403
