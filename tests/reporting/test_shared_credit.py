"""A deal shared by several people in the daily facts and in what objectives measure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from objectives.models import Cycle
from pipeline.actions import credit_sql, passages
from pipeline.domain.credit import parts
from pipeline.models import CreditShare, StageScope
from reporting.models import DailyFact, FactState, GapResult, Run
from tenants.models import Organisation, Person, Team, TeamMembership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.reporting.nights import partial_night

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 2, 11, 1, 0, tzinfo=UTC)
AS_OF = date(2026, 2, 10)
WON_ON = date(2026, 2, 1)


class House:
    """Carol and Bob of North, Sofia of South; an active quarter in which everybody and every team has an objective."""

    first: Any

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.stages = factories.stages(organisation)
        self.north, self.south = (factories.team(organisation, name) for name in ("North", "South"))
        self.carol = factories.person(organisation, "Carol", team=self.north)
        self.bob = factories.person(organisation, "Bob", team=self.north)
        self.sofia = factories.person(organisation, "Sofia", team=self.south)
        cycle = factories.cycle(organisation)
        factories.plan(cycle, revenue_minor=10_000_000)
        for metric in ("revenue_won", "deals_won"):
            top = factories.objective(cycle, metric, target=10_000_000, state="active")
            for owner in (self.north, self.south, self.carol, self.bob, self.sofia):
                kind = "team" if isinstance(owner, Team) else "person"
                factories.objective(cycle, metric, target=1_000, parent=top, state="active", **{kind: owner})
        Cycle.objects.filter(pk=cycle.pk).update(state="active", activated_at=NIGHT)

    def deal(self, name: str = "D1", amount: int = 1_000_001) -> Any:
        deal = factories.opportunity(
            self.organisation,
            name,
            owner=self.carol,
            team=self.north,
            amount_minor=amount,
            stage=self.stages["Won"],
        )
        factories.event(deal, self.stages["Engaging"], date(2026, 1, 10))
        factories.event(deal, self.stages["Won"], WON_ON)
        return deal

    def actual(self, run: Run, metric: str = "revenue_won") -> dict[str, float]:
        gaps = GapResult.objects.filter(run=run, objective__metric=metric)
        rows = gaps.select_related("objective__team", "objective__person")
        return {str(g.objective.person or g.objective.team or "company"): g.actual or 0.0 for g in rows}


@kept
def standing() -> House:
    organisation = factories.organisation()
    with tenant_scope(organisation.id):
        return House(organisation)


@pytest.fixture
def house(standing: House) -> Iterator[House]:
    with tenant_scope(standing.organisation.id):
        yield standing


def compute(as_of: date = AS_OF) -> Run:
    return partial_night(as_of, NIGHT, without=("causes", "landing"))


def facts() -> set[tuple[Any, ...]]:
    scopes = {s.number: (s.stage_id, s.team_id, s.owner_id) for s in StageScope.objects.all()}
    rows = DailyFact.objects.values_list("scope", "metric", "day", "numerator", "denominator")
    return {(*scopes[scope], *rest) for scope, *rest in rows}


def test_a_deal_shared_by_two_reps_counts_once_for_the_team_and_split_credit_adds_to_100_percent(
    house: House,
) -> None:
    factories.shared(house.deal(), shares={house.bob: "0.333333"})

    run = compute()

    revenue = house.actual(run)
    assert (revenue["Carol"], revenue["Bob"]) == (666_668, 333_333)
    assert revenue["North"] == revenue["company"] == 1_000_001
    assert house.actual(run, "deals_won") == {
        "company": 1, "North": 1, "Carol": 1, "Bob": 0, "South": 0, "Sofia": 0,
    }  # fmt: skip
    wins = GapResult.objects.get(run=run, objective__metric="revenue_won", objective__team=house.north)
    assert wins.inputs == {"wins": 1}


def test_a_deal_shared_across_teams_is_parted_between_them_and_counts_once_for_the_company(
    house: House,
) -> None:
    factories.shared(house.deal(), shares={house.sofia: "0.4"})

    revenue = house.actual(compute())

    assert (revenue["North"], revenue["South"]) == (600_001, 400_000)
    assert revenue["company"] == 1_000_001


def test_a_share_counts_for_the_team_that_its_person_is_in_on_the_day_of_the_win(house: House) -> None:
    TeamMembership.objects.filter(person=house.sofia).update(end_on=date(2026, 2, 5))
    TeamMembership.objects.create(person=house.sofia, team=house.north, start_on=date(2026, 2, 5))
    factories.shared(house.deal(), shares={house.sofia: "0.4"})

    revenue = house.actual(compute())

    assert revenue["South"] == 400_000


def test_a_person_who_changes_team_mid_period_keeps_the_past_where_it_was(house: House) -> None:
    """Carol wins in North on 1 February, moves to South on the 5th, and wins there on the 8th."""
    house.deal()
    TeamMembership.objects.filter(person=house.carol).update(end_on=date(2026, 2, 5))
    TeamMembership.objects.create(person=house.carol, team=house.south, start_on=date(2026, 2, 5))
    later = factories.opportunity(
        house.organisation,
        "D2",
        owner=house.carol,
        team=house.south,
        amount_minor=500_000,
        stage=house.stages["Won"],
    )
    factories.event(later, house.stages["Engaging"], date(2026, 2, 6))
    factories.event(later, house.stages["Won"], date(2026, 2, 8))

    revenue = house.actual(compute())

    assert (revenue["North"], revenue["South"], revenue["Carol"]) == (1_000_001, 500_000, 1_500_001)


def test_a_past_day_is_computed_with_the_credit_as_it_is_known(house: House) -> None:
    compute()
    factories.shared(house.deal(), shares={house.sofia: "0.4"})

    past = compute(date(2026, 2, 5))

    assert past.mode == Run.Mode.PAST
    assert house.actual(past)["Sofia"] == 400_000


def test_the_levers_of_everybody_sum_to_the_gap_when_credit_is_shared(house: House) -> None:
    factories.shared(house.deal(), shares={house.sofia: "0.4", house.bob: "0.1"})

    for gap in GapResult.objects.filter(run=compute(), objective__metric="revenue_won"):
        assert sum(line["contribution"] for line in gap.levers) == round(gap.gap_to_path)


@pytest.mark.parametrize("amount", [0, 1, 2, 99_999, 1_000_003])
def test_the_statement_shares_out_as_the_definition_does(house: House, amount: int) -> None:
    shares: dict[Person, str] = {house.bob: "0.333333", house.sofia: "0.333333"}
    factories.shared(house.deal(amount=amount), shares=shares)
    rows = list(CreditShare.objects.order_by("person_id"))
    whose = {row.person_id or house.carol.id: row.share for row in [rows[-1], *rows[:-1]]}  # the owner first

    found = credit_sql.write_parts(passages.refresh(as_of=AS_OF))

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT owner_id, amount_minor FROM {found}")
        assert dict(cursor.fetchall()) == parts(amount, whose)
    assert sum(whose.values()) == Decimal(1)


# What was read is told by transactions: these tests commit.


@pytest.fixture
def committed(transactional_db: None) -> House:
    organisation = factories.organisation("atelier")
    with tenant_scope(organisation.id):
        house = House(organisation)
        for number in range(9):
            house.deal(f"X{number}", amount=100)
        house.first = house.deal()
    factories.shared(house.first, shares={house.sofia: "0.4"})
    with tenant_scope(organisation.id):
        compute()
    return house


def test_a_change_of_shares_reaches_the_figures_with_the_next_incremental_run(committed: House) -> None:
    factories.shared(committed.first, shares={committed.sofia: "0.1", committed.bob: "0.2"})

    with tenant_scope(committed.organisation.id):
        run = compute(date(2026, 2, 11))
        revenue, stepwise = committed.actual(run), facts()
        FactState.objects.all().delete()
        again = compute(date(2026, 2, 11))
        assert (run.mode, again.mode) == (Run.Mode.INCREMENTAL, Run.Mode.FULL)
        assert facts() == stepwise
    assert (revenue["Sofia"], revenue["Bob"]) == (100_000, 200_000)
    assert revenue["company"] == 1_000_001 + 900


def test_a_deal_given_back_to_its_owner_is_all_the_owners(committed: House) -> None:
    factories.shared(committed.first)

    with tenant_scope(committed.organisation.id):
        run = compute(date(2026, 2, 11))
        revenue = committed.actual(run)

    assert run.mode == Run.Mode.INCREMENTAL
    assert (revenue["Carol"], revenue["Sofia"]) == (1_000_901, 0)


def test_a_corrected_stay_in_a_team_rebuilds_the_facts(committed: House) -> None:
    with tenant_scope(committed.organisation.id):
        TeamMembership.objects.filter(person=committed.sofia).update(team=committed.north)

    with tenant_scope(committed.organisation.id):
        run = compute(date(2026, 2, 11))
        revenue = committed.actual(run)

    assert run.mode == Run.Mode.FULL
    assert (revenue["South"], revenue["North"]) == (0, 1_000_901)


def test_without_shared_deals_nothing_more_is_read(house: House) -> None:
    house.deal()
    assert credit_sql.write_parts(passages.refresh(as_of=AS_OF)) is None
