"""Firms, engagements, prices, costs, who works on them, and what they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from pipeline.models import Stage
from prospecting.actions import costs, disclosure, engagements, partners, prices
from prospecting.actions.engagements import Terms
from prospecting.actions.errors import StaleVersion
from prospecting.models import Engagement, EngagementMember, Meeting, Partner
from prospecting.queries.costs import channel_costs, day_cost
from prospecting.queries.partners import statement
from tenants.actions import invitations
from tenants.domain.roles import Role
from tenants.models import Invitation, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.prospecting.room import Room
from tests.prospecting.room import room as furnished

pytestmark = pytest.mark.django_db
TERMS = Terms(name="Industry", starts_on=date(2026, 1, 1))
WON = 12_500_000


@kept
def room() -> Room:
    return furnished(factories.organisation())


def test_an_engagement_is_made_and_changed_by_who_manages_partners(room: Room) -> None:
    with room.scope():
        firm = partners.create(name="Door openers", by=room.by("director"))
        made = engagements.create(partner=firm, terms=TERMS, by=room.by("administrator"))
        changed = engagements.change(
            engagement=made, terms=replace(TERMS, answer_days=3), version=0, by=room.by("director")
        )
    assert (changed.answer_days, changed.version) == (3, 1)


@pytest.mark.parametrize("role", ["manager", "rep", "marketing", "adviser", "partner"])
def test_nobody_else_does(room: Room, role: str) -> None:
    with room.scope(), pytest.raises(PermissionDenied):
        partners.create(name="Door openers", by=room.by(role))
    with room.scope(), pytest.raises(PermissionDenied):
        costs.set_cost(kind="day", channel="", from_on=date(2026, 1, 1), amount_minor=1, by=room.by(role))


def test_two_who_change_the_same_engagement_do_not_overwrite_each_other(room: Room) -> None:
    with room.scope():
        first = replace(TERMS, name="One")
        engagements.change(engagement=room.engagement, terms=first, version=0, by=room.by("director"))
        with pytest.raises(StaleVersion):
            engagements.change(engagement=room.engagement, terms=TERMS, version=0, by=room.by("director"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"answer_days": 0}, "answer_days"),
        ({"second_look_days": 31}, "second_look_days"),
        ({"log_hours": 1000}, "log_hours"),
        ({"name": "--"}, "name"),
        ({"disclosure": "everything"}, "disclosure"),
    ],
)
def test_what_cannot_be_agreed_is_refused_at_its_field(
    room: Room, wrong: dict[str, object], field: str
) -> None:
    with room.scope(), pytest.raises(ValidationError) as refused:
        engagements.create(
            partner=Partner.objects.get(), terms=replace(TERMS, **wrong), by=room.by("director")
        )
    assert list(refused.value.error_dict) == [field]


def test_a_name_is_given_once(room: Room) -> None:
    with room.scope():
        firm = Partner.objects.get()
        engagements.create(partner=firm, terms=TERMS, by=room.by("director"))
        with pytest.raises(ValidationError) as refused:
            engagements.create(partner=firm, terms=replace(TERMS, name="INDUSTRY"), by=room.by("director"))
    assert list(refused.value.error_dict) == ["name"]


def test_a_new_price_holds_for_what_is_booked_next_and_no_meeting_changes(room: Room) -> None:
    before = room.book()
    with room.scope():
        prices.set_price(
            engagement=room.engagement,
            from_on=date(2026, 2, 1),
            meeting_minor=45_000,
            month_minor=0,
            by=room.by("director"),
        )
    after = room.book(starts_at=room.now + timedelta(days=2))
    assert (room.fresh(before).price_minor, room.fresh(after).price_minor) == (30_000, 45_000)


def test_a_cost_holds_from_its_day_until_the_next_of_its_kind(room: Room) -> None:
    with room.scope():
        for day, amount in ((date(2026, 1, 1), 50_000), (date(2026, 3, 1), 55_000)):
            costs.set_cost(kind="day", channel="", from_on=day, amount_minor=amount, by=room.by("director"))
        costs.set_cost(
            kind="channel",
            channel="phone",
            from_on=date(2026, 2, 1),
            amount_minor=120,
            by=room.by("director"),
        )
        days = [date(2025, 12, 31), date(2026, 2, 28), date(2026, 3, 1)]
        assert [day_cost(day) for day in days] == [None, 50_000, 55_000]
        assert channel_costs(date(2026, 1, 31)) == {}
        assert channel_costs(date(2026, 2, 1)) == {"phone": 120}


# Who works on it --------------------------------------------------------------------------------------------


def test_a_partner_of_the_organisation_works_on_the_engagement_at_once(room: Room) -> None:
    paul = room.members[Role.PARTNER]
    with room.scope():
        other = engagements.create(partner=Partner.objects.get(), terms=TERMS, by=room.by("director"))
        partners.invite(
            engagement=other, email=paul.user.email, language="fr", by=room.by("director"), now=timezone.now()
        )
        assert Invitation.objects.count() == 0
    with room.scope("partner"):
        assert Engagement.objects.filter(pk=other.pk).exists()


def test_an_invitation_leads_straight_onto_both_engagements(room: Room, atelier: Organisation) -> None:
    now = timezone.now()
    with room.scope():
        other = engagements.create(partner=Partner.objects.get(), terms=TERMS, by=room.by("director"))
        for one in (room.engagement, other):
            partners.invite(
                engagement=one, email="nina@callers.example", language="fr", by=room.by("director"), now=now
            )
        invitation = Invitation.objects.get()
        assert invitation.role == Role.PARTNER
        nina = invitations.accept(
            invitation=invitation, user=factories.user("nina@callers.example", name="Nina"), now=now
        )
    with tenant_scope(atelier.id, partner=nina.id):
        assert Engagement.objects.count() == 2


def test_a_login_that_is_taken_off_sees_nothing_of_it_any_more(room: Room) -> None:
    room.book()
    with room.scope():
        partners.detach(member=EngagementMember.objects.get(), by=room.by("director"))
    with room.scope("partner"):
        assert (Engagement.objects.count(), Meeting.objects.count()) == (0, 0)


def test_only_a_partner_is_put_on_an_engagement(room: Room) -> None:
    with room.scope(), pytest.raises(ValidationError):
        partners.attach(engagement=room.engagement, membership=room.members[Role.REP], by=room.by("director"))


# What it is told --------------------------------------------------------------------------------------------


def led_to(room: Room, kind: str) -> Meeting:
    """An accepted meeting and its opportunity in a stage of this kind."""
    meeting = room.say("rep", "accept", room.held())
    with room.scope():
        stage = Stage.objects.filter(kind=kind).first()
        deal = factories.opportunity(room.organisation, "D1", stage=stage, amount_minor=WON)
        Meeting.objects.filter(pk=meeting.pk).update(opportunity=deal)
    return meeting


def disclose(room: Room, setting: str) -> None:
    with room.scope():
        current = Engagement.objects.get(pk=room.engagement.pk)
        terms = Terms(name=current.name, starts_on=current.starts_on, disclosure=setting)
        engagements.change(engagement=current, terms=terms, version=None, by=room.by("director"))


@pytest.mark.parametrize(
    ("setting", "kind", "told"),
    [
        ("nothing", "won", ("", None)),
        ("outcome", "open", ("open", None)),
        ("outcome", "won", ("won", None)),
        ("outcome", "lost", ("lost", None)),
        ("amount", "open", ("open", None)),
        ("amount", "won", ("won", WON)),
    ],
)
def test_a_partner_learns_what_the_engagement_discloses(
    room: Room, setting: str, kind: str, told: tuple[str, int | None]
) -> None:
    meeting = led_to(room, kind)
    disclose(room, setting)
    with room.scope("partner"):
        seen = Meeting.objects.get(pk=meeting.pk)
    assert (seen.disclosed_outcome, seen.disclosed_amount_minor) == told


def test_what_is_no_longer_disclosed_is_emptied(room: Room) -> None:
    meeting = led_to(room, "won")
    disclose(room, "amount")
    disclose(room, "nothing")
    seen = room.fresh(meeting)
    assert (seen.disclosed_outcome, seen.disclosed_amount_minor) == ("", None)


def test_the_night_copies_what_changed_and_nothing_twice(room: Room) -> None:
    led_to(room, "open")
    disclose(room, "outcome")
    with room.scope():
        assert disclosure.refresh() == 0
        Meeting.objects.update(disclosed_outcome="")
        assert disclosure.refresh() == 1


# The statement ----------------------------------------------------------------------------------------------


def test_the_statement_holds_what_was_accepted_in_the_month_at_the_price_of_its_booking(room: Room) -> None:
    accepted = room.say("rep", "accept", room.held())
    room.held(starts_at=room.now + timedelta(hours=3))
    with room.scope():
        prices.set_price(
            engagement=room.engagement, from_on=date(2026, 2, 15), meeting_minor=99_000, month_minor=28_000,
            by=room.by("director"),
        )  # fmt: skip
        told = statement(room.engagement, date(2026, 2, 20))
        before = statement(room.engagement, date(2026, 1, 1))
    assert [one.id for one in told.meetings] == [accepted.id]
    # 14 of February's 28 days at 280.00.
    assert (told.meetings_minor, told.fee_minor, told.total_minor) == (30_000, 14_000, 44_000)
    assert (before.meetings, before.total_minor) == ([], 0)
