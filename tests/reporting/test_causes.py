"""The probable causes of a night: from what was logged and told to the stored rows, and the limits that they are held to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from pipeline.models import Opportunity
from prospecting.domain.meetings import Verb
from reporting.actions import cause_thresholds, recompute
from reporting.domain.causes import DEFAULTS
from reporting.models import CauseResult, CauseThreshold, FactState, Run
from reporting.queries.cause_rows import evidence
from reporting.queries.cause_thresholds import thresholds
from tenants.models import AuditEntry, Person
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.prospecting import logged

pytestmark = pytest.mark.django_db

AS_OF = date(2026, 2, 10)
NIGHT = datetime(2026, 2, 11, 1, 0, tzinfo=UTC)


@kept
def hired() -> Person:
    organisation = factories.organisation()
    factories.stages(organisation)
    return factories.person(organisation, "Carol", team=factories.team(organisation, "North"))


@pytest.fixture
def carol(hired: Person) -> Iterator[Person]:
    with tenant_scope(hired.organisation_id):
        yield hired


@kept
def selling(hired: Person) -> Person:
    """Carol, who has won twenty deals and has fifteen open ones."""
    with tenant_scope(hired.organisation_id):
        won_and_open(hired)
    return hired


@kept
def night(selling: Person) -> Run:
    """The run that looks at her deals."""
    with tenant_scope(selling.organisation_id):
        return compute()


def contacts(who: Person, *, inside: int, outside: int, day: date = date(2026, 2, 2)) -> None:
    team = who.team_memberships.get().team
    for count, in_target in ((inside, True), (outside, False)):
        logged.activity(who.organisation, day, person=who, team=team, quantity=count, in_target=in_target)


def compute(as_of: date = AS_OF) -> Run:
    return recompute.run(as_of=as_of, started_at=NIGHT)


def causes_of(run: Run, rule: str) -> dict[str, CauseResult]:
    return {one.scope_kind: one for one in CauseResult.objects.filter(run=run, rule=rule)}


def test_a_cause_is_stored_for_the_company_the_team_and_the_person(carol: Person) -> None:
    contacts(carol, inside=60, outside=40)

    found = causes_of(compute(), "off_target_share")

    assert set(found) == {"company", "team", "person"}
    for one in found.values():
        assert (one.signal, one.numerator, one.denominator, one.threshold) == (0.4, 40, 100, 0.25)
        assert one.state == "behind"
        assert one.at_stake_minor is None  # no objective, no attributed gap


def test_nothing_logged_is_no_cause(carol: Person) -> None:
    assert not CauseResult.objects.filter(run=compute()).exists()


def test_a_state_changes_after_two_nights(carol: Person) -> None:
    contacts(carol, inside=100, outside=5, day=AS_OF - timedelta(days=2))
    calm = causes_of(compute(AS_OF - timedelta(days=2)), "off_target_share")["company"]
    contacts(carol, inside=1, outside=100, day=AS_OF - timedelta(days=1))

    first, second = (
        causes_of(compute(day), "off_target_share")["company"] for day in (AS_OF - timedelta(days=1), AS_OF)
    )

    assert (calm.state, first.raw_state, first.state) == ("on_or_above", "behind", "on_or_above")
    assert second.state == "behind"


def test_a_past_day_knows_nothing_of_what_came_later(carol: Person) -> None:
    contacts(carol, inside=60, outside=40)
    won_and_open(carol)
    before = rows(compute())
    contacts(carol, inside=500, outside=1, day=AS_OF + timedelta(days=1))
    late = factories.opportunity(
        carol.organisation, "LATE", owner=carol, team=carol.team_memberships.get().team
    )
    factories.event(late, occurred_on=AS_OF + timedelta(days=1))
    compute(AS_OF + timedelta(days=1))

    again = compute()

    assert again.mode == "past"
    assert rows(again) == before


def test_an_incremental_night_names_the_causes_of_a_whole_one(transactional_db: None) -> None:
    organisation = factories.organisation("atelier")
    with tenant_scope(organisation.id):
        factories.stages(organisation)
        who = factories.person(organisation, "Carol", team=factories.team(organisation, "North"))
        contacts(who, inside=60, outside=40)
        won_and_open(who)
        compute(AS_OF - timedelta(days=1))
    with tenant_scope(organisation.id):
        stages = factories.stages(organisation)
        deals = {one.external_id: one for one in Opportunity.objects.all()}
        factories.event(deals["O0"], stages["Lost"], AS_OF)
        factories.event(deals["O1"], stages["Won"], AS_OF, amount_minor=70_000)
        factories.event(deals["W0"], stages["Engaging"], AS_OF, kind="reopen")
    with tenant_scope(organisation.id):
        stepwise = compute()
        found = rows(stepwise)
    with tenant_scope(organisation.id):
        FactState.objects.all().delete()
        whole = compute()

        assert (stepwise.mode, whole.mode) == (Run.Mode.INCREMENTAL, Run.Mode.FULL)
        assert rows(whole) == found
        assert len({row[3] for row in found}) > 1


def rows(run: Run) -> list[tuple[object, ...]]:
    fields = [field.name for field in CauseResult._meta.fields if field.name not in ("id", "run")]
    return list(CauseResult.objects.filter(run=run).order_by("rule", "scope_kind").values_list(*fields))


def won_and_open(who: Person) -> None:
    """Twenty deals won after ten days without a word; fifteen open ones that have been silent for forty."""
    house, team = who.organisation, who.team_memberships.get().team
    stages = factories.stages(house)
    for number in range(20):
        deal = factories.opportunity(house, f"W{number}", stage=stages["Won"], owner=who, team=team)
        factories.event(deal, stages["Engaging"], AS_OF - timedelta(days=30))
        factories.event(deal, stages["Won"], AS_OF - timedelta(days=20))
    for number in range(15):
        deal = factories.opportunity(house, f"O{number}", stage=stages["Engaging"], owner=who, team=team)
        factories.event(
            deal, stages["Engaging"], AS_OF - timedelta(days=40), expected_close_on=AS_OF - timedelta(days=1)
        )


def test_open_deals_are_silent_beyond_what_nine_in_ten_won_deals_ever_were(carol: Person, night: Run) -> None:
    found = causes_of(night, "silent_deals")["company"]

    assert (found.numerator, found.denominator, found.state) == (15, 15, "behind")
    assert found.inputs["silence_days"] == 10


def test_closes_slip_when_their_first_expected_day_is_over_and_the_deal_is_open(
    carol: Person, night: Run
) -> None:
    found = causes_of(night, "slipped_closes")["person"]

    assert (found.numerator, found.denominator, found.state) == (15, 15, "behind")


@pytest.mark.parametrize(
    ("rule", "count"), [("silent_deals", 15), ("slipped_closes", 15), ("average_value", 20), ("load", 15)]
)
def test_the_rows_behind_a_cause_are_those_that_it_counted(
    carol: Person, night: Run, rule: str, count: int
) -> None:
    one = CauseResult(run=night, rule=rule, person=carol, inputs={})

    page = evidence(one, teams=(), page=1)

    assert (page.count, len(page.rows)) == (count, count)
    assert {row.owner for row in page.rows} == {"Carol"}


def test_an_activity_with_the_company_is_a_sign_of_life(carol: Person, selling: Person) -> None:
    acme = factories.company(carol.organisation)
    Opportunity.objects.filter(external_id__startswith="O").update(company=acme)
    logged.activity(carol.organisation, AS_OF - timedelta(days=3), person=carol, company=acme)

    found = causes_of(compute(), "silent_deals")["company"]

    assert (found.numerator, found.denominator) == (0, 15)


def test_a_meeting_counts_when_it_is_judged_and_for_who_booked_it(carol: Person) -> None:
    house, team = carol.organisation, carol.team_memberships.get().team
    acme = factories.company(house)
    day = date(2026, 2, 2)
    for answer in [Verb.REFUSE] * 9 + [Verb.ACCEPT] * 3 + [None]:
        said = [(Verb.HOLD, day), *([(answer, day)] if answer else [])]
        logged.meeting(house, day, said, company=acme, booked_by=carol, team=team)

    found = causes_of(compute(), "acceptance_rate")["person"]

    assert (found.numerator, found.denominator, found.signal) == (3, 12, 0.25)
    assert evidence(found, teams=(), page=1).count == 9


def test_more_activities_than_people_can_carry_show_in_the_months_of_many(carol: Person) -> None:
    """100 a month in the last quarter, 50 or 70 before; of four deals a month none advances in the months of 100, all in those of 50."""
    house, team = carol.organisation, carol.team_memberships.get().team
    stages = factories.stages(house)
    for month in range(16):
        day = AS_OF - timedelta(days=28 * month + 10)
        many = 100 if month < 3 else 70 if month % 2 else 50
        logged.activity(house, day, person=carol, team=team, quantity=many)
        for number in range(4 if many != 70 else 0):
            deal = factories.opportunity(house, f"M{month}-{number}", owner=carol, team=team)
            factories.event(deal, stages["Prospecting"], day - timedelta(days=2))
            factories.event(deal, stages["Lost" if many == 100 else "Engaging"], day)

    found = causes_of(compute(), "activity_load")["person"]

    assert (found.numerator, found.denominator, found.reference, found.cases) == (300, 1, 197.5, 12)
    assert found.state == "behind"
    assert evidence(found, teams=(), page=1).count == 3


# Limits ----------------------------------------------------------------------------------------------------------------


def test_a_limit_of_ones_own_is_in_force_from_the_next_run_on_and_can_be_taken_back(carol: Person) -> None:
    contacts(carol, inside=60, outside=40)
    alice = factories.actor(factories.member(carol.organisation, "director"))

    cause_thresholds.set_thresholds({"off_target_share": 0.6}, by=alice)
    own = causes_of(compute(), "off_target_share")["company"]
    cause_thresholds.reset(by=alice)

    assert (own.threshold, own.state) == (0.6, "on_or_above")
    assert thresholds() == DEFAULTS
    assert not CauseThreshold.objects.exists()
    assert AuditEntry.objects.filter(verb="cause.limit").count() == 2


def test_a_limit_out_of_bounds_is_refused_at_its_rule(carol: Person) -> None:
    alice = factories.actor(factories.member(carol.organisation, "director"))

    with pytest.raises(ValidationError) as refused:
        cause_thresholds.set_thresholds({"discount": 0.95}, by=alice)

    assert set(refused.value.message_dict) == {"discount"}


def test_only_who_sets_objectives_sets_limits(carol: Person) -> None:
    bob = factories.actor(factories.member(carol.organisation, "manager"))

    with pytest.raises(PermissionDenied):
        cause_thresholds.set_thresholds({"discount": 0.2}, by=bob)
