"""The pages of the negotiation: what can be said there, and what is kept when it is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from objectives.domain.negotiation import Look
from objectives.models import Cycle
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests.kept import kept
from tests.objectives import talks
from tests.objectives.conftest import House
from tests.objectives.talks import Room, page, say, table

ClientOf = Callable[[Membership], Client]


@kept
def room(house: House, quarter: Cycle) -> Room:
    return talks.room(house, quarter)


@kept
def sent(room: Room) -> Room:
    room.send()
    return room


def test_the_person_accepts_in_one_click(sent: Room, client_of: ClientOf) -> None:
    client = client_of(sent.ann)
    answer = say(client, sent, "Ann", "accept")
    assert answer.headers["Location"] == page(sent, "Ann")
    assert sent.line("Ann").look == Look.AGREED
    assert "You agreed on" in client.get(page(sent, "Ann")).text


def test_a_counter_proposal_is_typed_in_the_currency_of_the_house(sent: Room, client_of: ClientOf) -> None:
    say(client_of(sent.ann), sent, "Ann", "counter", amount="150 000 €", reason="Two clients have left.")
    assert sent.talk("Ann").countered == 15_000_000


@pytest.mark.parametrize(
    ("amount", "reason", "wrong"),
    [
        ("150000", "", "This field is required."),
        ("-5", "Because.", "An amount here is not negative."),
        ("150000 USD", "Because.", "Amounts are in EUR here, not in USD: convert it first."),
        ("2000000000000", "Because.", "This amount is too large"),
    ],
)
def test_a_wrong_counter_proposal_keeps_what_was_typed(
    sent: Room, client_of: ClientOf, amount: str, reason: str, wrong: str
) -> None:
    answer = say(client_of(sent.ann), sent, "Ann", "counter", amount=amount, reason=reason)
    assert answer.status_code == 422
    assert wrong in answer.text
    assert f'value="{amount}"' in answer.text
    assert reason in answer.text
    assert sent.line("Ann").look == Look.WAITING


def test_what_is_proposed_already_is_accepted_not_countered(sent: Room, client_of: ClientOf) -> None:
    same = str((sent.share("Ann").target or 0) / 100)
    answer = say(client_of(sent.ann), sent, "Ann", "counter", amount=same, reason="Because.")
    assert answer.status_code == 422
    assert "accept it instead" in answer.text


def test_the_other_side_reads_the_reason_and_agrees(sent: Room, client_of: ClientOf) -> None:
    sent.counter("ann", "Ann", 12_000_000)
    director = client_of(sent.director)
    shown = director.get(page(sent, "Ann")).text
    assert "Two clients have left." in shown
    assert "Agree to €120,000" in shown

    say(director, sent, "Ann", "take")
    assert sent.share("Ann").target == 12_000_000


def test_the_manager_refuses_with_a_reason_that_the_person_reads(sent: Room, client_of: ClientOf) -> None:
    sent.counter("ann", "Ann", 12_000_000)
    assert say(client_of(sent.manager), sent, "Ann", "refuse", reason="").status_code == 422

    say(client_of(sent.manager), sent, "Ann", "refuse", reason="The market is there.")
    assert "The market is there." in client_of(sent.ann).get(page(sent, "Ann")).text


def test_what_is_for_the_other_side_to_say_is_told_and_not_done(sent: Room, client_of: ClientOf) -> None:
    answer = client_of(sent.director).post(
        page(sent, "Ann", "accept"), {"version": sent.talk("Ann").version}, follow=True
    )
    assert "This is for somebody else to say." in answer.text
    assert sent.line("Ann").look == Look.WAITING


def test_what_was_said_meanwhile_is_shown_and_what_was_typed_is_kept(sent: Room, client_of: ClientOf) -> None:
    read = sent.talk("Ann").version
    sent.withdraw("director", "Ann")
    sent.send("director", "Ann")

    words = {"version": read, "amount": "150000", "reason": "Two clients have left."}
    answer = client_of(sent.ann).post(page(sent, "Ann", "counter"), words)

    assert answer.status_code == 409
    assert "Alice said something meanwhile" in answer.text
    assert 'value="150000"' in answer.text
    assert "Two clients have left." in answer.text
    assert sent.line("Ann").look == Look.WAITING


def test_the_director_answers_for_somebody_without_a_login_and_the_page_says_so(
    sent: Room, client_of: ClientOf
) -> None:
    director = client_of(sent.director)
    assert "Cai has no login" in director.get(page(sent, "Cai")).text
    say(director, sent, "Cai", "accept")
    assert "for Cai" in director.get(page(sent, "Cai")).text


def test_words_are_escaped(sent: Room, client_of: ClientOf) -> None:
    sent.counter("ann", "Ann", 12_000_000, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in client_of(sent.director).get(page(sent, "Ann")).text


def test_a_missed_deadline_shows_and_still_takes_an_answer(sent: Room, client_of: ClientOf) -> None:
    # The talk of the fixture was due in 2025.
    assert "no answer by 10 Dec 2025" in client_of(sent.director).get(table(sent)).text
    assert "It still counts." in client_of(sent.ann).get(page(sent, "Ann")).text
    say(client_of(sent.ann), sent, "Ann", "accept")
    assert sent.line("Ann").look == Look.AGREED


def test_once_the_cycle_is_active_the_talk_is_read_only(sent: Room, client_of: ClientOf) -> None:
    sent.accept("ann", "Ann")
    with tenant_scope(sent.cycle.organisation_id):
        Cycle.objects.filter(pk=sent.cycle.pk).update(state="active", activated_at=talks.NOW)
    client = client_of(sent.ann)
    shown = client.get(page(sent, "Ann")).text
    assert "You agreed on" in shown
    assert "Your answer" not in shown
    assert "was activated with" in client_of(sent.bea).get(page(sent, "Bea")).text

    answer = client.post(
        page(sent, "Ann", "counter"), {"version": 1, "amount": "1", "reason": "x"}, follow=True
    )
    assert "This cycle is active: its shares are locked." in answer.text


def test_my_proposals_are_all_there_whatever_became_of_them(sent: Room, client_of: ClientOf) -> None:
    sent.accept("ann", "Ann")
    mine = reverse("objectives:talks", kwargs={"organisation": "atelier"})
    shown = client_of(sent.ann).get(mine).text
    assert "You agreed on" in shown
    assert "No answer of yours is awaited." in shown
    assert "Bea" not in shown

    assert "Nothing was proposed to you yet" in client_of(sent.director).get(mine).text


def test_the_pages_speak_french(sent: Room, client_of: ClientOf) -> None:
    sent.ann.user.language = "fr"
    sent.ann.user.save()
    client = client_of(sent.ann)
    client.cookies["django_language"] = "fr"
    shown = client.get(page(sent, "Ann")).text
    assert "Ma proposition" in shown
    assert "vous sont proposés" in shown
