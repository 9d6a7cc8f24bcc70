"""The talks about the shares of the present quarter: most are agreed on, one after a counter-proposal, one not yet."""

from datetime import datetime, timedelta

from demo.stories import Story
from objectives.actions import negotiations
from objectives.models import Cycle, Negotiation
from tenants.access import Actor
from tenants.domain.roles import Role
from tenants.models import Membership, Organisation

ANSWERS_WITHIN = timedelta(days=10)
LESS = 0.9  # what a counter-proposal asks for, of what was offered
SILENT = 2  # how many have not answered


def hold(organisation: Organisation, cycle: Cycle, story: Story, *, director: Actor, now: datetime) -> None:
    """Send every share; a manager's counter-proposal is taken, a rep's is refused and the offer then accepted."""
    if not story.counter_reason:
        return
    due = now.astimezone(organisation.zone).date() + ANSWERS_WITHIN
    negotiations.send(cycle=cycle, by=director, now=now, due_on=due)
    speakers = {
        member.id: Actor("member", member.id, Role(member.role))
        for member in Membership.objects.filter(organisation=organisation, role__in=("manager", "rep"))
    }
    silent = 0
    for talk in _talks(cycle):
        login = _login(talk)
        if login is None:
            if talk.objective.person_id is not None and silent < SILENT:
                silent += 1
                continue
            negotiations.accept(negotiation=talk, version=talk.version, by=director, now=now)
            continue
        who = speakers.get(login, director)
        offered = talk.offered
        if offered is None or who is director:
            negotiations.accept(negotiation=talk, version=talk.version, by=director, now=now)
            continue
        is_manager = who.role == Role.MANAGER
        reason = story.counter_reason if is_manager else story.no_counter_reason
        wanted = round(int(offered) * LESS / 100_000) * 100_000
        negotiations.counter(
            negotiation=talk, amount_minor=wanted, reason=reason, version=talk.version, by=who
        )
        talk.refresh_from_db()
        if is_manager:
            negotiations.take(negotiation=talk, version=talk.version, by=director, now=now)
        else:
            negotiations.refuse(negotiation=talk, reason=story.no_reason, version=talk.version, by=director)
            talk.refresh_from_db()
            negotiations.accept(negotiation=talk, version=talk.version, by=who, now=now)


def _talks(cycle: Cycle) -> list[Negotiation]:
    related = ("objective__team__manager", "objective__person", "objective__cycle")
    return list(Negotiation.objects.filter(objective__cycle=cycle).select_related(*related).order_by("id"))


def _login(talk: Negotiation) -> object:
    """The login of whoever carries the share, or None."""
    row = talk.objective
    person = row.person or (row.team.manager if row.team else None)
    return person.membership_id if person is not None else None
