"""The talks about the shares of the present quarter: a counter-proposal taken, one refused, most agreed on, two silent."""

from datetime import datetime, timedelta
from uuid import UUID

from demo.stories import Story
from objectives.actions import agreements, negotiations
from objectives.actions.negotiation_notices import JOB_KIND
from objectives.models import Cycle, Negotiation
from tenants.access import Actor
from tenants.domain.roles import Role
from tenants.models import Job, Membership, Organisation

ANSWERS_WITHIN = timedelta(days=10)
LESS = 0.9  # what a counter-proposal asks for, of what was offered
SILENT = 2  # how many have not answered


def hold(organisation: Organisation, cycle: Cycle, story: Story, *, director: Actor, now: datetime) -> None:
    """Send every share; a rep's counter-proposal is taken, a manager's refused and the offer then accepted."""
    if not story.counter_reason:
        return
    due = now.astimezone(organisation.zone).date() + ANSWERS_WITHIN
    negotiations.send(cycle=cycle, by=director, now=now, due_on=due)
    speakers = _speakers(organisation)
    for talk in _talks(cycle):
        who = speakers.get(_login(talk))
        if who is not None and who.role == Role.REP:
            _counter(talk, who, story.counter_reason)
            negotiations.take(negotiation=talk, version=talk.version, by=director, now=now)
            # What was given up goes to the others of the team, who are asked anew.
            agreements.rebalance(cycle=cycle, level=talk.objective.parent, by=director)
    negotiations.send(cycle=cycle, by=director, now=now, due_on=due)
    silent = 0
    for talk in _talks(cycle):
        login = _login(talk)
        who = speakers.get(login, director)
        if talk.state == Negotiation.State.ACCEPTED:
            continue
        if login is None and talk.objective.person_id is not None and silent < SILENT:
            silent += 1
            continue
        if who.role == Role.MANAGER:
            _counter(talk, who, story.no_counter_reason)
            negotiations.refuse(negotiation=talk, reason=story.no_reason, version=talk.version, by=director)
            talk.refresh_from_db()
        negotiations.accept(negotiation=talk, version=talk.version, by=who, now=now)
    # What was said before the quarter is not announced by mail this morning.
    Job.objects.filter(organisation=organisation, kind=JOB_KIND).delete()


def _counter(talk: Negotiation, who: Actor, reason: str) -> None:
    """Ask for a tenth less, in round thousands."""
    wanted = round(int(talk.offered or 0) * LESS / 100_000) * 100_000
    negotiations.counter(negotiation=talk, amount_minor=wanted, reason=reason, version=talk.version, by=who)
    talk.refresh_from_db()


def _speakers(organisation: Organisation) -> dict[UUID | None, Actor]:
    """Managers and reps who sign in, by the id of their login."""
    found = Membership.objects.filter(organisation=organisation, role__in=(Role.MANAGER, Role.REP))
    return {member.id: Actor("member", member.id, Role(member.role)) for member in found}


def _talks(cycle: Cycle) -> list[Negotiation]:
    related = ("objective__team__manager", "objective__person", "objective__parent", "objective__cycle")
    return list(Negotiation.objects.filter(objective__cycle=cycle).select_related(*related).order_by("id"))


def _login(talk: Negotiation) -> UUID | None:
    """The login of whoever carries the share, or None."""
    row = talk.objective
    person = row.person or (row.team.manager if row.team else None)
    return person.membership_id if person is not None else None
