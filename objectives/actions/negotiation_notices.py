"""Notices by e-mail: a proposal waits for the person, or was answered. One job a step, once it is committed."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from objectives.domain.negotiation import Side
from objectives.models import NegotiationStep
from objectives.queries.negotiations import login_of, shares
from tenants import mail
from tenants import queries as tenant_queries
from tenants.actions import jobs
from tenants.models import Membership, Organisation

JOB_KIND = "negotiation"  # with the step's id as key
TASK = "objectives.tasks.send_notice"

Kind = NegotiationStep.Kind
SUBJECTS = {
    (Kind.OFFER, Side.ABOVE): _("{cycle}: a proposal for {owner}"),
    (Kind.ACCEPT, Side.OWNER): _("{cycle}: {owner}, proposal accepted"),
    (Kind.COUNTER, Side.OWNER): _("{cycle}: {owner}, a counter-proposal"),
    (Kind.ACCEPT, Side.ABOVE): _("{cycle}: {owner}, counter-proposal accepted"),
    (Kind.REFUSE, Side.ABOVE): _("{cycle}: {owner}, the proposal stands"),
    (Kind.WITHDRAW, Side.ABOVE): _("{cycle}: {owner}, proposal withdrawn"),
}


def ask_to_send(steps: Iterable[NegotiationStep]) -> None:
    """Have the notices of these new steps sent."""
    steps = list(steps)
    if steps:
        keys = [str(step.pk) for step in steps]
        jobs.enqueue_new(organisation_id=steps[0].organisation_id, kind=JOB_KIND, keys=keys, task=TASK)


def deliver(*, step_id: UUID, organisation: Organisation) -> None:
    """Tell the other side what was said, each reader in the own language; the body of the job.

    Nothing is sent when something else was said since: that has its own notice.
    """
    step = NegotiationStep.objects.select_related("negotiation").filter(pk=step_id).first()
    if step is None or NegotiationStep.objects.filter(negotiation=step.negotiation).last() != step:
        return
    objective = shares().get(pk=step.negotiation.objective_id)
    readers = _above(step, organisation) if step.side == Side.OWNER else [login_of(objective)]
    names = tenant_queries.member_names(organisation.id, [step.actor_id] if step.actor_id else [])
    address = reverse(
        "objectives:talk", kwargs={"organisation": organisation.slug, "objective": objective.pk}
    )
    owner = str(objective.owner)
    for reader in readers:
        if reader is None or reader.id == step.actor_id:
            continue
        mail.send(
            "objectives/email/negotiation",
            to=reader.user.email,
            language=reader.user.language,
            subject=format_lazy(
                SUBJECTS[Kind(step.kind), Side(step.side)], cycle=objective.cycle.name, owner=owner
            ),
            context={
                "step": step,
                "what": f"{step.side} {step.kind}",
                "who": names.get(step.actor_id, "") if step.actor_id else "",
                "owner": owner,
                "is_own": objective.person_id is not None and step.side == Side.ABOVE,
                "cycle": objective.cycle,
                "last_day": objective.cycle.end_on - timedelta(days=1),
                "negotiation": step.negotiation,
                "organisation": organisation,
                "link": settings.PUBLIC_URL.rstrip("/") + address,
            },
        )


def _above(step: NegotiationStep, organisation: Organisation) -> list[Membership]:
    """Who proposed; when that member is gone, the directors."""
    sender = step.negotiation.sent_by
    found = tenant_queries.membership(organisation.id, sender) if sender is not None else None
    if found is not None and found.is_active:
        return [found]
    return tenant_queries.directors_of(organisation.id)
