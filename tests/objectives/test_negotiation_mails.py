"""Notices: who is told what was said, in which language, and when not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from objectives.actions import negotiation_notices
from objectives.models import Cycle, NegotiationStep
from tenants.models import Job, Membership
from tenants.scope import tenant_scope
from tests.kept import kept
from tests.objectives import talks
from tests.objectives.conftest import House
from tests.objectives.talks import Room

Run = Callable[[], int]


@kept
def room(house: House, quarter: Cycle) -> Room:
    return talks.room(house, quarter)


def mails(run: Run) -> dict[str, EmailMultiAlternatives]:
    """Run the waiting jobs; the mails by address."""
    mail.outbox.clear()
    run()
    return {message.to[0]: message for message in mail.outbox}  # type: ignore[misc]


def address(member: Membership) -> str:
    return str(member.user.email)


def html(message: EmailMultiAlternatives) -> str:
    return str(message.alternatives[0][0])


def test_everybody_who_can_sign_in_is_told_of_a_proposal(room: Room, run_queued_jobs: Run) -> None:
    room.send()
    assert set(mails(run_queued_jobs)) == {address(room.manager), address(room.ann), address(room.bea)}


def test_the_mail_says_how_much_until_when_and_where_to_answer(room: Room, run_queued_jobs: Run) -> None:
    room.send()
    message = mails(run_queued_jobs)[address(room.ann)]
    link = f"/o/atelier/objectives/proposals/{room.share('Ann').pk}/"
    assert message.subject == "Q1 2026: a proposal for Ann"
    for body in (message.body, html(message)):
        assert "Alice proposes €" in body
        assert "to you for Q1 2026" in body
        assert "10 December 2025" in body
        assert link in body


def test_each_reader_is_written_to_in_the_own_language(room: Room, run_queued_jobs: Run) -> None:
    room.ann.user.language = "fr"
    room.ann.user.save()
    room.send()
    sent = mails(run_queued_jobs)
    assert "une proposition pour Ann" in sent[address(room.ann)].subject
    assert 'lang="fr"' in html(sent[address(room.ann)])
    assert "a proposal for Bea" in sent[address(room.bea)].subject


def test_who_proposed_is_told_of_the_answer_with_its_reason(room: Room, run_queued_jobs: Run) -> None:
    room.send("director", "Ann")
    run_queued_jobs()
    room.counter("ann", "Ann", 12_000_000, "Two <b>clients</b> have left.")
    message = mails(run_queued_jobs)[address(room.director)]
    assert "Carol asks for €120,000 for Ann in Q1 2026." in message.body
    assert "Two <b>clients</b> have left." in message.body
    assert "Two &lt;b&gt;clients" in html(message)


def test_the_manager_who_proposed_is_the_one_who_is_told(room: Room, run_queued_jobs: Run) -> None:
    room.send("manager")
    run_queued_jobs()
    room.accept("ann", "Ann")
    assert set(mails(run_queued_jobs)) == {address(room.manager)}


def test_the_directors_are_told_when_who_proposed_has_left(room: Room, run_queued_jobs: Run) -> None:
    room.send("manager")
    run_queued_jobs()
    Membership.objects.filter(pk=room.manager.pk).update(is_active=False)
    room.accept("ann", "Ann")
    assert set(mails(run_queued_jobs)) == {address(room.director)}


@pytest.mark.parametrize("answer", ["take", "refuse", "withdraw"])
def test_the_person_is_told_of_the_answer(room: Room, run_queued_jobs: Run, answer: str) -> None:
    room.send()
    room.counter("ann", "Ann", 12_000_000)
    run_queued_jobs()
    getattr(room, answer)("director", "Ann")
    assert set(mails(run_queued_jobs)) == {address(room.ann)}


def test_nobody_is_told_what_he_said_himself(room: Room, run_queued_jobs: Run) -> None:
    room.send("director", "Cai")
    run_queued_jobs()
    room.counter("director", "Cai", 10_000_000)
    assert mails(run_queued_jobs) == {}


def test_a_notice_that_something_newer_has_overtaken_is_not_sent(room: Room, run_queued_jobs: Run) -> None:
    room.send("director", "Ann")
    room.withdraw("director", "Ann")
    sent = mails(run_queued_jobs)
    assert "proposal withdrawn" in sent[address(room.ann)].subject
    assert len(mail.outbox) == 1


def test_nothing_is_sent_for_what_is_no_longer_there(room: Room, run_queued_jobs: Run) -> None:
    room.send("director", "Ann")
    with tenant_scope(room.cycle.organisation_id):
        NegotiationStep.objects.all().delete()
    assert mails(run_queued_jobs) == {}


def test_there_is_a_job_for_each_person_who_is_told(room: Room) -> None:
    room.send()
    asked = Job.objects.filter(kind=negotiation_notices.JOB_KIND)
    with tenant_scope(room.cycle.organisation_id):
        steps = {str(key) for key in NegotiationStep.objects.values_list("pk", flat=True)}
    assert asked.count() == 3
    assert set(asked.values_list("key", flat=True)) < steps
