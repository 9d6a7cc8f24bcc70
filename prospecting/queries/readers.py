"""Who speaks of meetings: for which side, of whose meetings, and who may judge."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from prospecting.domain.meetings import Side, Verb
from prospecting.models import DefinitionVersion, Meeting, MeetingEvent
from tenants import queries as tenant_queries
from tenants.access import Actor
from tenants.domain.roles import Permission, Role, allows
from tenants.models import Person
from tenants.scope import behind_the_wall

Judge = DefinitionVersion.Judge
READS_ALL = frozenset({Role.DIRECTOR, Role.MARKETING})


@dataclass(frozen=True, slots=True)
class Reader:
    """An actor and what it answers for in the house; a partner answers for nothing there, the wall shows what is its own."""

    by: Actor
    person_id: UUID | None = None
    teams: frozenset[UUID] = frozenset()  # managed, with those below
    people: frozenset[UUID] = frozenset()  # in them on the day

    @property
    def is_partner(self) -> bool:
        return self.by.role == Role.PARTNER

    @property
    def directs(self) -> bool:
        return self.by.role in (None, Role.DIRECTOR)

    def may(self, permission: Permission) -> bool:
        return self.by.role is None or allows(self.by.role, permission)

    def is_above(self, meeting: Meeting) -> bool:
        """Whether the host's work is this reader's to answer for; a partner's meeting that is nobody's yet is any manager's."""
        free = meeting.host_id is None and meeting.team_id is None and meeting.engagement_id is not None
        own = meeting.team_id in self.teams or meeting.host_id in self.people
        return self.directs or own or (free and self.by.role == Role.MANAGER)

    def is_host(self, meeting: Meeting) -> bool:
        return self.person_id is not None and meeting.host_id == self.person_id

    def booked(self, meeting: Meeting) -> bool:
        """Whether this reader, or somebody of its teams, booked the meeting in the house."""
        if meeting.booked_by_id is None:
            return False
        return meeting.booked_by_id == self.person_id or meeting.booked_by_id in self.people

    def is_contact(self, meeting: Meeting) -> bool:
        engagement = meeting.engagement
        contact = engagement.client_contact_id if engagement is not None else None
        return contact is not None and contact == self.person_id

    def sides(self, meeting: Meeting) -> frozenset[Side]:
        """For whom this reader may speak of the meeting; none for who only looks."""
        if self.is_partner:
            return frozenset({Side.SOURCE})
        if self.by.role is None:
            return frozenset({Side.CLIENT, Side.SOURCE})
        if not self.may(Permission.BOOK_MEETINGS):
            return frozenset()
        client = self.is_above(meeting) or self.is_host(meeting) or self.is_contact(meeting)
        source = meeting.engagement_id is None and (
            self.directs or self.booked(meeting) or (meeting.booked_by_id is None and client)
        )
        if meeting.host_id is None and self.booked(meeting):
            client = True
        return frozenset({side for side, holds in ((Side.CLIENT, client), (Side.SOURCE, source)) if holds})


def reader_of(by: Actor, today: date) -> Reader:
    """The actor with its person and teams on `today`. Five queries for a manager, none for a partner or the system."""
    if by.role in (None, Role.PARTNER) or by.id is None:
        return Reader(by)
    person = Person.objects.filter(membership_id=by.id).first()
    if person is None or by.role != Role.MANAGER:
        return Reader(by, person.id if person else None)
    tree = tenant_queries.team_tree(today)
    teams = tree.managed_by(person.id)
    people = {one for one, team in tree.team_of.items() if team in teams}
    return Reader(by, person.id, frozenset(teams), frozenset(people))


def visible(reader: Reader) -> QuerySet[Meeting]:
    """The meetings that this reader sees: a partner what the wall shows, a salesperson the own ones."""
    found: QuerySet[Meeting] = Meeting.objects.all()
    if reader.is_partner or reader.by.role is None or reader.by.role in READS_ALL:
        return found
    own = (
        Q(host=reader.person_id)
        | Q(booked_by=reader.person_id)
        | Q(engagement__client_contact=reader.person_id)
    )
    if reader.person_id is None:
        own = Q(pk__in=[])
    if reader.by.role == Role.MANAGER:
        people = [*reader.people]
        own |= Q(team__in=[*reader.teams]) | Q(host__in=people) | Q(booked_by__in=people)
        own |= Q(host=None, team=None, engagement__isnull=False)  # of a partner, and nobody's yet
    return found.filter(own)


def may_judge(reader: Reader, meeting: Meeting) -> bool:
    """Whether this reader gives the first answer, by what the definition says; who is above may always stand in."""
    if reader.by.role is None or reader.directs:
        return True
    if reader.is_partner or not reader.may(Permission.JUDGE_MEETINGS):
        return False
    if reader.is_above(meeting) and not reader.is_host(meeting):
        return True
    match judge_of(meeting):
        case Judge.HOST:
            return reader.is_host(meeting)
        case Judge.CONTACT:
            return reader.is_contact(meeting)
    return False


def may_decide(reader: Reader, meeting: Meeting) -> bool:
    """Whether this reader gives the second look: somebody else than who judged first, where there is somebody else."""
    if reader.by.role is None:
        return True
    if reader.is_partner or not reader.may(Permission.JUDGE_MEETINGS):
        return False
    second = second_judges(meeting)
    first = first_judge(meeting)
    others = second - {first}
    return reader.by.id in (others or second)


def judge_of(meeting: Meeting) -> str:
    """Who judges: a `Judge`; who holds the meeting where no definition says."""
    version = meeting.definition_version
    return version.judge if version is not None else Judge.HOST


def first_judge(meeting: Meeting) -> UUID | None:
    """The member of the client's side who spoke last before the second look."""
    answers = MeetingEvent.objects.filter(
        meeting=meeting, side=Side.CLIENT, verb__in=[Verb.ACCEPT, Verb.REFUSE, Verb.DISPUTE]
    )
    last = answers.order_by("recorded_at", "id").last()
    return last.actor_id if last is not None else None


def second_judges(meeting: Meeting) -> set[UUID]:
    """The logins that can look a second time: who is above the host, the engagement's contact, the directors."""
    logins = {one.id for one in tenant_queries.directors_of(meeting.organisation_id)}
    wanted = [meeting.engagement.client_contact_id] if meeting.engagement is not None else []
    tree = tenant_queries.team_tree(meeting.starts_at.date())
    team = meeting.team_id or (tree.team_of.get(meeting.host_id) if meeting.host_id else None)
    wanted += [tree.teams[one].manager_id for one in (tree.ancestors(team) if team else [])]
    people = Person.objects.filter(pk__in=[one for one in wanted if one], membership__isnull=False)
    members = {person.membership_id for person in people}
    active = tenant_queries.members_with(
        meeting.organisation_id, [role for role in Role if allows(role, Permission.JUDGE_MEETINGS)]
    )
    return logins | (members & {one.id for one in active})


def person_names(ids: set[UUID]) -> dict[UUID, str]:
    """The names of hosts and bookers: all that a partner learns of the people of the house."""
    with behind_the_wall():
        return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
