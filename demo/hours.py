"""What the house itself says of meetings: what a good one is, and when its salespeople can be met."""

from datetime import datetime, time

from demo.quarters import House
from prospecting.actions import calendars, definitions
from prospecting.actions.definitions import CriterionLine
from prospecting.domain.slots import Hours
from prospecting.models import DefinitionVersion
from tenants.access import SYSTEM
from tenants.models import Person

HOSTS = 6
MORNING, AFTERNOON = (time(9), time(12)), (time(14), time(17))

NAMES = {"fr": "Prospection propre", "en": "Own prospecting"}
CRITERIA = {
    "fr": (
        CriterionLine("Un besoin validé", "Dit par l’interlocuteur, avec ses mots", "Une phrase de lui"),
        CriterionLine("Quelqu’un qui décide", "Signe, ou siège avec qui signe", "Son nom et sa fonction"),
        CriterionLine("Une entreprise de la cible", "Un segment en service la reconnaît"),
        CriterionLine("Une échéance cette année", is_required=False),
    ),
    "en": (
        CriterionLine("A need, said by them", "In their own words", "A sentence of theirs"),
        CriterionLine("Somebody who decides", "Signs, or sits with who signs", "Name and role"),
        CriterionLine("A company in the target", "A segment in use recognises it"),
        CriterionLine("A date this year", is_required=False),
    ),
}


def open_house(house: House) -> None:
    """The hours of the first salespeople. Twice is once. In the scope that is open."""
    hours = [
        Hours(weekday, opens, closes, 30, 15)
        for weekday in house.organisation.working_days[:4]
        for opens, closes in (MORNING, AFTERNOON)
    ]
    people = Person.objects.order_by("membership_id", "name")  # who can sign in comes first
    present = [one for one in people if one.is_present(house.today)]
    for host in present[:HOSTS]:
        calendars.set_hours(host=host, hours=hours, for_partners=True, by=SYSTEM, today=house.today)


def define(house: House, language: str, *, at: datetime) -> DefinitionVersion:
    """The internal definition, in force since a moment."""
    made = definitions.open_definition(engagement=None, name=NAMES[language], by=house.by)
    draft = definitions.draft(definition=made, by=house.by)
    definitions.edit(
        draft=draft,
        criteria=CRITERIA[language],
        demand="need",
        judge="host",
        credit_days=90,
        version=None,
        by=house.by,
    )
    definitions.propose(draft=draft, version=None, by=house.by, now=at)
    return definitions.accept(proposal=draft, version=None, by=SYSTEM, now=at)
