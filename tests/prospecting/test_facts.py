"""What was done to reach prospects, counted by day, as of a day."""

from datetime import date
from typing import Any

import pytest

from prospecting.domain.meetings import Verb
from prospecting.queries import facts
from tenants.models import Organisation
from tests import factories
from tests.prospecting import logged

pytestmark = pytest.mark.django_db

JANUARY, DAY, LATER = date(2026, 1, 1), date(2026, 1, 20), date(2026, 2, 20)


def counts(as_of: date = LATER, since: date = JANUARY) -> dict[str, float]:
    rows = facts.daily(since=since, as_of=as_of).in_target
    return {str(key): float(value) for key, value in rows.groupby("metric")["value"].sum().items()}


def test_first_contacts_and_conversations_in_target_count(in_scope: Organisation) -> None:
    carol = factories.person(in_scope, "Carol")
    logged.activity(in_scope, DAY, person=carol)
    logged.activity(in_scope, DAY, person=carol, is_first=False)
    logged.activity(in_scope, DAY, person=carol, kind="attempt")
    logged.activity(in_scope, DAY, person=carol, kind="conversation", is_first=False)
    logged.activity(in_scope, DAY, person=carol, quantity=12, source="weekly")

    assert counts() == {"prospects_contacted": 13, "conversations": 1}


def test_what_is_off_target_is_there_apart(in_scope: Organisation) -> None:
    carol = factories.person(in_scope, "Carol")
    logged.activity(in_scope, DAY, person=carol, in_target=False, quantity=5)

    found = facts.daily(since=JANUARY, as_of=LATER)

    assert found.in_target.empty
    assert found.off_target["value"].tolist() == [5]


def test_what_happened_after_the_day_or_before_the_window_does_not_count(in_scope: Organisation) -> None:
    carol = factories.person(in_scope, "Carol")
    for day in (date(2025, 12, 31), DAY, LATER):
        logged.activity(in_scope, day, person=carol)
    assert counts(DAY) == {"prospects_contacted": 1}


def test_a_meeting_counts_on_the_day_it_was_held_and_again_on_that_of_the_answer(
    in_scope: Organisation,
) -> None:
    said = [(Verb.HOLD, date(2026, 1, 22)), (Verb.ACCEPT, date(2026, 1, 26))]
    logged.meeting(in_scope, DAY, said)

    rows = facts.daily(since=JANUARY, as_of=LATER).rows

    days = dict(zip(rows["metric"], rows["day"], strict=True))
    assert days == {"meetings_held": DAY.toordinal(), "meetings_accepted": date(2026, 1, 26).toordinal()}
    # Logged two days later, held all the same on its day; not accepted yet on the eve of the answer.
    assert counts(DAY) == {"meetings_held": 1}
    assert counts(date(2026, 1, 25)) == {"meetings_held": 1}


@pytest.mark.parametrize("verb", [Verb.GUEST_NO_SHOW, Verb.HOST_NO_SHOW, Verb.CANCEL, Verb.RESCHEDULE])
def test_what_did_not_take_place_does_not_count(in_scope: Organisation, verb: Verb) -> None:
    logged.meeting(in_scope, DAY, [(verb, DAY)])
    assert counts() == {}


def test_a_no_show_that_was_taken_back_flows_back_to_its_day(in_scope: Organisation) -> None:
    made = logged.meeting(in_scope, DAY, [(Verb.GUEST_NO_SHOW, DAY)])
    assert counts(DAY) == {}

    logged.say(made, Verb.UNDO_NO_SHOW, date(2026, 1, 21))
    logged.say(made, Verb.HOLD, date(2026, 1, 21))

    assert counts(DAY) == {"meetings_held": 1}
    assert counts() == {"meetings_held": 1}


def test_an_acceptance_that_a_second_look_undid_counts_until_it_was_disputed(in_scope: Organisation) -> None:
    logged.meeting(in_scope, DAY, [
        (Verb.HOLD, DAY), (Verb.LAPSE, date(2026, 1, 23)), (Verb.DISPUTE, date(2026, 1, 28)),
        (Verb.UPHOLD, date(2026, 2, 2)),
    ])  # fmt: skip

    assert counts(date(2026, 1, 24)) == {"meetings_held": 1, "meetings_accepted": 1}
    assert counts(date(2026, 1, 29)) == {"meetings_held": 1}
    assert counts() == {"meetings_held": 1}


def test_a_meeting_of_before_the_window_counts_in_it_when_it_is_accepted_there(
    in_scope: Organisation,
) -> None:
    logged.meeting(in_scope, date(2025, 12, 30), [(Verb.HOLD, date(2025, 12, 30)), (Verb.ACCEPT, DAY)])
    assert counts() == {"meetings_accepted": 1}


def test_rows_carry_in_whose_hands_they_are_where_and_how(in_scope: Organisation) -> None:
    north = factories.team(in_scope, "North")
    carol = factories.person(in_scope, "Carol", team=north)
    calls, health = logged.engagement(in_scope), logged.segment(in_scope)
    logged.activity(in_scope, DAY, engagement=calls, segment=health, channel="email")
    logged.meeting(
        in_scope, DAY, [(Verb.HOLD, DAY)], engagement=calls, host=carol, team=north, segment=health
    )

    rows = facts.daily(since=JANUARY, as_of=LATER).rows.set_index("metric")

    contact, held = rows.loc["prospects_contacted"], rows.loc["meetings_held"]
    assert (contact.owner, contact.engagement, contact.segment, contact.channel) == (
        None,
        calls.id,
        "Health",
        "email",
    )
    assert (held.owner, held.team, held.engagement, held.segment) == (carol.id, north.id, calls.id, "Health")


def test_only_metrics_of_which_something_was_logged_are_measured(in_scope: Organisation) -> None:
    assert facts.daily(since=JANUARY, as_of=LATER).metrics == frozenset()
    carol = factories.person(in_scope, "Carol")
    logged.activity(in_scope, DAY, person=carol, kind="attempt")
    assert facts.daily(since=JANUARY, as_of=LATER).metrics == {"prospects_contacted", "conversations"}
    assert facts.daily(since=JANUARY, as_of=date(2026, 1, 19)).metrics == frozenset()
    logged.meeting(in_scope, DAY)
    assert facts.daily(since=JANUARY, as_of=LATER).metrics == facts.LOGGED


def test_they_are_counted_in_three_queries_however_many(
    in_scope: Organisation, django_assert_num_queries: Any
) -> None:
    carol = factories.person(in_scope, "Carol")
    for number in range(30):
        logged.activity(in_scope, DAY, person=carol)
        logged.meeting(in_scope, DAY, [(Verb.HOLD, DAY)]) if number < 5 else None
    with django_assert_num_queries(3):
        facts.daily(since=JANUARY, as_of=LATER)
