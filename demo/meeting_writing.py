"""Writes the lives of meetings into a demo organisation: rows as booked, then one statement for each further move."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from demo.meeting_lives import ANSWER_DAYS, MONTHS, SECOND_LOOK_DAYS, Life, draw
from demo.partner_stories import Agreement, Manner
from demo.quarters import House
from pipeline.models import Company, Opportunity
from prospecting.domain.meetings import ACCEPTED, NO_SHOWS, REFUSED, TACITLY, Side, State, Verb
from prospecting.models import (
    Criterion,
    DefinitionVersion,
    Engagement,
    Meeting,
    MeetingEvent,
    MeetingEvidence,
)
from tenants.domain.roles import Role
from tenants.domain.working_days import is_working
from tenants.models import Membership, Person, TeamMembership
from tenants.queries.calendar import after_working_days, public_holidays

LINKED_WITHIN = timedelta(days=28)  # an opportunity that was opened so soon after a meeting may come from it

STEP = """
UPDATE prospecting_meeting m SET state = step.state, accepted_on = step.accepted_on
FROM unnest(%s::uuid[], %s::text[], %s::date[]) AS step(id, state, accepted_on)
WHERE m.organisation_id = %s AND m.id = step.id
"""


class Links:
    """Companies to meet, and the opportunities that an accepted meeting may have led to; each given once."""

    def __init__(self, house: House) -> None:
        self.companies = list(Company.objects.order_by("name"))
        self.deals = list(
            Opportunity.objects.exclude(company=None)
            .filter(created_on__gte=house.today - timedelta(days=220))
            .select_related("company")
            .order_by("created_on", "external_id")
        )

    def take(self, day: date) -> Opportunity | None:
        for index, deal in enumerate(self.deals):
            if deal.created_on is not None and day <= deal.created_on <= day + LINKED_WITHIN:
                return self.deals.pop(index)
        return None


@dataclass(slots=True)
class Writer:
    """The meetings of one who prospects. source: the login that speaks for that side; engagement: none in the house, where
    salespeople book for others of their team."""

    house: House
    agreement: Agreement
    manner: Manner
    version: DefinitionVersion
    links: Links
    source: UUID | None
    engagement: Engagement | None = None
    price_minor: int = 0
    criteria: list[Criterion] = field(init=False)

    def __post_init__(self) -> None:
        self.criteria = list(self.version.criteria.all())

    def write(self, number: int, taken: set[tuple[Any, ...]]) -> None:
        house, organisation = self.house, self.house.organisation
        hosts = list(Person.objects.filter(end_on=None, membership=None).order_by("name"))
        teams = dict(TeamMembership.objects.filter(end_on=None).values_list("person_id", "team_id"))
        seed = house.company.seed + 100 + number
        lives = draw(
            self.manner, seed=seed, days=self._days(), hosts=len(hosts), zone=organisation.zone, taken=taken,
            due=lambda day, count: after_working_days(organisation, day, count),
        )  # fmt: skip
        now = datetime.combine(house.today, datetime.min.time(), organisation.zone)
        answerer = self._answerer()
        if answerer is not None and self.engagement is not None:
            lives += self._of_now(number, host=len(hosts))
            hosts.append(answerer)
        lives = [one for one in lives if one.booked_at < now]
        rows: dict[int, Meeting] = {}
        for index, life in enumerate(lives):
            host = hosts[life.host]
            company, deal = self._subject(life, index, number, now)
            origin = rows.get(id(life.moved_from)) if life.moved_from is not None else None
            rows[id(life)] = Meeting(
                engagement=self.engagement, definition_version=self.version, price_minor=self.price_minor,
                answer_days=ANSWER_DAYS, second_look_days=SECOND_LOOK_DAYS, company=company, company_name=company.name,
                host=host, booked_by=self._booker(host, hosts, teams, index), team_id=teams.get(host.id), channel="phone" if index % 3 else "email", in_target=life.in_target,
                starts_at=life.starts_at, ends_at=life.starts_at + timedelta(minutes=30),
                busy_until=life.starts_at + timedelta(minutes=45), booked_at=life.booked_at, opportunity=deal,
                moved_from=origin, **self._said(life, now),
            )  # fmt: skip
        Meeting.objects.bulk_create(rows.values())
        self._events(lives, rows, now)
        self._evidence(lives, rows, now)
        self._move(lives, rows, now)

    def _booker(
        self, host: Person, hosts: list[Person], teams: dict[UUID, UUID], index: int
    ) -> Person | None:
        """In the house: somebody else of the host's team, in turn; the host where there is nobody else."""
        if self.engagement is not None:
            return None
        others = [one for one in hosts if one.id != host.id and teams.get(one.id) == teams.get(host.id)]
        return others[index % len(others)] if others else host

    def _answerer(self) -> Person | None:
        """The salesperson who can sign in: hosts what waits for an answer, and nothing else."""
        login = Membership.objects.filter(organisation=self.house.organisation, role=Role.REP).first()
        return Person.objects.filter(membership=login).first() if login is not None else None

    def _of_now(self, number: int, *, host: int) -> list[Life]:
        """Two meetings that took place on the last working day and wait for the answer, and one of this morning."""
        house, zone = self.house, self.house.organisation.zone
        last = max(day for day in self._days() if day < house.today)
        due = after_working_days(house.organisation, last, ANSWER_DAYS)
        lives = []
        for hour in (9 + 2 * number, 14 + number):
            starts = datetime.combine(last, time(hour), zone)
            held = (Verb.HOLD, Side.SOURCE, starts + timedelta(hours=1))
            lives.append(Life(starts, starts - timedelta(days=6), host, [held], due))
        morning = datetime.combine(house.today, time(8 + number), zone)
        return [*lives, Life(morning, morning - timedelta(days=6), host)]

    def _days(self) -> list[date]:
        """Working days of the six months, and of the two weeks to come."""
        house = self.house
        first = house.today - timedelta(days=round(MONTHS * 30.44))
        holidays = public_holidays(house.organisation.country, first.year, house.today.year + 1)
        span = [first + timedelta(days=number) for number in range(round(MONTHS * 30.44) + 14)]
        return [day for day in span if is_working(day, house.organisation.working_days, holidays)]

    def _subject(
        self, life: Life, index: int, number: int, now: datetime
    ) -> tuple[Company, Opportunity | None]:
        accepted = life.accepted_at(now)
        if accepted is not None and (index * 37 % 100) / 100 < self.manner.opens:
            deal = self.links.take(accepted.date())
            if deal is not None and deal.company is not None:
                return deal.company, deal
        return self.links.companies[(index * 7 + 3 * number) % len(self.links.companies)], None

    def _said(self, life: Life, now: datetime) -> dict[str, Any]:
        """The columns beside the state that the moves have written."""
        moves = list(life.states(now))
        if not moves:
            return {}
        verb, _before, state, _side, at = moves[-1]
        held = next((one[4] for one in moves if one[0] is Verb.HOLD), None)
        answered = [
            one[4] for one in moves if one[0] in (Verb.ACCEPT, Verb.REFUSE, Verb.OVERTURN, Verb.UPHOLD)
        ]
        refused = self.agreement.refusal if life.lacks_decider else self.agreement.other_refusal
        words = {Verb.REFUSE: refused, Verb.DISPUTE: self.agreement.dispute}
        if verb in (Verb.OVERTURN, Verb.UPHOLD):
            words[verb] = self.agreement.second_look
        return {
            "marked_at": at,
            "version": len(moves),
            "held_on": life.starts_at.date() if held else None,
            "logged_at": held or (at if state in NO_SHOWS else None),
            "answer_due_on": life.due_on if held else None,
            "second_look_due_on": life.second_look_due_on
            if any(one[0] is Verb.DISPUTE for one in moves)
            else None,
            "answered_at": answered[-1] if answered else None,
            "cancelled_in_time": (
                life.starts_at - at >= timedelta(hours=24) if state is State.CANCELLED else None
            ),
            "unmet": self._unmet(life) if state in REFUSED or state is State.DISPUTED else None,
            "reason": words.get(verb, ""),
        }

    def _unmet(self, life: Life) -> Criterion:
        need, decider, *_rest = self.criteria
        return decider if life.lacks_decider else need

    def _events(self, lives: list[Life], rows: dict[int, Meeting], now: datetime) -> None:
        actors: dict[Side, UUID | None] = {
            Side.SOURCE: self.source, Side.CLIENT: self.house.by.id, Side.CLOCK: None,
        }  # fmt: skip
        found = []
        for life in lives:
            said = [("book", "", State.BOOKED, Side.SOURCE, life.booked_at), *life.states(now)]
            found += [
                MeetingEvent(
                    meeting=rows[id(life)], verb=verb, before=before, after=after, at=at, recorded_at=at, side=side,
                    actor_id=actors[side],
                )
                for verb, before, after, side, at in said
            ]  # fmt: skip
        MeetingEvent.objects.bulk_create(found)

    def _evidence(self, lives: list[Life], rows: dict[int, Meeting], now: datetime) -> None:
        found = []
        for number, life in enumerate(lives):
            meeting, state = rows[id(life)], life.state(now)
            if meeting.held_on is None:
                continue
            judged = state in ACCEPTED - TACITLY or state in REFUSED
            for place, one in enumerate(self.criteria):
                text = self.agreement.evidence[(number + place) % len(self.agreement.evidence)]
                found.append(
                    MeetingEvidence(
                        meeting=meeting, criterion=one, claimed=one.is_required or number % 2 == 0,
                        evidence=text if place < 2 else "",
                        found=(one.pk != meeting.unmet_id) if judged else None,
                    )
                )  # fmt: skip
        MeetingEvidence.objects.bulk_create(found)

    def _move(self, lives: list[Life], rows: dict[int, Meeting], now: datetime) -> None:
        """The first moves of all meetings, then the second ones, …: the database checks each."""
        moves = {id(life): list(life.states(now)) for life in lives}
        zone = self.house.organisation.zone
        for step in range(max((len(one) for one in moves.values()), default=0)):
            ids, states, days = [], [], []
            for key, made in moves.items():
                if step < len(made):
                    after, at = made[step][2], made[step][4]
                    ids.append(rows[key].id)
                    states.append(after.value)
                    due = {
                        State.TACIT: rows[key].answer_due_on,
                        State.TACIT_FINAL: rows[key].second_look_due_on,
                    }
                    accepted = due.get(after) or at.astimezone(zone).date()
                    days.append(accepted if after in ACCEPTED else None)
            with connection.cursor() as cursor:
                cursor.execute(STEP, [ids, states, days, self.house.organisation.id])
