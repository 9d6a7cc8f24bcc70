"""Where meetings happen: Carol sells in Bob's team, Alice directs, Paul prospects for the firm that was engaged.

The definition of the engagement asks for a need and for somebody who decides; a date is a bonus. An accepted meeting
costs 300.00, and answers are given within two working days. Tuesday 10 February 2026, noon in UTC, is now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from pipeline.models import Company
from prospecting.actions import definitions, meetings
from prospecting.actions.definitions import CriterionLine
from prospecting.models import (
    Availability,
    Criterion,
    Definition,
    DefinitionVersion,
    Engagement,
    EngagementMember,
    Meeting,
    Partner,
    Price,
)
from tenants.access import SYSTEM, Actor
from tenants.domain.roles import Role
from tenants.models import Membership, Organisation, Person, Team
from tenants.scope import tenant_scope
from tests import factories
from tests.factories import NOON

DAY = timedelta(days=1)
CRITERIA = (
    CriterionLine("Has a need", help="Said in their words", evidence="A sentence of theirs"),
    CriterionLine("Decides", help="Signs, or sits with who signs"),
    CriterionLine("Has a date", is_required=False),
)


@dataclass(slots=True)
class Room:
    """The house, and verbs for tests: each opens the scope of who speaks."""

    organisation: Organisation
    members: dict[Role, Membership]
    carol: Person
    bob: Person
    team: Team
    company: Company
    engagement: Engagement
    agreed: DefinitionVersion
    now: datetime = NOON
    made: list[Meeting] = field(default_factory=list)

    def by(self, role: str) -> Actor:
        return factories.actor(self.members[Role(role)])

    def scope(self, role: str = "director") -> Any:
        """The scope in which this role's requests run."""
        partner = self.members[Role.PARTNER].id if role == "partner" else None
        return tenant_scope(self.organisation.id, partner=partner)

    def book(self, role: str = "partner", **given: Any) -> Meeting:
        """A meeting with Acme tomorrow at noon, with Carol; booked now."""
        own = {"engagement": self.engagement if role == "partner" else None}
        values = {
            **{"organisation": self.organisation, "company": self.company, "channel": "phone"},
            **{"starts_at": NOON + DAY, "host_id": self.carol.id, "by": self.by(role), "now": self.now},
        }
        with self.scope(role):
            meeting = meetings.book(**{**values, **own, **given})
        self.made.append(meeting)
        return meeting

    def say(self, role: str, verb: str, meeting: Meeting, **given: Any) -> Meeting:
        """`say("rep", "accept", meeting)`: as it is now, a day and an hour after `now` unless told."""
        values = {"version": None, "by": self.by(role), "now": self.now + DAY + timedelta(hours=1)}
        with self.scope(role):
            said: Meeting = getattr(meetings, verb)(meeting=meeting, **{**values, **given})
        return said

    def held(self, **given: Any) -> Meeting:
        return self.say("partner", "hold", self.book(**given))

    def fresh(self, meeting: Meeting) -> Meeting:
        with self.scope():
            found: Meeting = Meeting.objects.get(pk=meeting.pk)
        return found

    def criterion(self, label: str) -> Criterion:
        with self.scope():
            found: Criterion = Criterion.objects.get(definition_version=self.agreed, label=label)
        return found


def room(organisation: Organisation) -> Room:
    members = {role: factories.member(organisation, role) for role in Role}
    with tenant_scope(organisation.id):
        bob = factories.person(organisation, "Bob", membership=members[Role.MANAGER])
        team = factories.team(organisation, "North", manager=bob)
        carol = factories.person(organisation, "Carol", team=team, membership=members[Role.REP])
        company = factories.company(organisation, "Acme")
        factories.stages(organisation)
        made = engagement(organisation, members[Role.PARTNER])
        agreed = definition(made)
        hours(carol)
    return Room(organisation, members, carol, bob, team, company, made, agreed)


def hours(host: Person, **given: Any) -> None:
    """Monday to Friday, nine to six, half hours with a quarter of an hour after each; open to partners."""
    for weekday in range(5):
        Availability.objects.create(
            host=host, weekday=weekday, **{"opens_at": time(9), "closes_at": time(18), **given}
        )


def engagement(organisation: Organisation, member: Membership, name: str = "Cold calls") -> Engagement:
    """Since the start of the year, 300.00 an accepted meeting, with this member of the partner's on it."""
    firm, _made = Partner.objects.get_or_create(name="Callers", key="callers")
    found: Engagement = Engagement.objects.create(
        partner=firm, name=name, key=name.lower(), starts_on=date(2026, 1, 1), answer_days=2
    )
    EngagementMember.objects.create(engagement=found, membership=member)
    Price.objects.create(engagement=found, from_on=date(2026, 1, 1), meeting_minor=30_000)
    return found


def definition(engagement: Engagement | None, **given: Any) -> DefinitionVersion:
    """A definition that both sides accepted, with the three criteria."""
    made: Definition = Definition.objects.create(name="A good meeting", engagement=engagement)
    answers = {"demand": "need", "judge": "host", "credit_days": 90, **given}
    draft = definitions.draft(definition=made, by=SYSTEM)
    definitions.edit(draft=draft, criteria=CRITERIA, version=None, by=SYSTEM, **answers)
    definitions.propose(draft=draft, version=None, by=SYSTEM, now=NOON)
    return definitions.accept(proposal=draft, version=None, by=SYSTEM, now=NOON)
