"""What is done to reach prospects in a demo organisation: contacts said one at a time, and leads that marketing passes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from demo.quarters import House
from pipeline.models import Company, Opportunity
from prospecting.actions import activities
from prospecting.actions.activity_writing import Entry
from prospecting.models import Activity, CompanyTarget, Contact, Engagement, Lead, Meeting, Segment
from tenants.access import SYSTEM
from tenants.domain.roles import Role
from tenants.domain.working_days import is_working
from tenants.models import Membership, Person
from tenants.queries.calendar import after_working_days, public_holidays

CONTACT_WEEKS, LEAD_WEEKS = 13, 26
BATCH = 500
# A working day of a full-time salesperson, and of a partner.
OF_A_SELLER, OF_A_PARTNER = 1.0, 5.0
KINDS = {Activity.Kind.ATTEMPT: 0.3, Activity.Kind.CONTACT: 0.3, Activity.Kind.CONVERSATION: 0.4}
# What is typed as counts at the end of a week, and the part of it that is outside all segments.
COUNTED = {
    ("phone", Activity.Kind.ATTEMPT): 9.0, ("phone", Activity.Kind.CONTACT): 4.0, ("email", Activity.Kind.CONTACT): 3.0,
}  # fmt: skip
OUTSIDE = 0.15
# Of what the weak team counts inside, what it did outside in fact: the cause that its manager's page must find.
ASTRAY = 0.3
CHANNELS = {"phone": 0.5, "email": 0.25, "social": 0.1, "event": 0.05, "referral": 0.05, "inbound": 0.05}
PARTNER_CHANNELS = {"phone": 0.7, "email": 0.3}

LEADS_A_DAY = 1.5
SOURCES = {"inbound": 0.45, "event": 0.3, "email": 0.15, "social": 0.1}
ACCEPTED = {"inbound": 0.82, "event": 0.38, "email": 0.62, "social": 0.55}
OPENS = 0.5  # an accepted lead becomes an opportunity
OPENED_WITHIN = timedelta(days=28)
LATEST_ANSWER = 4  # working days


@dataclass(frozen=True, slots=True)
class Words:
    """notes: of conversations; reasons: why leads are refused, the most frequent first."""

    notes: tuple[str, ...]
    reasons: tuple[str, ...]


WORDS: Mapping[str, Words] = {
    "fr": Words(
        ("Budget voté en janvier.", "Compare deux fournisseurs.", "Rappeler après l’audit."),
        ("Aucun projet cette année", "Trop petit pour l’offre", "Étudiant ou concurrent"),
    ),
    "en": Words(
        ("Budget is voted in January.", "Compares two suppliers.", "Call again after the audit."),
        ("No project this year", "Too small for the offer", "A student or a competitor"),
    ),
}


def reach_out(house: House, language: str) -> None:
    """Activities of the last quarter and leads of the last half year; nothing where there are some. In the scope that is open."""
    if not house.story.orientations or Activity.objects.exists():
        return
    random = np.random.default_rng(house.company.seed + 200)
    _activities(house, WORDS[language], random)
    _leads(house, WORDS[language], random)


def _activities(house: House, words: Words, random: np.random.Generator) -> None:
    companies = list(Company.objects.order_by("name").values_list("id", flat=True))
    contacts = dict(Contact.objects.exclude(company=None).values_list("company_id", "id"))
    sellers = {seller.name: seller for seller in house.company.sellers}
    people = list(Person.objects.filter(name__in=sellers, end_on=None).order_by("name"))
    engagements = list(Engagement.objects.order_by("name"))
    entries = []
    for day in _working_days(house, CONTACT_WEEKS):
        hands: list[tuple[dict[str, Any], float, Mapping[str, float]]] = [
            ({"person_id": one.id}, OF_A_SELLER * sellers[one.name].fte * sellers[one.name].pace, CHANNELS)
            for one in people
            if one.is_present(day)
        ]
        hands += [({"engagement_id": one.id}, OF_A_PARTNER, PARTNER_CHANNELS) for one in engagements]
        for whose, pace, channels in hands:
            for _number in range(random.poisson(pace)):
                kind, company = _one(KINDS, random), companies[random.integers(len(companies))]
                note = words.notes[random.integers(len(words.notes))]
                entries.append(
                    Entry(
                        day=day,
                        kind=kind,
                        channel=_one(channels, random),
                        company_id=company,
                        contact_id=contacts.get(company) if "person_id" in whose else None,
                        note=note if kind == Activity.Kind.CONVERSATION else "",
                        **whose,
                    )
                )
    _write(entries, Activity.Source.IMPORT)
    segments = list(Segment.objects.filter(kind=Segment.Kind.SEGMENT, is_active=True).order_by("position"))
    weak = {team for team, _stage in house.company.weak}
    counted = []
    for monday in _mondays(house):
        for place, one in enumerate(people):
            seller = sellers[one.name]
            for (channel, kind), mean in COUNTED.items() if one.is_present(monday) else ():
                whole = mean * seller.fte * seller.pace
                inside, outside = (int(random.poisson(whole * part)) for part in (1 - OUTSIDE, OUTSIDE))
                astray = round(inside * ASTRAY) if seller.team in weak else 0
                own = segments[place % len(segments)].id
                for segment, count in ((own, inside - astray), (None, outside + astray)):
                    if count:
                        counted.append(
                            Entry(
                                day=monday, kind=kind, channel=channel, quantity=count, segment_id=segment,
                                person_id=one.id,
                            )
                        )  # fmt: skip
    _write(counted, Activity.Source.WEEKLY)


def _write(entries: list[Entry], source: str) -> None:
    for first in range(0, len(entries), BATCH):
        activities.bulk(entries=entries[first : first + BATCH], source=source, by=SYSTEM)


def _leads(house: House, words: Words, random: np.random.Generator) -> None:
    """Accepted or refused by channel; some of the accepted are opportunities that were opened soon after."""
    companies = list(Company.objects.order_by("name"))
    people = list(Person.objects.filter(end_on=None).exclude(profile="").order_by("name"))
    segments = dict(CompanyTarget.objects.values_list("company_id", "segment_id"))
    deals = list(
        Opportunity.objects.exclude(company=None)
        .exclude(owner=None)
        .exclude(id__in=Meeting.objects.exclude(opportunity=None).values("opportunity_id"))
        .filter(created_on__gte=house.today - timedelta(weeks=LEAD_WEEKS))
        .order_by("created_on", "external_id")
    )
    found = []
    for day in _working_days(house, LEAD_WEEKS):
        for _number in range(random.poisson(LEADS_A_DAY)):
            channel = _one(SOURCES, random)
            answered = after_working_days(house.organisation, day, int(random.integers(LATEST_ANSWER + 1)))
            good, opens = random.random() < ACCEPTED[channel], random.random() < OPENS
            lead = Lead(
                company=companies[random.integers(len(companies))],
                owner=people[random.integers(len(people))],
                channel=channel,
                passed_on=day,
            )
            reason = words.reasons[min(int(random.exponential(0.8)), len(words.reasons) - 1)]
            if answered < house.today:
                lead.answered_on, lead.answered_by = answered, house.by.id
                lead.state = Lead.State.ACCEPTED if good else Lead.State.REFUSED
                lead.reason = "" if good else reason
                deal = _opened_after(deals, answered) if good and opens else None
                if deal is not None:
                    lead.opportunity, lead.company, lead.owner = deal, deal.company, deal.owner
            found.append(lead)
    found += _of_yesterday(house, companies)
    for lead in found:
        lead.segment_id = segments.get(lead.company_id)
    Lead.objects.bulk_create(found)


def _of_yesterday(house: House, companies: list[Company]) -> list[Lead]:
    """Two that wait for the salesperson who can sign in."""
    login = Membership.objects.filter(organisation=house.organisation, role=Role.REP).first()
    owner = Person.objects.filter(membership=login).first() if login is not None else None
    yesterday = house.today - timedelta(days=1)
    return [
        Lead(company=company, owner=owner, channel=channel, passed_on=yesterday)
        for company, channel in zip(companies[7:9], ("inbound", "event"), strict=False)
    ]


def _opened_after(deals: list[Opportunity], day: date) -> Opportunity | None:
    """The first one that was opened soon enough after the answer to come from it; given once."""
    for index, deal in enumerate(deals):
        if deal.created_on is not None and day <= deal.created_on <= day + OPENED_WITHIN:
            return deals.pop(index)
    return None


def _mondays(house: House) -> list[date]:
    """Of the weeks that are over."""
    this = house.today - timedelta(days=house.today.weekday())
    return [this - timedelta(weeks=ago) for ago in reversed(range(1, CONTACT_WEEKS + 1))]


def _working_days(house: House, weeks: int) -> list[date]:
    first = house.today - timedelta(weeks=weeks)
    holidays = public_holidays(house.organisation.country, first.year, house.today.year)
    days = [first + timedelta(days=number) for number in range(7 * weeks)]
    return [day for day in days if is_working(day, house.organisation.working_days, holidays)]


def _one(chances: Mapping[Any, float], random: np.random.Generator) -> str:
    keys = list(chances)
    return str(keys[int(random.choice(len(keys), p=list(chances.values())))])
