"""Proposals, answers, and what they do to the shares."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from objectives.actions import agreements, cascades, cycles, drafts, negotiations
from objectives.actions.errors import Locked, StaleVersion
from objectives.domain.cascade import mismatch
from objectives.domain.negotiation import Look, Refusal, Refused
from objectives.models import Cycle, DraftStep, Negotiation, NegotiationStep, Objective
from objectives.queries.negotiations import open_counters, said
from tenants.models import AuditEntry
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives import talks
from tests.objectives.conftest import House
from tests.objectives.talks import DUE, NOW, Room


@kept
def room(house: House, quarter: Cycle) -> Room:
    return talks.room(house, quarter)


# Proposals go down ----------------------------------------------------------------------------------------------


def test_the_director_proposes_to_everybody_at_once(room: Room) -> None:
    assert room.send() == 5  # North, South, Ann, Bea, Cai

    ann = room.line("Ann")
    assert (ann.look, ann.talk.offered, ann.negotiation and ann.negotiation.due_on) == (
        Look.WAITING,
        ann.share,
        DUE,
    )


def test_the_deadline_is_kept_on_the_cycle(room: Room) -> None:
    room.send()
    with tenant_scope(room.cycle.organisation_id):
        assert Cycle.objects.get().answers_due_on == DUE


def test_sending_again_sends_only_what_is_new_or_changed(room: Room) -> None:
    room.send()
    assert room.send() == 0

    room_change(room, "Ann", 10_000_000)
    sent = room.send()

    assert sent == 2  # Ann, and Bea who re-balanced
    assert room.talk("Ann").offered == 10_000_000


def test_one_share_alone_is_sent(room: Room) -> None:
    assert room.send("director", "Ann") == 1
    with tenant_scope(room.cycle.organisation_id):
        assert Negotiation.objects.count() == 1


def test_a_manager_proposes_to_the_own_people_only(room: Room) -> None:
    assert room.send("manager") == 2
    with tenant_scope(room.cycle.organisation_id):
        names = {
            str(talk.objective.person) for talk in Negotiation.objects.select_related("objective__person")
        }
    assert names == {"Ann", "Bea"}


@pytest.mark.parametrize("name", ["North", "Cai"])
def test_a_manager_does_not_propose_the_own_share_nor_one_of_another_team(room: Room, name: str) -> None:
    with pytest.raises(Refused) as refused:
        room.send("manager", name)
    assert refused.value.refusal == Refusal.SIDE


def test_a_salesperson_proposes_nothing(room: Room) -> None:
    with pytest.raises(PermissionDenied):
        room.send("ann")


def test_a_share_that_moved_since_it_was_looked_at_is_not_sent(room: Room) -> None:
    read = room.share("Ann")
    room_change(room, "Ann", 10_000_000)
    with tenant_scope(room.cycle.organisation_id), pytest.raises(StaleVersion):
        negotiations.send(
            cycle=room.cycle, by=room.by("director"), now=NOW, due_on=DUE, only={read.pk: read.version}
        )


@pytest.mark.parametrize(
    ("day", "said_at_the_field"),
    [
        (None, "until when"),
        (date(2025, 11, 19), "has passed"),
        (date(2026, 1, 16), "15 Jan 2026 at the latest"),
    ],
)
def test_the_deadline_is_a_day_to_come_and_two_weeks_into_the_cycle_at_most(
    room: Room, day: date | None, said_at_the_field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        room.send(due_on=day)
    assert said_at_the_field in refused.value.message_dict["due_on"][0]


def test_another_deadline_holds_for_those_who_were_asked_already(room: Room) -> None:
    room.send()
    room.send(due_on=DUE + timedelta(days=5))
    assert room.talk("Ann").due_on == DUE + timedelta(days=5)


def test_a_manager_takes_the_day_that_the_director_has_set(room: Room) -> None:
    room.send("director", "North")
    room.send("manager", due_on=DUE + timedelta(days=5))
    assert room.talk("Ann").due_on == DUE


# Answers come up ------------------------------------------------------------------------------------------------


def test_the_person_accepts(room: Room) -> None:
    room.send()
    room.accept("ann", "Ann")
    ann = room.line("Ann")
    assert (ann.look, ann.talk.agreed) == (Look.AGREED, ann.share)


def test_the_manager_answers_for_the_team(room: Room) -> None:
    room.send()
    room.accept("manager", "North")
    assert room.line("North").look == Look.AGREED


def test_accepting_twice_is_accepting_once(room: Room) -> None:
    room.send()
    talk = room.talk("Ann")
    for _click in range(2):
        with tenant_scope(room.cycle.organisation_id):
            negotiations.accept(negotiation=talk, version=talk.version, by=room.by("ann"), now=NOW)
    with tenant_scope(room.cycle.organisation_id):
        assert NegotiationStep.objects.filter(negotiation=talk, kind="accept").count() == 1


@pytest.mark.parametrize("who", ["director", "manager", "bea"])
def test_nobody_answers_for_somebody_who_can_sign_in(room: Room, who: str) -> None:
    room.send()
    with pytest.raises(Refused) as refused:
        room.accept(who, "Ann")
    assert refused.value.refusal == Refusal.SIDE


def test_the_director_answers_for_somebody_without_a_login_and_it_shows(room: Room) -> None:
    room.send()
    room.counter("director", "Cai", 10_000_000, "Said on the phone.")
    room.refuse("director", "Cai")
    room.accept("director", "Cai")

    with tenant_scope(room.cycle.organisation_id):
        told = [(one.kind, one.who, one.stood_in) for one in said(room.talk("Cai"))]
    assert told == [
        ("offer", "Alice", False),
        ("counter", "Alice", True),
        ("refuse", "Alice", False),
        ("accept", "Alice", True),
    ]


def test_a_manager_does_not_stand_in_for_anybody(room: Room) -> None:
    with tenant_scope(room.cycle.organisation_id):
        factories.person(room.house.organisation, "Dov", team=room.house.teams["North"])
        cascades.share_out(cycle=room.cycle, by=room.by("director"))
    room.send()
    with pytest.raises(Refused):
        room.accept("manager", "Dov")


def test_an_adviser_reads_and_says_nothing(room: Room) -> None:
    room.send()
    talk = room.talk("Cai")
    by = factories.actor(factories.member(room.house.organisation, "adviser"))
    with tenant_scope(room.cycle.organisation_id), pytest.raises(PermissionDenied):
        negotiations.accept(negotiation=talk, version=talk.version, by=by, now=NOW)


def test_a_counter_proposal_says_how_much_and_why(room: Room) -> None:
    room.send()
    room.counter("ann", "Ann", 12_000_000)
    ann = room.line("Ann")
    assert (ann.look, ann.talk.countered, ann.difference) == (
        Look.COUNTERED,
        12_000_000,
        12_000_000 - (ann.share or 0),
    )
    with tenant_scope(room.cycle.organisation_id):
        assert said(room.talk("Ann"))[-1].text == "Two clients have left."


@pytest.mark.parametrize(
    ("amount", "reason", "refusal"),
    [
        (10, " ", Refusal.NO_REASON),
        (-1, "Because.", Refusal.NEGATIVE),
        (2**51, "Because.", Refusal.TOO_LARGE),
    ],
)
def test_a_counter_proposal_without_a_reason_or_of_an_absurd_amount_is_refused(
    room: Room, amount: int, reason: str, refusal: Refusal
) -> None:
    room.send()
    with pytest.raises(Refused) as refused:
        room.counter("ann", "Ann", amount, reason)
    assert refused.value.refusal == refusal
    assert room.line("Ann").look == Look.WAITING


def test_what_was_said_meanwhile_is_told(room: Room) -> None:
    room.send()
    read = room.talk("Ann")
    room.counter("ann", "Ann", 12_000_000)
    with tenant_scope(room.cycle.organisation_id), pytest.raises(StaleVersion) as stale:
        negotiations.withdraw(negotiation=read, version=read.version, by=room.by("director"))
    assert (stale.value.by, stale.value.verb) == (room.ann.id, "negotiation.counter")


# The other side answers -----------------------------------------------------------------------------------------


def test_a_taken_counter_proposal_becomes_a_fixed_share_with_its_reason(room: Room) -> None:
    room.send()
    room.counter("ann", "Ann", 12_000_000)
    room.take("director", "Ann")

    share, line = room.share("Ann"), room.line("Ann")
    assert (share.target, share.is_locked, share.reason) == (12_000_000, True, "Two clients have left.")
    assert (line.look, line.talk.agreed) == (Look.AGREED, 12_000_000)


def test_taking_a_counter_proposal_moves_nobody_else_and_the_rest_is_not_allotted(room: Room) -> None:
    room.send()
    before = room.amounts()
    room.counter("ann", "Ann", before["Ann"] - 1_000_000)
    room.take("manager", "Ann")

    after = room.amounts()
    assert {name: amount for name, amount in after.items() if name != "Ann"} == {
        name: amount for name, amount in before.items() if name != "Ann"
    }
    assert mismatch([after["Ann"], after["Bea"]], after["North"]) == -1_000_000


def test_a_team_that_gets_less_keeps_its_people_where_they_are(room: Room) -> None:
    room.send()
    before = room.amounts()
    room.counter("manager", "North", before["North"] - 1_000_000)
    room.take("director", "North")

    after = room.amounts()
    assert (after["Ann"], after["Bea"], after["South"]) == (before["Ann"], before["Bea"], before["South"])


def test_the_taken_share_can_be_undone_and_the_agreement_shows_that_it_changed(room: Room) -> None:
    room.send()
    room.counter("ann", "Ann", 12_000_000)
    room.take("director", "Ann")
    with tenant_scope(room.cycle.organisation_id):
        step = DraftStep.objects.order_by("number").last()
        drafts.undo(cycle=room.cycle, step_id=step.pk, by=room.by("director"))
    assert (room.line("Ann").look, room.talk("Ann").agreed) == (Look.CHANGED, 12_000_000)


def test_what_is_not_allotted_in_one_team_stays_when_a_share_of_another_changes(room: Room) -> None:
    room.send()
    before = room.amounts()
    room.counter("ann", "Ann", before["Ann"] - 1_000_000)
    room.take("director", "Ann")

    room_change(room, "Cai", before["Cai"])  # typed, and so fixed
    with tenant_scope(room.cycle.organisation_id):
        cai = room.share("Cai")
        cascades.set_padlock(
            cycle=room.cycle, objective=cai, locked=True, version=cai.version, by=room.by("director")
        )

    assert room.amounts() == before | {"Ann": before["Ann"] - 1_000_000}


def test_re_balancing_on_request_shares_what_is_left_among_those_who_did_not_agree(room: Room) -> None:
    room.send()
    before = room.amounts()
    room.accept("manager", "North")
    room.counter("ann", "Ann", before["Ann"] - 1_000_000)
    room.take("director", "Ann")

    with tenant_scope(room.cycle.organisation_id):
        agreements.rebalance(cycle=room.cycle, level=room.share("North"), by=room.by("manager"))

    after = room.amounts()
    assert after == before | {"Ann": before["Ann"] - 1_000_000, "Bea": before["Bea"] + 1_000_000}
    assert room.line("Bea").look == Look.OUTDATED  # to be proposed again


def test_re_balancing_says_when_nobody_is_left_to_take_the_rest(room: Room) -> None:
    room.send()
    room.accept("bea", "Bea")
    room.counter("ann", "Ann", 12_000_000)
    room.take("director", "Ann")
    with tenant_scope(room.cycle.organisation_id), pytest.raises(ValidationError, match="agreed on"):
        agreements.rebalance(cycle=room.cycle, level=room.share("North"), by=room.by("director"))


def test_a_manager_re_balances_the_own_team_only(room: Room) -> None:
    with tenant_scope(room.cycle.organisation_id), pytest.raises(Refused):
        agreements.rebalance(cycle=room.cycle, level=room.share(""), by=room.by("manager"))


def test_after_a_refusal_the_offer_stands(room: Room) -> None:
    room.send()
    offered = room.share("Ann").target
    room.counter("ann", "Ann", 12_000_000)
    room.refuse("manager", "Ann")
    line = room.line("Ann")
    assert (line.look, line.talk.offered, line.talk.countered) == (Look.WAITING, offered, None)


def test_a_withdrawn_proposal_can_be_sent_again(room: Room) -> None:
    room.send()
    room.withdraw("director", "Ann")
    assert room.line("Ann").look == Look.WITHDRAWN
    assert room.send() == 1


def test_a_counter_proposal_is_not_overrun_by_sending_everything(room: Room) -> None:
    room.send()
    room.counter("ann", "Ann", 12_000_000)
    room_change(room, "Ann", 13_000_000)

    room.send()
    assert room.line("Ann").look == Look.COUNTERED

    room.send("director", "Ann")  # the compromise, on purpose
    assert (room.line("Ann").look, room.talk("Ann").offered) == (Look.WAITING, 13_000_000)


# Afterwards -----------------------------------------------------------------------------------------------------


def test_a_share_that_changes_after_the_agreement_asks_for_a_new_one_and_what_was_agreed_stays(
    room: Room,
) -> None:
    room.send()
    agreed = room.share("Ann").target
    room.accept("ann", "Ann")
    room_change(room, "Ann", 13_000_000)

    assert (room.line("Ann").look, room.talk("Ann").agreed) == (Look.CHANGED, agreed)
    room.send()
    assert (room.line("Ann").look, room.talk("Ann").agreed) == (Look.WAITING, agreed)


def test_open_counter_proposals_are_named(room: Room) -> None:
    room.send()
    room.counter("ann", "Ann", 12_000_000)
    with tenant_scope(room.cycle.organisation_id):
        waiting = Objective.objects.filter(pk__in=open_counters(room.cycle))
        assert [str(row.person) for row in waiting] == ["Ann"]


def test_nothing_is_said_any_more_once_the_cycle_is_active(room: Room) -> None:
    room.send()
    with tenant_scope(room.cycle.organisation_id):
        Cycle.objects.filter(pk=room.cycle.pk).update(state="active", activated_at=NOW)
    with pytest.raises(Locked):
        room.accept("ann", "Ann")
    with pytest.raises(Locked):
        room.send()


def test_silence_does_not_stand_in_the_way_of_activation(room: Room) -> None:
    room.send()
    with tenant_scope(room.cycle.organisation_id):
        assert open_counters(room.cycle) == set()


def test_a_draft_that_is_talked_about_can_be_deleted(room: Room) -> None:
    room.send()
    with tenant_scope(room.cycle.organisation_id):
        cycles.delete(cycle=room.cycle, by=room.by("director"))
        assert not NegotiationStep.objects.exists()


def test_everything_said_is_in_the_audit_trail_without_anybodys_words(room: Room) -> None:
    room.send()
    room.counter("ann", "Ann", 12_000_000)
    room.take("director", "Ann")
    with tenant_scope(room.cycle.organisation_id):
        rows = AuditEntry.objects.filter(verb__startswith="negotiation.").order_by("at", "id")
        assert [row.verb for row in rows] == ["negotiation.send", "negotiation.counter", "negotiation.take"]
        assert "clients" not in str([row.detail for row in rows])


def room_change(room: Room, name: str, amount: int) -> None:
    """The director types another share."""
    row = room.share(name)
    with tenant_scope(room.cycle.organisation_id):
        cascades.change_share(
            cycle=room.cycle, objective=row, target_minor=amount, version=row.version, by=room.by("director")
        )
