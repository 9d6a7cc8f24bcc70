"""Invitations: made, sent, sent again, revoked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from tenants.access import SYSTEM
from tenants.actions import invitations
from tenants.domain.roles import Role
from tenants.models import Invitation, Job, Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.factories import NOON

ClientOf = Callable[[Membership], Client]
FORM = {"email": "Zoe@atelier.example", "role": "rep", "language": "fr", "person": ""}


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"tenants:{name}", kwargs={"organisation": "atelier", **kwargs})


def invite(organisation: Organisation, **given: Any) -> Invitation:
    values = {"email": "zoe@atelier.example", "role": Role.REP, "language": "en", "person": None, "now": NOON}
    with tenant_scope(organisation.id):
        return invitations.invite(by=SYSTEM, **{**values, **given})


def test_a_director_invites_somebody(atelier: Organisation, alice: Membership, client_of: ClientOf) -> None:
    response = client_of(alice).post(url("invite"), FORM)
    assert response.status_code == 302
    with tenant_scope(atelier.id):
        assert Invitation.objects.get().email == "zoe@atelier.example"


def test_the_mail_is_asked_for_as_a_job(atelier: Organisation) -> None:
    invitation = invite(atelier)
    job = Job.objects.get()
    assert (job.kind, job.key, job.task) == (Invitation.JOB_KIND, str(invitation.id), invitations.TASK)


def test_the_mail_has_a_text_and_an_html_part_with_the_link(atelier: Organisation) -> None:
    invitation = invite(atelier)
    with tenant_scope(atelier.id):
        invitations.deliver(invitation_id=invitation.id, organisation=atelier, now=NOON)
    message = mail.outbox[0]
    assert isinstance(message, EmailMultiAlternatives)
    html = str(message.alternatives[0][0])
    assert message.to == ["zoe@atelier.example"]
    assert "/join/atelier/" in message.body
    assert "/join/atelier/" in html


def test_the_secret_of_the_link_is_not_stored(atelier: Organisation) -> None:
    invitation = invite(atelier)
    with tenant_scope(atelier.id):
        token = invitations.issue_link(invitation=invitation).rstrip("/").rsplit("/", 1)[-1]
        stored = Invitation.objects.get()
    assert len(token) >= 43  # 32 random bytes
    assert stored.digest == invitations.digest_of(token)
    assert token not in str(vars(stored))


def test_the_job_sends_the_mail(
    atelier: Organisation, alice: Membership, client_of: ClientOf, run_queued_jobs: Callable[[], int]
) -> None:
    client_of(alice).post(url("invite"), FORM)
    assert run_queued_jobs() == 1
    assert len(mail.outbox) == 1


def test_a_member_cannot_be_invited(alice: Membership, bob: Membership, client_of: ClientOf) -> None:
    response = client_of(alice).post(url("invite"), {**FORM, "email": bob.user.email})
    assert response.status_code == 422
    assert "a member already" in response.content.decode()


def test_what_was_typed_stays_beside_the_error(
    alice: Membership, bob: Membership, client_of: ClientOf
) -> None:
    response = client_of(alice).post(url("invite"), {**FORM, "email": bob.user.email})
    assert f'value="{bob.user.email}"' in response.content.decode()


def test_an_open_invitation_is_not_made_twice(atelier: Organisation) -> None:
    invite(atelier)
    with pytest.raises(ValidationError, match="invited already"):
        invite(atelier, email="ZOE@atelier.example")


def test_an_invitation_that_ran_out_makes_room_for_another(atelier: Organisation) -> None:
    invite(atelier)
    second = invite(atelier, now=NOON + timedelta(days=8))
    with tenant_scope(atelier.id):
        assert Invitation.objects.get(revoked_at=None).id == second.id


def test_sending_again_gives_another_week(atelier: Organisation) -> None:
    invitation = invite(atelier)
    later = NOON + timedelta(days=9)
    with tenant_scope(atelier.id):
        invitations.resend(invitation=invitation, by=SYSTEM, now=later)
    assert invitation.is_open(later + timedelta(days=6))


def test_a_new_link_ends_the_former_one(atelier: Organisation) -> None:
    invitation = invite(atelier)
    with tenant_scope(atelier.id):
        invitations.issue_link(invitation=invitation)
        former = invitation.digest
        invitations.issue_link(invitation=invitation)
        assert not Invitation.objects.filter(digest=former).exists()


def test_a_revoked_invitation_is_not_sent(atelier: Organisation) -> None:
    invitation = invite(atelier)
    with tenant_scope(atelier.id):
        invitations.revoke(invitation=invitation, by=SYSTEM, now=NOON)
        invitations.deliver(invitation_id=invitation.id, organisation=atelier, now=NOON)
    assert mail.outbox == []


def test_a_used_invitation_cannot_be_sent_again(atelier: Organisation) -> None:
    invitation = invite(atelier)
    with tenant_scope(atelier.id):
        invitations.accept(invitation=invitation, user=factories.user("zoe@atelier.example"), now=NOON)
        invitation.refresh_from_db()
        with pytest.raises(ValidationError, match="was accepted"):
            invitations.resend(invitation=invitation, by=SYSTEM, now=NOON)


def test_revoking_from_the_page_takes_the_invitation_off_the_list(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    invitation = invite(atelier)
    browser = client_of(alice)
    browser.post(url("invitation_revoke", invitation=invitation.id))
    browser.get(url("members"))  # says that it no longer works
    assert "zoe@atelier.example" not in browser.get(url("members")).content.decode()


def test_a_salesperson_with_a_login_cannot_be_invited_again(atelier: Organisation, carol: Membership) -> None:
    person = factories.person(atelier, "Carol", membership=carol)
    with pytest.raises(ValidationError) as refused:
        invite(atelier, person=person)
    assert "person" in refused.value.message_dict
