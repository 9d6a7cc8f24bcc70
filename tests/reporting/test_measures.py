"""What objectives on any metric of the catalogue come to, from events as known on the day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from objectives.domain.catalogue import OBJECTIVE_METRICS
from objectives.models import Cycle, Objective, Progress
from pipeline.models import Opportunity
from prospecting.domain.meetings import Verb
from reporting.models import FactState, GapResult, Run
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.prospecting import logged
from tests.reporting.nights import partial_night

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 2, 11, 1, 0, tzinfo=UTC)
AS_OF = date(2026, 2, 10)
END = date(2026, 3, 31)


class House:
    """Carol of North and Sofia of South, in the first quarter of 2026."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.stages = factories.stages(organisation)
        self.north, self.south = (factories.team(organisation, name) for name in ("North", "South"))
        self.carol = factories.person(organisation, "Carol", team=self.north)
        self.sofia = factories.person(organisation, "Sofia", team=self.south)
        self.acme, self.bolt = (factories.company(organisation, name) for name in ("Acme", "Bolt"))
        self.cycle = factories.cycle(organisation)
        factories.plan(self.cycle, revenue_minor=10_000_000)
        self.number = 0

    def won(
        self, on: date, amount: int = 100_000, *, opened: date = date(2026, 1, 2), **given: Any
    ) -> Opportunity:
        return self.closed("Won", on, amount, opened=opened, **given)

    def closed(self, stage: str, on: date | None, amount: int, *, opened: date, **given: Any) -> Opportunity:
        self.number += 1
        hands = {"owner": self.carol, "team": self.north}
        deal = factories.opportunity(
            self.organisation,
            f"D{self.number}",
            amount_minor=amount,
            stage=self.stages[stage],
            **{**hands, **given},
        )
        factories.event(deal, self.stages["Prospecting"], opened)
        if on is not None:
            factories.event(deal, self.stages[stage], on)
        return deal

    def aim(self, metric: str, target: float | None, **given: Any) -> Objective:
        given = {"state": "active", **given}
        return factories.objective(
            self.cycle, metric, target=None if target is None else Decimal(str(target)), **given
        )

    def run(self, as_of: date = AS_OF) -> Run:
        Cycle.objects.filter(pk=self.cycle.pk).update(state="active", activated_at=NIGHT)
        return partial_night(as_of, NIGHT, without=("causes", "landing"))

    def gap(self, objective: Objective, as_of: date = AS_OF) -> GapResult:
        return GapResult.objects.get(run=self.run(as_of), objective=objective)


@kept
def standing() -> House:
    organisation = factories.organisation()
    with tenant_scope(organisation.id):
        return House(organisation)


@pytest.fixture
def house(standing: House) -> Iterator[House]:
    with tenant_scope(standing.organisation.id):
        yield standing


def test_every_metric_of_the_catalogue_has_a_result_even_when_nothing_happened(house: House) -> None:
    metrics = [metric for metric in OBJECTIVE_METRICS if metric != "stage_conversion_rate"]
    for metric in metrics:
        for owner in ({}, {"team": house.north}, {"person": house.carol}, {"segment": "Health"}):
            house.aim(metric, 0.5, **owner)
    house.aim("stage_conversion_rate", 0.5, stage=house.stages["Engaging"])
    house.aim("stage_conversion_rate", 0.5, stage=house.stages["Engaging"], segment="Health")

    run = house.run()

    assert GapResult.objects.filter(run=run).count() == 4 * len(metrics) + 2


@pytest.mark.parametrize("metric", ["margin_won", "repeat_revenue", "meetings_held", "learning_milestones"])
def test_a_period_without_activity_shows_a_gap_of_minus_the_target(house: House, metric: str) -> None:
    gap = house.gap(house.aim(metric, 40), END)
    assert (gap.actual, gap.gap_to_path, gap.gap_to_target) == (0, -40, -40)
    assert gap.raw_state == "behind"


@pytest.mark.parametrize("metric", ["win_rate", "average_deal_value", "margin_rate", "customer_retention"])
@pytest.mark.parametrize("target", [0, None])
def test_a_target_of_zero_or_none_gives_no_state_and_no_error(
    house: House, metric: str, target: float | None
) -> None:
    house.won(date(2026, 1, 20), margin_minor=30_000, company=house.acme)
    gap = house.gap(house.aim(metric, target))
    assert (gap.raw_state, gap.p_below) == ("none", None)


def test_rates_without_any_deal_have_no_value_instead_of_zero(house: House) -> None:
    gap = house.gap(house.aim("margin_rate", 0.4))
    assert (gap.actual, gap.gap_to_path, gap.low, gap.raw_state) == (None, None, None, "none")


def test_each_owner_is_measured_on_its_own_deals(house: House) -> None:
    house.won(date(2026, 1, 20), 100_000)
    house.won(date(2026, 1, 21), 300_000)
    house.won(date(2026, 1, 22), 500_000, owner=house.sofia, team=house.south)
    own = [
        house.aim("average_deal_value", 200_000, **owner)
        for owner in ({}, {"team": house.north}, {"person": house.sofia})
    ]

    run = house.run()

    found = [GapResult.objects.get(run=run, objective=one) for one in own]
    assert [gap.actual for gap in found] == [300_000, 200_000, 500_000]
    assert [(gap.numerator, gap.denominator) for gap in found] == [
        (900_000, 3), (400_000, 2), (500_000, 1),
    ]  # fmt: skip
    assert all(gap.low < gap.actual < gap.high for gap in found)


def test_rates_of_money_are_sums_over_sums_of_the_deals_for_which_both_are_known(house: House) -> None:
    house.won(date(2026, 1, 20), 100_000, margin_minor=50_000, recurring_minor=100_000, contract_months=24)
    house.won(date(2026, 1, 21), 300_000, margin_minor=30_000, contract_months=12)
    house.won(date(2026, 1, 22), 600_000)  # nothing known but the amount
    house.won(date(2025, 12, 22), 600_000, margin_minor=0, opened=date(2025, 12, 1))  # before the cycle
    margin, recurring, months = (
        house.aim(metric, target)
        for metric, target in (("margin_rate", 0.3), ("recurring_share", 0.5), ("contract_months", 12))
    )
    won = house.aim("margin_won", 100_000)

    run = house.run()

    found = {gap.objective_id: gap for gap in GapResult.objects.filter(run=run)}
    assert found[margin.id].actual == 0.2
    assert found[recurring.id].actual == 1.0
    assert found[months.id].actual == 18
    assert found[won.id].actual == 80_000


def test_the_margin_is_the_one_known_on_the_day_not_todays(house: House) -> None:
    deal = house.won(date(2026, 1, 20), 100_000, margin_minor=10_000)
    factories.event(deal, kind="change", changed="margin", margin_minor=40_000, occurred_on=date(2026, 2, 1))
    factories.event(deal, kind="change", changed="margin", margin_minor=10_000, occurred_on=date(2026, 3, 1))
    objective = house.aim("margin_won", 100_000)

    assert house.gap(objective).actual == 40_000
    assert house.gap(objective, END).actual == 10_000


def test_a_margin_may_be_a_loss(house: House) -> None:
    house.won(date(2026, 1, 20), 100_000, margin_minor=-10_000)
    house.won(date(2026, 1, 21), 100_000, margin_minor=30_000)
    gap = house.gap(house.aim("margin_won", 100_000))
    assert gap.actual == 20_000
    assert gap.low is not None
    assert gap.low >= -10_000


def test_wins_after_the_day_are_not_known_on_it(house: House) -> None:
    house.won(date(2026, 1, 20), 100_000, company=house.acme)
    house.won(date(2026, 3, 1), 900_000, company=house.acme)
    average, repeat = house.aim("average_deal_value", 1), house.aim("repeat_revenue", 1)

    assert house.gap(average).actual == 100_000
    assert house.gap(repeat).actual == 0
    assert house.gap(repeat, END).actual == 900_000
    assert house.gap(average).actual == 100_000  # a past day, computed aside


def test_repeat_revenue_is_that_of_companies_which_had_bought_before_that_day(house: House) -> None:
    house.won(date(2024, 5, 1), 100, company=house.acme, opened=date(2024, 4, 1))
    house.won(date(2026, 1, 20), 100_000, company=house.acme)
    house.won(date(2026, 1, 21), 200_000, company=house.bolt)
    house.won(date(2026, 1, 22), 400_000, company=house.bolt)
    house.won(date(2026, 1, 23), 800_000)  # of nobody known

    assert house.gap(house.aim("repeat_revenue", 1_000_000)).actual == 500_000


def test_retention_counts_the_customers_of_the_year_before_and_follows_the_path(house: House) -> None:
    other = factories.company(house.organisation, "Cargo")
    for company, day in (
        (house.acme, date(2025, 3, 1)),
        (house.bolt, date(2025, 9, 1)),
        (other, date(2024, 9, 1)),
    ):
        house.won(day, company=company, opened=date(2024, 8, 1))
    house.won(date(2026, 1, 20), company=house.bolt, owner=house.sofia, team=house.south)
    objective = house.aim("customer_retention", 0.8)

    gap = house.gap(objective)

    assert (gap.actual, gap.numerator, gap.denominator) == (0.5, 1, 2)
    assert gap.path is not None
    assert 0 < gap.path < 0.8
    assert gap.gap_to_target == pytest.approx(-0.3)


def test_the_share_of_the_largest_customers_is_better_when_lower(house: House) -> None:
    for number in range(20):
        company = factories.company(house.organisation, f"C{number}")
        house.won(date(2026, 1, 20), 1_000_000 if number < 5 else 100_000, company=company)
    gap = house.gap(house.aim("top_customers_share", 0.3))
    assert gap.actual == pytest.approx(5_000_000 / 6_500_000)
    assert gap.raw_state == "behind"
    assert gap.gap_to_target is not None
    assert gap.gap_to_target > 0


def lives(house: House) -> None:
    """Twelve won after 10 days, six lost after 20, six open since 1 January; one open since two years."""
    for _ in range(12):
        house.won(date(2026, 1, 12), opened=date(2026, 1, 2))
    for _ in range(6):
        house.closed("Lost", date(2026, 1, 22), 100, opened=date(2026, 1, 2))
        house.closed("Prospecting", None, 100, opened=date(2026, 2, 9))
    house.closed("Prospecting", None, 100, opened=date(2024, 1, 1))


def test_the_win_rate_counts_open_deals_as_not_decided(house: House) -> None:
    lives(house)
    gap = house.gap(house.aim("win_rate", 0.4))
    # 12 of 19 at risk on day 10 are won; of the 7 left on day 20, 6 are lost.
    assert gap.actual == pytest.approx(12 / 19)
    assert gap.denominator == pytest.approx(18 / (12 / 19 + 7 / 19 * 6 / 7))
    assert gap.raw_state == "on_or_above"


def test_the_sales_cycle_is_the_median_and_better_when_shorter(house: House) -> None:
    lives(house)
    long, short = house.aim("sales_cycle_days", 30), house.aim("sales_cycle_days", 5, person=house.carol)
    run = house.run()
    found = {gap.objective_id: gap for gap in GapResult.objects.filter(run=run)}
    assert found[long.id].actual == 10
    assert found[long.id].raw_state == "on_or_above"
    assert found[short.id].raw_state == "behind"
    assert found[short.id].gap_to_path == 5


def test_stalled_deals_are_those_open_longer_than_nine_in_ten_of_the_won_ones(house: House) -> None:
    lives(house)
    gap = house.gap(house.aim("stale_share", 0.5))
    assert (gap.numerator, gap.denominator) == (1, 7)
    assert gap.actual == pytest.approx(1 / 7)


def test_an_objective_of_a_segment_is_measured_in_it_only(house: House) -> None:
    house.won(date(2026, 1, 20), 100_000, segment="Health")
    house.won(date(2026, 1, 21), 300_000, segment="Retail")
    house.closed("Lost", date(2026, 1, 22), 100_000, opened=date(2026, 1, 2), segment="Health")
    aims = {
        metric: house.aim(metric, 1, segment="Health")
        for metric in ("revenue_won", "deals_won", "opportunities_opened", "average_deal_value", "win_rate")
    }
    rate = house.aim("stage_conversion_rate", 1, segment="Health", stage=house.stages["Prospecting"])

    run = house.run()

    actual = {gap.objective_id: gap.actual for gap in GapResult.objects.filter(run=run)}
    assert {metric: actual[one.id] for metric, one in aims.items()} == {
        "revenue_won": 100_000, "deals_won": 1, "opportunities_opened": 2, "average_deal_value": 100_000,
        "win_rate": 0.5,
    }  # fmt: skip
    assert actual[rate.id] == 0.5


def test_shared_credit_reaches_margin_and_repeat_revenue(house: House) -> None:
    house.won(date(2025, 5, 1), 100, company=house.acme, opened=date(2025, 4, 1))
    deal = house.won(date(2026, 1, 20), 100_000, company=house.acme, margin_minor=50_000)
    factories.shared(deal, shares={house.sofia: "0.4"})
    margin = house.aim("margin_won", 1, person=house.sofia)
    repeat = house.aim("repeat_revenue", 1, team=house.south)
    company = house.aim("repeat_revenue", 1)

    run = house.run()

    actual = {gap.objective_id: gap.actual for gap in GapResult.objects.filter(run=run)}
    assert (actual[margin.id], actual[repeat.id], actual[company.id]) == (20_000, 40_000, 100_000)


# What people typed --------------------------------------------------------------------------------------------


def test_the_latest_value_typed_by_the_day_counts(house: House) -> None:
    objective = house.aim("meetings_held", 40, person=house.carol)
    for day, value in ((date(2026, 1, 10), 5), (date(2026, 2, 1), 12), (date(2026, 3, 1), 30)):
        Progress.objects.create(objective=objective, day=day, value=value)

    assert house.gap(objective).actual == 12
    gap = house.gap(objective, END)
    assert gap.actual == 30
    assert gap.series["actual"][0] == 0.0
    assert gap.series["actual"][-1] == 30.0


def test_who_typed_nothing_has_what_the_people_below_typed(house: House) -> None:
    company = house.aim("meetings_held", 100)
    team = house.aim("meetings_held", 50, team=house.north, parent=company)
    carol = house.aim("meetings_held", 25, person=house.carol, parent=team)
    south = house.aim("meetings_held", 50, team=house.south, parent=company)
    Progress.objects.create(objective=carol, day=date(2026, 1, 10), value=7)
    Progress.objects.create(objective=south, day=date(2026, 1, 10), value=3)

    run = house.run()

    actual = {gap.objective_id: gap.actual for gap in GapResult.objects.filter(run=run)}
    assert (actual[company.id], actual[team.id], actual[carol.id]) == (10, 7, 7)


def test_what_was_typed_does_not_count_once_something_is_logged(house: House) -> None:
    objective = house.aim("meetings_held", 40, person=house.carol)
    Progress.objects.create(objective=objective, day=date(2026, 1, 10), value=12)
    assert house.gap(objective).actual == 12

    logged.meeting(house.organisation, date(2026, 1, 20), HELD, booked_by=house.carol, team=house.north)

    assert house.gap(objective).actual == 1
    assert house.gap(objective, date(2026, 1, 19)).actual == 12  # nothing was, by that day


# What was logged ----------------------------------------------------------------------------------------------

HELD = [(Verb.HOLD, date(2026, 1, 20))]


def test_each_owner_has_what_was_logged_in_its_hands(house: House) -> None:
    calls, other = (logged.engagement(house.organisation, name) for name in ("Calls", "Mails"))
    for number, given in (
        (3, {"person": house.carol, "team": house.north}),
        (2, {"person": house.sofia, "team": house.south}),
        (7, {"engagement": calls}),
        (9, {"person": house.carol, "team": house.north, "in_target": False}),
    ):
        logged.activity(house.organisation, date(2026, 1, 20), quantity=number, **given)
    aims = {
        12: house.aim("prospects_contacted", 100),
        3: house.aim("prospects_contacted", 50, team=house.north),
        2: house.aim("prospects_contacted", 50, person=house.sofia),
        7: house.aim("prospects_contacted", 50, engagement=calls),
        0: house.aim("prospects_contacted", 50, engagement=other),
    }

    run = house.run()

    actual = {gap.objective_id: gap.actual for gap in GapResult.objects.filter(run=run)}
    assert {done: actual[one.id] for done, one in aims.items()} == {done: done for done in aims}


def test_a_meeting_of_a_partner_counts_for_its_engagement_and_its_host_and_once_for_the_company(
    house: House,
) -> None:
    calls = logged.engagement(house.organisation)
    logged.meeting(
        house.organisation, date(2026, 1, 20), HELD, engagement=calls, host=house.carol, team=house.north
    )
    owners: tuple[dict[str, Any], ...] = (
        {},
        {"team": house.north},
        {"person": house.carol},
        {"engagement": calls},
    )
    aims = [house.aim("meetings_held", 10, **owner) for owner in owners]
    sofia = house.aim("meetings_held", 10, person=house.sofia)

    run = house.run()

    actual = {gap.objective_id: gap.actual for gap in GapResult.objects.filter(run=run)}
    assert [actual[one.id] for one in aims] == [1, 1, 1, 1]
    assert actual[sofia.id] == 0


def test_an_objective_of_a_segment_counts_its_prospects_whatever_the_case_of_its_name(house: House) -> None:
    health, retail = (logged.segment(house.organisation, name) for name in ("Health", "Retail"))
    for segment, number in ((health, 4), (retail, 5), (None, 6)):
        logged.activity(
            house.organisation, date(2026, 1, 20), person=house.carol, segment=segment, quantity=number
        )
    assert house.gap(house.aim("prospects_contacted", 50, segment="health")).actual == 4


def test_prospecting_is_judged_against_its_path_like_any_count(house: House) -> None:
    objective = house.aim("conversations", 40)
    logged.activity(house.organisation, date(2026, 1, 5), person=house.carol, kind="conversation")

    gap = house.gap(objective)

    assert gap.path is not None
    assert 5 < gap.path < 40
    assert gap.gap_to_path == 1 - gap.path
    assert gap.raw_state == "behind"
    assert gap.series["actual"][0] == 0.0


def test_a_no_show_that_was_taken_back_flows_back_through_a_past_day(house: House) -> None:
    objective = house.aim("meetings_held", 40)
    made = logged.meeting(
        house.organisation, AS_OF, [(Verb.GUEST_NO_SHOW, AS_OF)], booked_by=house.carol, team=house.north
    )
    assert house.gap(objective).actual == 0

    logged.say(made, Verb.UNDO_NO_SHOW, date(2026, 2, 11))
    logged.say(made, Verb.HOLD, date(2026, 2, 11))

    assert house.gap(objective).actual == 1


def test_a_cycle_without_a_plan_measures_its_objectives_against_its_working_days(house: House) -> None:
    house.cycle.plans.all().delete()
    gap = house.gap(house.aim("meetings_held", 40))
    assert gap.path is not None
    assert 10 < gap.path < 25


# Step by step -------------------------------------------------------------------------------------------------


def test_an_incremental_run_measures_what_a_whole_one_does(transactional_db: None) -> None:
    organisation = factories.organisation("atelier")
    with tenant_scope(organisation.id):
        house = House(organisation)
        lives(house)
        house.won(date(2025, 5, 1), 100, company=house.acme, opened=date(2025, 4, 1))
        for metric in OBJECTIVE_METRICS:
            stage = house.stages["Prospecting"] if metric == "stage_conversion_rate" else None
            house.aim(metric, 0.5, stage=stage)
            house.aim(metric, 0.5, stage=stage, segment="Health")
            house.aim(metric, 0.5, stage=stage, person=house.carol)
        house.run(date(2026, 2, 9))
    with tenant_scope(organisation.id):
        house.won(
            date(2026, 2, 10), 500_000, company=house.acme, margin_minor=7, recurring_minor=5, contract_months=3,
            segment="Health",
        )  # fmt: skip
    fields = ["objective_id", "actual", "numerator", "denominator", "low", "high", "raw_state", "path"]
    with tenant_scope(organisation.id):
        stepwise = house.run()
        assert stepwise.mode == Run.Mode.INCREMENTAL
        found = set(GapResult.objects.filter(run=stepwise).values_list(*fields))
    with tenant_scope(organisation.id):
        FactState.objects.all().delete()
        whole = house.run()
        assert whole.mode == Run.Mode.FULL
        assert set(GapResult.objects.filter(run=whole).values_list(*fields)) == found
