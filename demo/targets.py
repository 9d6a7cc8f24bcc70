"""Whom the demo organisations want to win: segments, profiles, levels of maturity, people, and who is left alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from demo.generator import Company as Drawn
from pipeline.domain.importing.keys import normalise_key
from pipeline.models import Company
from prospecting.actions import classification, do_not_contact
from prospecting.domain.companies import comparable_name
from prospecting.domain.retention import keep_until
from prospecting.domain.targeting import Attribute, Operator, Rule
from prospecting.models import Contact, Maturity, Segment
from tenants.access import SYSTEM

SMALLEST = 60  # employees of a company that is a target
LARGE = 400
PEOPLE = 40
FIRST_NAMES = ("Claire", "Hugo", "Nadia", "Simon", "Elsa", "Victor", "Aline", "Bruno", "Yasmine", "Paul")
LAST_NAMES = ("Garnier", "Lopez", "Morel", "Klein", "Martin", "Duval", "Haddad", "Weber")
CHANNELS = ("phone", "email", "social", "event", "referral", "inbound")


@dataclass(frozen=True, slots=True)
class Words:
    """What an organisation calls them; `twin`: the legal form under which one company was typed a second time."""

    levels: tuple[str, ...]
    small: str
    large: str
    titles: tuple[str, ...]
    note: str
    competitor: str
    asked: str
    twin: str


WORDS: Mapping[str, Words] = {
    "fr": Words(
        ("Ne nous connaît pas", "A le besoin", "Compare des offres", "A demandé une proposition"),
        "Entreprise moyenne", "Grand compte", ("Directeur industriel", "Responsable des achats", "Gérante"),
        "Rencontré sur un salon professionnel, pour présenter l’offre.", "Concurrent direct.", "A demandé à ne plus être appelé.",
        "SAS",
    ),
    "en": Words(
        ("Does not know us", "Has the need", "Compares offers", "Asked for a proposal"),
        "Mid-size account", "Large account", ("Operations director", "Head of purchasing", "Managing director"),
        "Met at a trade fair, to present the offer.", "Direct competitor.", "Asked not to be called again.", "Ltd",
    ),
}  # fmt: skip


def set_targets(drawn: Drawn, *, language: str, today: date, now: datetime) -> None:
    """All of it by a handful of statements; nothing when it is there already."""
    if Segment.objects.exists():
        return
    words = WORDS[language]
    # The last branch is served when it comes, and looked for by nobody.
    for place, name in enumerate(drawn.segments[:-1]):
        industry = Rule(Attribute.INDUSTRY, Operator.IN, (name,))
        _segment(Segment.Kind.SEGMENT, name, place, industry, Rule(Attribute.EMPLOYEES, Operator.AT_LEAST, low=SMALLEST))  # fmt: skip
    _segment(Segment.Kind.PROFILE, words.large, 0, Rule(Attribute.EMPLOYEES, Operator.AT_LEAST, low=LARGE))
    middle = Rule(Attribute.EMPLOYEES, Operator.BETWEEN, low=SMALLEST, high=LARGE - 1)
    _segment(Segment.Kind.PROFILE, words.small, 1, Rule(Attribute.INDUSTRY, Operator.KNOWN), middle)
    levels = Maturity.objects.bulk_create(
        Maturity(name=name, key=normalise_key(name), position=place)
        for place, name in enumerate(words.levels)
    )
    customers = list(Company.objects.order_by("name")[:PEOPLE])
    twin = f"{customers[-1].name} {words.twin}"
    Company.objects.create(name=twin, key=normalise_key(twin), country=drawn.country)
    _people(customers, words, levels, today)
    classification.classify()
    for who, reason in (("concurrent.example", words.competitor), ("stop@client.example", words.asked)):
        do_not_contact.add(who=who, reason=reason, by=SYSTEM, now=now)
    do_not_contact.add_company(company=customers[0], reason=words.asked, by=SYSTEM, now=now)


def _segment(kind: str, name: str, place: int, *rules: Rule) -> None:
    Segment.objects.create(
        kind=kind,
        name=name,
        key=normalise_key(name),
        position=place,
        rules=[rule.as_dict() for rule in rules],
    )


def _people(customers: list[Company], words: Words, levels: list[Maturity], today: date) -> None:
    people = []
    for number, company in enumerate(customers):
        first = FIRST_NAMES[number % len(FIRST_NAMES)]
        last = LAST_NAMES[number * 3 % len(LAST_NAMES)]
        met = today - timedelta(days=5 + 13 * number)
        domain = f"{comparable_name(company.name).replace(' ', '-')}.example"
        people.append(
            Contact(
                company=company,
                name=f"{first} {last}",
                job_title=words.titles[number % len(words.titles)],
                email=f"{normalise_key(first)}.{normalise_key(last)}@{domain}",
                phone=f"+33 1 99 00 {number // 10:02} {number:02}",  # numbers kept for fiction
                maturity=levels[number % len(levels)],
                channel=CHANNELS[number % len(CHANNELS)],
                basis_note=words.note,
                collected_on=met,
                keep_until=keep_until(met),
            )
        )
    Contact.objects.bulk_create(people)
