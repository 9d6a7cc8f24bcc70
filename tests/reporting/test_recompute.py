"""The nightly run, from events to stored results."""

from datetime import UTC, date, datetime, timedelta

import pytest

from objectives.actions import closing
from objectives.models import Cycle, Objective
from reporting.actions import recompute
from reporting.models import ConversionResult, DailyFact, GapResult, Run
from tenants.models import Person
from tests import factories

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 2, 11, 1, 0, tzinfo=UTC)
DAY_ONE = date(2026, 1, 1)

# Formula F2's worked example: durations in the stage, and how the stay ended (A advanced, L lost, – still there).
STAYS = ((5, "A"), (8, "A"), (8, "L"), (12, "-"), (20, "A"), (20, "-"), (25, "L"), (30, "-"))


@pytest.fixture
def engaged(in_scope):
    """Eight deals of Carol's team that entered Engaging so long before 10 February that their stays are those of F2."""
    organisation = in_scope
    stages = factories.stages(organisation)
    north = factories.team(organisation, "North")
    carol = factories.person(organisation, "Carol", team=north)
    as_of = date(2026, 2, 10)
    for number, (days, outcome) in enumerate(STAYS):
        deal = factories.opportunity(
            organisation, f"E{number}", stage=stages["Engaging"], owner=carol, team=north
        )
        entered = DAY_ONE + timedelta(days=2) if outcome != "-" else as_of - timedelta(days=days)
        factories.event(deal, stages["Engaging"], entered)
        if outcome != "-":
            closed = stages["Won" if outcome == "A" else "Lost"]
            factories.event(deal, closed, entered + timedelta(days=days))
    return organisation


def compute(as_of: date = date(2026, 2, 10)) -> Run:
    return recompute.run(as_of=as_of, started_at=NIGHT)


def company_row(run: Run, stage: str) -> ConversionResult:
    return ConversionResult.objects.select_related("from_stage", "to_stage").get(
        run=run, scope_kind="company", from_stage__name=stage
    )


def test_the_worked_example_of_f2_comes_out_of_the_database(engaged):
    row = company_row(compute(), "Engaging")

    assert row.eventual_rate == pytest.approx(0.40625)
    assert (row.entered, row.advanced, row.lost, row.open) == (8, 3, 2, 3)
    assert row.to_stage.name == "Won"


def test_each_scope_has_its_row(engaged):
    run = compute()

    kinds = ConversionResult.objects.filter(run=run, from_stage__name="Engaging").values_list(
        "scope_kind", flat=True
    )
    assert sorted(kinds) == ["company", "person", "team"]


def test_a_transition_that_no_date_proves_is_unknown_not_zero(engaged):
    row = company_row(compute(), "Prospecting")

    assert row.eventual_rate is None
    assert row.entered == 0
    assert row.state == "none"


def test_running_twice_gives_the_same_rows(engaged):
    def rows(run):
        fields = [f.name for f in ConversionResult._meta.fields if f.name not in ("id", "run")]
        return sorted(map(str, ConversionResult.objects.filter(run=run).values_list(*fields)))

    first = rows(compute())
    again = compute()

    assert rows(again) == first
    assert Run.objects.count() == 1


def test_a_past_day_is_computed_aside_and_leaves_the_facts_alone(engaged):
    compute()
    facts = set(DailyFact.objects.values_list("scope", "metric", "day", "numerator", "denominator"))

    # given a frontier at 10 February, when 8 January is asked for
    past = compute(date(2026, 1, 8))

    assert past.mode == Run.Mode.PAST
    row = company_row(past, "Engaging")
    assert (row.advanced, row.lost) == (1, 0)
    assert set(DailyFact.objects.values_list("scope", "metric", "day", "numerator", "denominator")) == facts


def test_the_figures_of_a_past_day_equal_those_stored_then(engaged):
    fields = [
        "scope_kind",
        "from_stage_id",
        "entered",
        "advanced",
        "lost",
        "open",
        "eventual_rate",
        "low",
        "high",
    ]
    then = compute(date(2026, 1, 20))
    stored = sorted(map(str, ConversionResult.objects.filter(run=then).values_list(*fields)))
    compute(date(2026, 2, 10))

    again = compute(date(2026, 1, 20))

    assert sorted(map(str, ConversionResult.objects.filter(run=again).values_list(*fields))) == stored


def test_a_run_without_a_cycle_has_rates_and_no_gaps(engaged):
    run = compute()

    assert run.counts["conversions"] > 0
    assert GapResult.objects.count() == 0


@pytest.mark.parametrize(("target", "state"), [(3, "on_or_above"), (4, "cannot_tell")])
def test_who_has_reached_the_whole_target_is_on_or_above_without_a_second_night(engaged, target, state):
    cycle = factories.cycle(engaged, state="active")
    objective = factories.objective(cycle, metric="deals_won", target=target, state="active")

    result = GapResult.objects.get(run=compute(date(2026, 3, 20)), objective=objective)

    assert (result.actual, result.state) == (3, state)


@pytest.fixture
def quarter(engaged):
    """An active first quarter of 100 000.00 for the company and Carol, without a funnel plan."""
    cycle = factories.cycle(engaged)
    factories.plan(cycle, revenue_minor=10_000_000)
    carol = Person.objects.get()
    company = factories.objective(cycle, target=10_000_000, state="active")
    factories.objective(cycle, target=10_000_000, state="active", person=carol, parent=company)
    Cycle.objects.filter(pk=cycle.pk).update(state="active", activated_at=NIGHT)
    return cycle


def test_the_levers_of_every_revenue_objective_sum_to_its_gap(quarter):
    run = compute()

    gaps = list(GapResult.objects.filter(run=run))
    assert len(gaps) == 2
    for gap in gaps:
        assert sum(line["contribution"] for line in gap.levers) == round(gap.gap_to_path)


def test_the_actual_is_the_revenue_won_since_the_cycle_began(quarter):
    gap = GapResult.objects.filter(run=compute(), objective__person=None).get()

    assert gap.actual == 3 * 1_000_000
    assert gap.target == 10_000_000
    assert gap.gap_to_target == -7_000_000


def test_a_period_without_activity_shows_a_gap_of_minus_what_is_due(in_scope):
    cycle = factories.cycle(in_scope)
    factories.plan(cycle, revenue_minor=10_000_000)
    factories.stages(in_scope)
    factories.objective(cycle, target=10_000_000, state="active")
    Cycle.objects.filter(pk=cycle.pk).update(state="active", activated_at=NIGHT)

    gap = GapResult.objects.get(run=compute(date(2026, 3, 31)))

    assert gap.actual == 0
    assert gap.gap_to_path == gap.gap_to_target == -10_000_000


def test_a_day_of_a_closed_cycle_is_measured_again_and_what_was_frozen_stays(quarter, alice):
    frozen = {"actual": 2_900_000.0, "attainment": 0.29, "hit": False, "as_of": "2026-03-31"}
    by_id = {row.id: frozen["actual"] for row in Objective.objects.all()}
    after = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
    closing.close(cycle=quarter, actuals=by_id, by=factories.actor(alice), now=after)

    run = compute(date(2026, 3, 31))

    company = Objective.objects.get(person=None)
    assert GapResult.objects.get(run=run, objective=company).actual == 3_000_000
    assert company.outcome == frozen
