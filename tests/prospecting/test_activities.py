"""Activities: what is decided when one is written, whose they are, and which one was the first contact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from pipeline.models import Company
from prospecting.actions import activities as actions
from prospecting.actions.activity_writing import Entry
from prospecting.domain.digests import address_digest
from prospecting.models import Activity, EngagementMember, Segment
from tenants.access import SYSTEM, Actor
from tenants.domain.roles import Role
from tenants.models import AuditEntry, Membership, Organisation, Person, TeamMembership
from tenants.scope import tenant_scope
from tests import factories
from tests.prospecting.activities import (
    DAY,
    MONDAY,
    contact,
    engagement,
    leave_alone,
    logged,
    segment,
    target,
)

KEY = Actor("key")


@pytest.fixture
def carol_sells(in_scope: Organisation, carol: Membership) -> Person:
    return factories.person(in_scope, "Carol", team=factories.team(in_scope, "North"), membership=carol)


@pytest.fixture
def industry(in_scope: Organisation) -> Segment:
    return segment(in_scope)


@pytest.fixture
def acme(in_scope: Organisation, industry: Segment) -> Company:
    return target(in_scope, "Acme", segment=industry)


@pytest.fixture
def _on_the_day() -> Iterator[None]:
    with time_machine.travel("2026-02-10 12:00:00+00:00", tick=False):
        yield


def firsts() -> list[tuple[str, str]]:
    """(day, kind) of the first contacts."""
    found = Activity.objects.filter(is_first=True).order_by("day", "id")
    return [(row.day.isoformat(), row.kind) for row in found]


# In target, team, segment ------------------------------------------------------------------------------------


def test_an_activity_takes_the_segment_of_its_company_and_is_in_target(
    in_scope: Organisation, carol_sells: Person, acme: Company, industry: Segment
) -> None:
    activity = logged(in_scope, person=carol_sells, company=acme)
    assert (activity.in_target, activity.segment_id) == (True, industry.id)


def test_a_company_that_no_segment_wants_is_off_target(
    in_scope: Organisation, carol_sells: Person, industry: Segment
) -> None:
    elsewhere = target(in_scope, "Boulangerie")
    assert not logged(in_scope, person=carol_sells, company=elsewhere, segment=industry).in_target


def test_a_company_outside_of_the_engagements_segments_is_off_target(
    in_scope: Organisation, industry: Segment
) -> None:
    food = segment(in_scope, "Food")
    acme = target(in_scope, "Acme", segment=industry)
    of_food, of_both = (
        engagement(in_scope, "Food", segments=[food.id]),
        engagement(in_scope, "Both", segments=[food.id, industry.id]),
    )
    assert [logged(in_scope, engagement=one, company=acme).in_target for one in (of_food, of_both)] == [
        False,
        True,
    ]


def test_without_any_segment_nothing_is_off_target(in_scope: Organisation, carol_sells: Person) -> None:
    assert logged(in_scope, person=carol_sells, company=factories.company(in_scope)).in_target


def test_a_segment_is_enough_where_no_company_is_named(
    in_scope: Organisation, carol_sells: Person, industry: Segment
) -> None:
    assert logged(in_scope, person=carol_sells, segment=industry).in_target
    assert not logged(in_scope, person=carol_sells).in_target


def test_the_target_of_that_day_stays_when_the_rules_change(
    in_scope: Organisation, carol_sells: Person, acme: Company
) -> None:
    activity = logged(in_scope, person=carol_sells, company=acme)
    Segment.objects.update(is_active=False)
    activity.refresh_from_db()
    assert activity.in_target


def test_the_company_of_a_contact_is_the_company_of_the_activity(
    in_scope: Organisation, carol_sells: Person, acme: Company
) -> None:
    zoe = contact(in_scope, company=acme)
    assert logged(in_scope, person=carol_sells, contact=zoe).company_id == acme.id


def test_the_team_is_that_of_the_day(in_scope: Organisation, carol_sells: Person) -> None:
    south = factories.team(in_scope, "South")
    TeamMembership.objects.filter(person=carol_sells).update(end_on=DAY)
    TeamMembership.objects.create(person=carol_sells, team=south, start_on=DAY)
    before = logged(in_scope, person=carol_sells, day=DAY - timedelta(days=1))
    after = logged(in_scope, person=carol_sells)
    assert (before.team.name, after.team.name) == ("North", "South")


# Left alone --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "whom",
    [
        lambda acme: {"company": acme},
        lambda acme: {"key": "acme"},
        lambda acme: {"domain": "acme.example"},
        lambda acme: {"email_digest": address_digest(acme.organisation_id, "zoe@acme.example")},
    ],
    ids=["company", "name", "domain", "address"],
)
def test_who_asked_to_be_left_alone_is_refused_with_the_reason(
    in_scope: Organisation, carol_sells: Person, whom: Any
) -> None:
    acme = target(in_scope, website="https://www.Acme.example/contact")
    zoe = contact(in_scope, company=acme, email="Zoe@acme.example")
    leave_alone(in_scope, **whom(acme))
    with pytest.raises(ValidationError, match="They asked us to stop"):
        logged(in_scope, person=carol_sells, contact=zoe)
    assert not Activity.objects.exists()


def test_what_happened_before_they_asked_is_still_told(
    in_scope: Organisation, carol_sells: Person, acme: Company
) -> None:
    leave_alone(in_scope, company=acme)
    assert logged(in_scope, person=carol_sells, company=acme, day=DAY - timedelta(days=1)).pk


# First contact -----------------------------------------------------------------------------------------------


def test_the_first_contact_is_the_earliest_in_whatever_order_they_come(
    in_scope: Organisation, carol_sells: Person, acme: Company
) -> None:
    logged(in_scope, person=carol_sells, company=acme)
    logged(in_scope, person=carol_sells, company=acme, day=date(2026, 2, 3), kind="conversation")
    logged(in_scope, person=carol_sells, company=acme, day=date(2026, 2, 5))
    assert firsts() == [("2026-02-03", "conversation")]


def test_an_attempt_reaches_nobody(in_scope: Organisation, carol_sells: Person, acme: Company) -> None:
    logged(in_scope, person=carol_sells, company=acme, kind="attempt", day=date(2026, 2, 3))
    logged(in_scope, person=carol_sells, company=acme)
    assert firsts() == [("2026-02-10", "contact")]


def test_each_contact_of_a_company_has_its_first(
    in_scope: Organisation, carol_sells: Person, acme: Company
) -> None:
    for name in ("Zoe", "Yann", "Zoe"):
        logged(in_scope, person=carol_sells, contact=contact(in_scope, name, company=acme))
    assert len(firsts()) == 3


@pytest.mark.usefixtures("_on_the_day")
def test_when_the_first_contact_is_taken_back_the_next_one_is_it(
    in_scope: Organisation, carol_sells: Person, acme: Company
) -> None:
    wrong = logged(in_scope, person=carol_sells, company=acme, day=date(2026, 2, 3))
    logged(in_scope, person=carol_sells, company=acme)
    actions.delete(activity=wrong, by=SYSTEM)
    assert firsts() == [("2026-02-10", "contact")]


@pytest.mark.usefixtures("_on_the_day")
def test_a_first_contact_that_was_only_an_attempt_is_none(
    in_scope: Organisation, carol_sells: Person, acme: Company
) -> None:
    wrong = logged(in_scope, person=carol_sells, company=acme)
    actions.change(activity=wrong, kind="attempt", channel="phone", day=DAY, note="", by=SYSTEM)
    assert firsts() == []


# The week ----------------------------------------------------------------------------------------------------


def type_week(person: Person, counts: dict[tuple[str, str, Any], int], **given: Any) -> int:
    return actions.week(
        **{"person": person, "monday": MONDAY, "counts": counts, "by": SYSTEM, "today": DAY, **given}
    )


def counted() -> dict[tuple[str, str], int]:
    rows = Activity.objects.filter(source="weekly")
    return {(row.channel, row.kind): row.quantity for row in rows}


def test_a_week_is_typed_as_counts_and_typed_again(
    in_scope: Organisation, carol_sells: Person, industry: Segment
) -> None:
    type_week(carol_sells, {("phone", "contact", industry.id): 12, ("email", "conversation", industry.id): 3})
    type_week(carol_sells, {("phone", "contact", industry.id): 14, ("email", "conversation", industry.id): 0})
    assert counted() == {("phone", "contact"): 14}


def test_what_is_not_on_the_form_stays(
    in_scope: Organisation, carol_sells: Person, industry: Segment
) -> None:
    type_week(carol_sells, {("phone", "contact", industry.id): 12})
    type_week(carol_sells, {("email", "contact", industry.id): 3})
    assert counted() == {("phone", "contact"): 12, ("email", "contact"): 3}


def test_a_count_in_a_segment_is_in_target_and_one_outside_is_not(
    in_scope: Organisation, carol_sells: Person, industry: Segment
) -> None:
    type_week(carol_sells, {("phone", "contact", industry.id): 12, ("phone", "contact", None): 2})
    rows = Activity.objects.order_by("quantity").values_list("quantity", "in_target", "is_first")
    assert list(rows) == [(2, False, True), (12, True, True)]


def test_a_count_below_nothing_or_beyond_belief_is_refused(
    in_scope: Organisation, carol_sells: Person
) -> None:
    for count in (-1, 10_001):
        with pytest.raises(ValidationError):
            type_week(carol_sells, {("phone", "contact", None): count})


def test_a_week_begins_on_a_monday_that_has_come(in_scope: Organisation, carol_sells: Person) -> None:
    for day in (DAY, MONDAY + timedelta(days=7)):
        with pytest.raises(ValidationError):
            type_week(carol_sells, {("phone", "contact", None): 1}, monday=day)


# Whose -------------------------------------------------------------------------------------------------------


def test_a_salesperson_says_only_own_activities(
    in_scope: Organisation, carol: Membership, carol_sells: Person
) -> None:
    logged(in_scope, person=carol_sells, by=factories.actor(carol))
    with pytest.raises(PermissionDenied):
        logged(in_scope, person=factories.person(in_scope, "Bob"), by=factories.actor(carol))


def test_a_manager_says_those_of_the_own_team(
    in_scope: Organisation, bob: Membership, carol_sells: Person
) -> None:
    boss = factories.person(in_scope, "Bob", membership=bob)
    team = carol_sells.team_memberships.get().team
    team.manager = boss
    team.save()
    logged(in_scope, person=carol_sells, by=factories.actor(bob))
    with pytest.raises(PermissionDenied):
        logged(in_scope, person=factories.person(in_scope, "Far"), by=factories.actor(bob))


def test_a_partner_speaks_for_its_engagement_and_learns_the_answer_only(atelier: Organisation) -> None:
    paul = factories.member(atelier, Role.PARTNER)
    calls = engagement(atelier)
    with tenant_scope(atelier.id):
        EngagementMember.objects.create(engagement=calls, membership=paul)
        industry = segment(atelier)
        acme = target(atelier, segment=industry)
        logged(atelier, person=factories.person(atelier), company=acme, day=date(2026, 2, 1))
        forbidden = target(atelier, "Bouche", segment=industry)
        leave_alone(atelier, company=forbidden)
    with tenant_scope(atelier.id, partner=paul.id):
        by = factories.actor(paul)
        mine = logged(atelier, engagement=calls, company=acme, by=by)
        # Whether it was a target is told; that the house had been there first, too: it is not a first contact.
        assert (mine.in_target, mine.is_first) == (True, False)
        assert list(Activity.objects.all()) == [mine]
        with pytest.raises(ValidationError, match="They asked us to stop"):
            logged(atelier, engagement=calls, company=forbidden, by=by)
        with pytest.raises(PermissionDenied):
            logged(atelier, by=by)


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ADMINISTRATOR])
def test_who_does_not_prospect_logs_nothing(in_scope: Organisation, carol_sells: Person, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        logged(in_scope, person=carol_sells, by=factories.actor(factories.member(in_scope, role)))


def test_a_day_to_come_is_refused(in_scope: Organisation, carol_sells: Person) -> None:
    with pytest.raises(ValidationError, match="still to come"):
        logged(in_scope, person=carol_sells, day=DAY + timedelta(days=1))


# Corrections -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_on_the_day")
def test_one_corrects_ones_own_activity_on_the_same_day(
    in_scope: Organisation, carol: Membership, carol_sells: Person
) -> None:
    by = factories.actor(carol)
    activity = logged(in_scope, person=carol_sells, by=by)
    Activity.objects.update(recorded_at=factories.NOON)
    activity.refresh_from_db()
    changed = actions.change(
        activity=activity,
        kind="conversation",
        channel="email",
        day=DAY,
        note="Budget in May",
        by=by,
        today=DAY,
    )
    assert (changed.kind, changed.channel, changed.note) == ("conversation", "email", "Budget in May")
    with pytest.raises(PermissionDenied):
        actions.delete(activity=changed, by=by, today=DAY + timedelta(days=1))


@pytest.mark.usefixtures("_on_the_day")
def test_what_was_taken_back_stays_in_the_trail_without_its_words(
    in_scope: Organisation, carol_sells: Person
) -> None:
    activity = logged(in_scope, person=carol_sells, note="Met Zoe")
    actions.delete(activity=activity, by=SYSTEM, today=DAY)
    entry = AuditEntry.objects.get(verb="activity.delete")
    assert entry.detail["day"] == "2026-02-10"
    assert "Zoe" not in str(entry.detail)


# In bulk -----------------------------------------------------------------------------------------------------


def entry(number: int, **given: Any) -> Entry:
    return Entry(**{"day": DAY, "kind": "contact", "channel": "phone", "external_id": f"A-{number}", **given})


def test_a_batch_is_written_once_and_again_changes_nothing(
    in_scope: Organisation, carol_sells: Person, acme: Company
) -> None:
    batch = [entry(number, person_id=carol_sells.id, company_id=acme.id) for number in range(3)]
    first = actions.bulk(entries=batch, source="api", by=KEY)
    again = actions.bulk(entries=batch, source="api", by=KEY)
    assert [one.result for one in first] == ["created"] * 3
    assert [(one.result, one.id) for one in again] == [("unchanged", one.id) for one in first]


def test_a_batch_that_says_something_else_changes_that_activity_and_the_first_contact(
    in_scope: Organisation, carol_sells: Person, acme: Company
) -> None:
    other = target(in_scope, "Other")
    actions.bulk(
        entries=[entry(n, person_id=carol_sells.id, company_id=acme.id) for n in (1, 2)], source="api", by=KEY
    )
    moved = entry(1, person_id=carol_sells.id, company_id=other.id)
    (outcome,) = actions.bulk(entries=[moved], source="api", by=KEY)
    assert outcome.result == "changed"
    rows = Activity.objects.order_by("external_id").values_list("external_id", "is_first", "in_target")
    assert list(rows) == [("A-1", True, False), ("A-2", True, True)]


def test_in_a_batch_each_row_has_its_own_answer(
    in_scope: Organisation, carol_sells: Person, acme: Company
) -> None:
    leave_alone(in_scope, company=acme)
    outcomes = actions.bulk(
        entries=[entry(1, person_id=carol_sells.id, company_id=acme.id), entry(2, person_id=carol_sells.id)],
        source="api",
        by=KEY,
    )
    assert [one.result for one in outcomes] == ["refused", "created"]
    assert outcomes[0].reason == "They asked us to stop."
