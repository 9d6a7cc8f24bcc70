"""Proposals and answers: who may see and say what, where each talk stands, what was said, what waits."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from objectives.domain.cascade import mismatch
from objectives.domain.negotiation import Look, Side, State, Talk, look
from objectives.models import Cycle, Negotiation, NegotiationStep, Objective
from objectives.queries.negotiation_sql import ABOUT, COUNTERED, MANAGED
from objectives.queries.tree import REVENUE, integer
from tenants import queries as tenant_queries
from tenants.domain.roles import Permission, Role, allows
from tenants.models import AuditEntry, Membership, Person
from tenants.reading import rows

BEHALF = "behalf"  # in the audit trail: the step that somebody said for who carries the share
OWNER_VERBS = ("negotiation.accept", "negotiation.counter")


# Who stands where ------------------------------------------------------------------------------------------------


def carrier(row: Objective) -> Person | None:
    """Who answers for a share: the person, or the manager of the team. `row` has team and person at hand."""
    if row.person is not None:
        return row.person
    return row.team.manager if row.team is not None else None


def login_of(row: Objective) -> Membership | None:
    """The login that answers for a share; None when nobody who carries it can sign in."""
    person = carrier(row)
    login: Membership | None = person.membership if person is not None else None
    return login if login is not None and login.is_active else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Which shares a member sees, proposes and answers for.

    teams: those that the member manages, with all below. directs: above everybody. Shares are asked about with
    their team (and its manager), person and parent at hand.
    """

    member: UUID | None
    directs: bool
    reads_all: bool
    teams: frozenset[UUID] = frozenset()

    def carries(self, row: Objective) -> bool:
        person = carrier(row)
        return person is not None and self.member is not None and person.membership_id == self.member

    def is_above(self, row: Objective) -> bool:
        """The director is above everybody, a manager above the people and teams below the own ones."""
        parent = row.parent
        above = parent is not None and parent.team_id in self.teams
        return self.directs or (above and not self.carries(row))

    def stands_in(self, row: Objective) -> bool:
        """The director answers for somebody without a login."""
        return self.directs and login_of(row) is None

    def sees(self, row: Objective) -> bool:
        return self.reads_all or self.carries(row) or self.is_above(row) or row.team_id in self.teams

    def sides(self, row: Objective) -> frozenset[Side]:
        """The sides that the member may speak for."""
        spoken = set()
        if self.is_above(row):
            spoken.add(Side.ABOVE)
        if self.carries(row) or self.stands_in(row):
            spoken.add(Side.OWNER)
        return frozenset(spoken)


def standing(member: UUID | None, role: Role | None) -> Standing:
    """Where a member stands (no role: the system itself, above everybody). One query at most."""
    if role is None or allows(role, Permission.SET_OBJECTIVES):
        return Standing(member, directs=True, reads_all=True)
    teams = _managed(member) if allows(role, Permission.PROPOSE_SHARES) else frozenset()
    return Standing(member, directs=False, reads_all=allows(role, Permission.VIEW_COMPANY), teams=teams)


def _managed(member: UUID | None) -> frozenset[UUID]:
    """The teams that a member manages, with every team below. One query."""
    below: dict[UUID | None, list[UUID]] = defaultdict(list)
    waiting: list[UUID] = []
    for key, parent, manager in rows(MANAGED):
        below[parent].append(key)
        if manager is not None and manager == member:
            waiting.append(key)
    found: set[UUID] = set()
    while waiting:
        team = waiting.pop()
        if team not in found:
            found.add(team)
            waiting += below[team]
    return frozenset(found)


# Where each talk stands ------------------------------------------------------------------------------------------


def talk_of(negotiation: Negotiation | None) -> Talk:
    if negotiation is None:
        return Talk()
    return Talk(
        State(negotiation.state),
        offered=integer(negotiation.offered),
        countered=integer(negotiation.countered),
        agreed=integer(negotiation.agreed),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A share and the talk about it; amounts in minor units. rest: what is not allotted below (None: nobody below)."""

    objective: Objective
    negotiation: Negotiation | None
    depth: int = 0
    rest: int | None = None

    @property
    def share(self) -> int | None:
        return integer(self.objective.target)

    @property
    def talk(self) -> Talk:
        return talk_of(self.negotiation)

    @property
    def look(self) -> Look:
        return look(self.talk, share=self.share)

    @property
    def is_company(self) -> bool:
        return self.objective.parent_id is None

    @property
    def difference(self) -> int | None:
        """The counter-proposal that waits, less what was offered."""
        talk = self.talk
        if talk.state != State.COUNTERED or talk.offered is None or talk.countered is None:
            return None
        return talk.countered - talk.offered

    def is_late(self, today: date) -> bool:
        """The deadline has passed without an answer."""
        waits = self.negotiation is not None and self.negotiation.state == Negotiation.State.SENT
        return waits and self.negotiation is not None and self.negotiation.due_on < today


def shares() -> "QuerySet[Objective]":
    """Revenue objectives with all that `Standing` asks about."""
    found: QuerySet[Objective] = Objective.objects.filter(metric=REVENUE, segment="").select_related(
        "cycle", "parent__team", "person__membership__user", "team__manager__membership__user"
    )
    return found


def lines(cycle: Cycle, reader: Standing) -> list[Line]:
    """The shares of the cycle that `reader` sees, as a tree: parents first, by name. Two queries.

    The company's own line comes first, for who sees the company.
    """
    rows = list(shares().filter(cycle=cycle))
    talks = {talk.objective_id: talk for talk in Negotiation.objects.filter(objective__cycle=cycle)}
    children: dict[UUID | None, list[Objective]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    found: list[Line] = []

    def add(row: Objective, depth: int) -> None:
        below = children[row.pk]
        seen = reader.sees(row)
        if seen:
            rest = mismatch([integer(child.target) for child in below], integer(row.target))
            found.append(Line(row, talks.get(row.pk), depth, None if rest is None else -rest))
        for child in sorted(below, key=_place):
            add(child, depth + seen)

    for root in children[None]:
        add(root, 0)
    return found


def _place(row: Objective) -> tuple[bool, str]:
    return row.person_id is not None, str(row.owner or "").casefold()


def counts(found: Iterable[Line]) -> dict[Look, int]:
    """How many shares look how, the company's aside."""
    number = dict.fromkeys(Look, 0)
    for line in found:
        if not line.is_company:
            number[line.look] += 1
    return number


# What waits ------------------------------------------------------------------------------------------------------


def open_counters(cycle: Cycle) -> set[UUID]:
    """The objectives with a counter-proposal that nobody has answered: they stand in the way of activation. One query."""
    return {key for (key,) in rows(COUNTERED, state=Negotiation.State.COUNTERED.value, cycle=cycle.pk)}


def carried_by(member: UUID) -> list[Line]:
    """Every talk of the member, about the own share and those of managed teams, latest cycle first. One query."""
    own = Q(objective__person__membership_id=member) | Q(objective__team__manager__membership_id=member)
    return _lines(_talks().filter(own))


def of_person(person_id: UUID, day: date) -> list[Line]:
    """The talks about the own share of a person, in the cycles that are not over on `day`. Two queries at most."""
    return _if_any("o.person_id = %(person)s", day, person=person_id)


def of_team(team_id: UUID, day: date) -> list[Line]:
    """The talks about the share of a team and those right below, in the cycles that are not over. Two queries at most."""
    return _if_any("(o.team_id = %(team)s OR p.team_id = %(team)s)", day, team=team_id)


def _if_any(about: str, day: date, **given: UUID) -> list[Line]:
    """Most of the time nobody talks, and the tables of a talk take longer to plan than all of a page."""
    ids = [key for (key,) in rows(ABOUT.format(about=about), day=day, **given)]
    return _lines(_talks().filter(pk__in=ids)) if ids else []


def _talks() -> "QuerySet[Negotiation]":
    found: QuerySet[Negotiation] = Negotiation.objects.select_related(
        "objective__cycle",
        "objective__parent",
        "objective__person__membership__user",
        "objective__team__manager__membership__user",
    ).order_by("-objective__cycle__start_on", "objective__person__name", "objective__team__name")
    return found


def _lines(talks: "QuerySet[Negotiation]") -> list[Line]:
    return [Line(talk.objective, talk) for talk in talks]


# What was said ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """A step of the talk: who said it, for which side; stood_in: said for somebody who has no login."""

    kind: str
    side: Side
    who: str
    at: datetime
    amount: int | None
    text: str
    stood_in: bool


def said(negotiation: Negotiation) -> list[Said]:
    """What both sides said, oldest first. Three queries."""
    steps = list(NegotiationStep.objects.filter(negotiation=negotiation))
    names = tenant_queries.member_names(
        negotiation.organisation_id, {step.actor_id for step in steps if step.actor_id}
    )
    stood_in = set(
        AuditEntry.objects.filter(verb__in=OWNER_VERBS, object_id=negotiation.pk).values_list(
            f"detail__{BEHALF}", flat=True
        )
    )
    return [
        Said(
            kind=step.kind,
            side=Side(step.side),
            who=names.get(step.actor_id, ""),
            at=step.at,
            amount=integer(step.amount),
            text=step.text,
            stood_in=str(step.pk) in stood_in,
        )
        for step in steps
    ]
