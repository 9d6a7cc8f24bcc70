"""The state machine: against a model, against the database's own table, and against fifty at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from prospecting.actions import meetings
from prospecting.domain.meetings import ACCEPTED, HELD, MOVES, OCCUPYING, IllegalMove, State, Verb
from prospecting.models import Meeting, MeetingEvent
from tenants.access import Actor
from tenants.domain.roles import Role
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.factories import NOON
from tests.prospecting.room import DAY, Room, room

HOUR = timedelta(hours=1)
# The whole life, once more and by hand: state → word → (who may say it, the state after).
BOTH, CLIENT, SOURCE = {"client", "source"}, {"client"}, {"source"}
MODEL: dict[str, dict[str, tuple[set[str], str]]] = {
    "booked": {
        "hold": (BOTH, "held"),
        "guest_no_show": (BOTH, "guest_no_show"),
        "host_no_show": (BOTH, "host_no_show"),
        "cancel": (BOTH, "cancelled"),
        "reschedule": (BOTH, "rescheduled"),
    },
    "guest_no_show": {"undo_no_show": (BOTH, "booked"), "reschedule": (BOTH, "rescheduled")},
    "host_no_show": {"undo_no_show": (BOTH, "booked"), "reschedule": (BOTH, "rescheduled")},
    "held": {"accept": (CLIENT, "accepted"), "refuse": (CLIENT, "refused"), "lapse": ({"clock"}, "tacit")},
    "refused": {"dispute": (SOURCE, "disputed")},
    "tacit": {"dispute": (CLIENT, "disputed")},
    "disputed": {
        "overturn": (CLIENT, "accepted_final"),
        "uphold": (CLIENT, "refused_final"),
        "expire": ({"clock"}, "tacit_final"),
    },
}


def test_the_table_of_moves_is_the_one_that_was_written_by_hand() -> None:
    table = {(m.before, m.verb): ({side.value for side in m.sides}, m.after.value) for m in MOVES}

    assert table == {
        (State(state), Verb(verb)): said for state, verbs in MODEL.items() for verb, said in verbs.items()
    }


# The database ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_database_knows_the_same_moves() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'keep_meeting_legal'")
        source = cursor.fetchone()[0]

    pairs = set(re.findall(r"\('(\w+)', '(\w+)'\)", source))

    assert pairs == {(m.before.value, m.after.value) for m in MOVES}


@pytest.mark.django_db
def test_sql_cannot_make_an_illegal_move(atelier: Organisation) -> None:
    house = room(atelier)
    legal = {(m.before, m.after) for m in MOVES}
    tried = 0
    for before in State:
        meeting = at_state(house, before)
        for after in set(State) - {before}:
            if (before, after) in legal:
                continue
            dated = {
                "accepted_on": date(2026, 2, 12) if after in ACCEPTED else None,
                "held_on": date(2026, 2, 11),
                "answer_due_on": date(2026, 2, 13),
                "second_look_due_on": date(2026, 2, 12),
            }
            with house.scope(), pytest.raises(DatabaseError), transaction.atomic():
                Meeting.objects.filter(pk=meeting.pk).update(state=after, **dated)
            tried += 1
    assert tried == len(State) * (len(State) - 1) - len(legal)


@pytest.mark.django_db
def test_sql_cannot_begin_a_meeting_otherwise_than_booked_nor_change_its_terms(atelier: Organisation) -> None:
    house = room(atelier)
    meeting = house.book()
    with house.scope():
        terms = (
            {"price_minor": 1},
            {"answer_days": 9},
            {"second_look_days": 9},
            {"definition_version": None},
        )
        for changes in terms:
            with pytest.raises(DatabaseError), transaction.atomic():
                Meeting.objects.filter(pk=meeting.pk).update(**changes)
        other = Meeting.objects.get(pk=meeting.pk)
        other.pk, other.state, other.starts_at = None, "held", NOON + 3 * DAY
        with pytest.raises(DatabaseError), transaction.atomic():
            other.save(force_insert=True)


@pytest.mark.django_db
def test_sql_cannot_put_a_second_look_off_nor_let_it_expire_on_another_day(atelier: Organisation) -> None:
    house = room(atelier)
    disputed = at_state(house, State.DISPUTED)
    day = disputed.second_look_due_on
    assert day is not None
    with house.scope():
        for changes in (
            {"second_look_due_on": day + DAY},
            {"second_look_due_on": None},
            {"state": "tacit_final", "accepted_on": day - DAY},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                Meeting.objects.filter(pk=disputed.pk).update(**changes)


PATHS: dict[State, list[tuple[str, str, dict[str, Any]]]] = {
    State.BOOKED: [],
    State.CANCELLED: [("partner", "cancel", {})],
    State.RESCHEDULED: [("partner", "reschedule", {"starts_at": NOON + 90 * DAY})],
    State.GUEST_NO_SHOW: [("partner", "no_show", {"whose": "guest"})],
    State.HOST_NO_SHOW: [("partner", "no_show", {"whose": "host"})],
    State.HELD: [("partner", "hold", {})],
    State.ACCEPTED: [("partner", "hold", {}), ("rep", "accept", {})],
    State.TACIT: [("partner", "hold", {}), ("clock", "lapse", {})],
    State.REFUSED: [("partner", "hold", {}), ("rep", "refuse", {"unmet": "Decides"})],
}
PATHS[State.DISPUTED] = [*PATHS[State.REFUSED], ("partner", "dispute", {"reason": "No"})]
PATHS[State.ACCEPTED_FINAL] = [
    *PATHS[State.DISPUTED],
    ("manager", "decide", {"accepted": True, "reason": "Yes"}),
]
PATHS[State.REFUSED_FINAL] = [
    *PATHS[State.DISPUTED],
    ("manager", "decide", {"accepted": False, "reason": "No"}),
]
PATHS[State.TACIT_FINAL] = [*PATHS[State.DISPUTED], ("clock", "expire", {})]


def at_state(house: Room, state: State) -> Meeting:
    """A meeting of its own slot that has come as far as `state`."""
    slot = NOON - (1 + 2 * list(State).index(state)) * DAY
    meeting = house.book(starts_at=slot)
    for role, verb, given in PATHS[state]:
        more = dict(given)
        if "unmet" in more:
            more["unmet_id"] = house.criterion(more.pop("unmet")).pk
        if role == "clock":
            with house.scope():
                late = meetings.lapse_due if verb == "lapse" else meetings.expire_due
                late(as_of=date(2027, 1, 1), now=NOON)
        else:
            house.say(role, verb, meeting, **more)
    found = house.fresh(meeting)
    assert found.state == state
    return found


# Against a model ---------------------------------------------------------------------------------------------


class Life(RuleBasedStateMachine):
    """Both sides and the clock say what they like, when they like; the model says what must come of it."""

    house: Room

    @initialize()
    def book(self) -> None:
        self.point = transaction.savepoint_create()
        self.now: datetime = NOON
        self.meeting = self.house.book(now=self.now)
        self.begins = self.meeting.starts_at
        self.state, self.marked = "booked", self.now
        self.words = 1
        self.chain = 1
        self.first_judge = ""
        self.last: tuple[str, str] | None = None  # who said what last

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule(
        role=st.sampled_from(["partner", "rep", "manager", "director", "marketing"]),
        verb=st.sampled_from([one.value for one in Verb if one not in (Verb.LAPSE, Verb.EXPIRE)]),
    )
    def somebody_speaks(self, role: str, verb: str) -> None:
        side = {"partner": "source", "marketing": "nobody"}.get(role, "client")
        if self.last == (role, verb):
            self._say(role, verb)  # a second click: taken, and nothing more is written
            return
        known = MODEL.get(self.state, {}).get(verb)
        begun = self.now >= self.begins
        fits = known is not None and side in known[0]
        if verb in ("hold", "guest_no_show", "host_no_show"):
            fits = fits and begun
        if verb == "undo_no_show":
            fits = fits and self.now - self.marked <= timedelta(hours=24)
        if verb in ("overturn", "uphold"):
            # Carol may judge first, but only who is above looks a second time, and not who judged first.
            fits = fits and role in {"manager", "director"} - {self.first_judge}
        try:
            after = self._say(role, verb)
        except (IllegalMove, PermissionDenied, ValidationError):
            assert not fits, f"{role} could not {verb} a meeting that is {self.state}"
            return
        assert fits, f"{role} could {verb} a meeting that is {self.state}"
        assert known is not None
        if verb in ("accept", "refuse") or (verb == "dispute" and side == "client"):
            self.first_judge = role
        self.state, self.marked, self.words, self.last = known[1], self.now, self.words + 1, (role, verb)
        if verb == "reschedule":
            # The life goes on in the one that took its place.
            old = self.house.fresh(self.meeting)
            assert (old.state, after.moved_from_id) == ("rescheduled", old.pk)
            self.meeting, self.state, self.words = after, "booked", 1
            self.begins, self.chain, self.last = after.starts_at, self.chain + 1, None

    @rule(days=st.integers(0, 10))
    def a_night_falls(self, days: int) -> None:
        self.now += days * DAY
        today = self.now.date()
        row = self.house.fresh(self.meeting)
        with self.house.scope():
            meetings.lapse_due(as_of=today, now=self.now)
            meetings.expire_due(as_of=today, now=self.now)
        late = {"held": ("tacit", row.answer_due_on), "disputed": ("tacit_final", row.second_look_due_on)}
        after, due = late.get(self.state, ("", None))
        if due is not None and due < today:
            self.state, self.marked, self.words, self.last = after, self.now, self.words + 1, None

    @invariant()
    def the_row_is_where_the_model_is_and_says_so(self) -> None:
        row = self.house.fresh(self.meeting)
        state = State(row.state)
        assert row.state == self.state
        assert (row.accepted_on is not None) == (state in ACCEPTED)
        assert (row.held_on is not None) == (state in HELD)
        with self.house.scope():
            events = list(MeetingEvent.objects.filter(meeting=row))
            assert len(events) == self.words
            assert Meeting.objects.exclude(state="rescheduled").count() == 1
            assert Meeting.objects.count() == self.chain

    @precondition(lambda self: self.state in OCCUPYING)
    @invariant()
    def its_terms_stay(self) -> None:
        row = self.house.fresh(self.meeting)
        assert (row.price_minor, row.definition_version_id) == (30_000, self.house.agreed.pk)

    def _say(self, role: str, verb: str) -> Meeting:
        more: dict[str, Any] = {}
        name = verb
        match verb:
            case "guest_no_show" | "host_no_show":
                name, more = "no_show", {"whose": verb.split("_")[0]}
            case "reschedule":
                more = {"starts_at": self.now + 2 * DAY}
            case "refuse":
                more = {"unmet_id": self.house.criterion("Decides").pk}
            case "dispute":
                more = {"reason": "Why", "unmet_id": self.house.criterion("Decides").pk}
            case "overturn" | "uphold":
                name, more = "decide", {"accepted": verb == "overturn", "reason": "Why"}
        with transaction.atomic():
            return self.house.say(role, name, self.meeting, now=self.now, **more)

    def teardown(self) -> None:
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)


@pytest.mark.django_db
def test_whatever_is_said_by_whomever_the_meeting_follows_the_model(atelier: Organisation) -> None:
    Life.house = room(atelier)
    run_state_machine_as_test(Life, settings=settings(max_examples=15, stateful_step_count=14))


# Fifty at once -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_fifty_who_book_the_same_slot_one_has_it() -> None:
    house = room(factories.organisation("atelier"))
    by: Actor = house.by("partner")
    partner = house.members[Role.PARTNER].id
    start = Barrier(50)

    def book(_number: int) -> str:
        try:
            start.wait(20)
            with tenant_scope(house.organisation.id, partner=partner):
                meetings.book(
                    organisation=house.organisation,
                    company=house.company,
                    engagement=house.engagement,
                    host_id=house.carol.id,
                    channel="phone",
                    starts_at=NOON + DAY,
                    by=by,
                    now=NOON,
                )
        except ValidationError as refused:
            return "taken" if "starts_at" in refused.message_dict else str(refused)
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(book, range(50)))

    assert sorted(answers) == ["booked", *["taken"] * 49]
    with house.scope():
        assert Meeting.objects.count() == 1
        assert MeetingEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_an_acceptance_and_a_refusal_at_once_one_is_kept() -> None:
    house = room(factories.organisation("atelier"))
    meeting = house.held()
    unmet = house.criterion("Decides").pk
    start = Barrier(2)

    def answer(role: str) -> str:
        try:
            start.wait(20)
            more = {"unmet_id": unmet} if role == "rep" else {}
            return house.say(role, "refuse" if role == "rep" else "accept", meeting, **more).state
        except IllegalMove:
            return "late"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(answer, ["rep", "manager"]))

    assert "late" in answers
    assert house.fresh(meeting).state in answers
