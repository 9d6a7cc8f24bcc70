"""A small sales house with a year of dated history, known up to the eve of the first quarter of 2026."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from objectives.models import Cycle
from pipeline.actions.passages import refresh
from pipeline.models import Opportunity, OpportunityEvent, Stage
from tenants.domain.roles import Role
from tenants.models import Membership, Organisation, Person, Team
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept

EVE = date(2025, 12, 31)
DEALS = 120
AMOUNT = 1_200_000  # 12 000.00


@dataclass(slots=True)
class House:
    """North (Ann, Bea) and South (Cai); half of the deals pass Prospecting, half of those are won after 30 days."""

    organisation: Organisation
    stages: dict[str, Stage]
    teams: dict[str, Team]
    people: dict[str, Person]


@kept
def house() -> House:
    atelier = factories.organisation("atelier")
    with tenant_scope(atelier.id):
        stages = factories.stages(atelier)
        teams = {name: factories.team(atelier, name) for name in ("North", "South")}
        people = {
            name: factories.person(atelier, name, team=teams[team])
            for name, team in (("Ann", "North"), ("Bea", "North"), ("Cai", "South"))
        }
        made = House(atelier, stages, teams, people)
        _deals(made)
        refresh(as_of=EVE)
    return made


@kept
def quarter(house: House) -> Cycle:
    """The first quarter of 2026, in draft."""
    return factories.cycle(house.organisation)


@kept
def closed(house: House) -> House:
    """The house's deals say when they were closed and for which company, and have a margin."""
    with tenant_scope(house.organisation.id):
        customers = [factories.company(house.organisation, f"Customer {i}") for i in range(10)]
        deals = list(Opportunity.objects.select_related("stage").order_by("created_on", "external_id"))
        for i, deal in enumerate(deals):
            last = deal.events.order_by("occurred_on").last()
            deal.closed_on = last.occurred_on if deal.stage.kind != "open" else None
            deal.company = customers[i % 10]
            deal.margin_minor = deal.amount_minor // 2
        Opportunity.objects.bulk_update(deals, ["closed_on", "company", "margin_minor"])
    return house


@kept
def director(house: House) -> Membership:
    return factories.member(house.organisation, Role.DIRECTOR)


def _deals(house: House) -> None:
    """120 deals, one every third day: of four in a row one is won, three are lost, two of them at once."""
    owners = list(house.people.values())
    team_of = {"Ann": "North", "Bea": "North", "Cai": "South"}
    deals, events = [], []
    for i in range(DEALS):
        day = EVE - timedelta(days=365) + timedelta(days=3 * i)
        owner = owners[i % 3]
        steps = [("Prospecting", 0)]
        steps += [("Engaging", 10), ("Won" if i % 4 == 0 else "Lost", 30)] if i % 2 == 0 else [("Lost", 10)]
        seen = [(name, day + timedelta(days=lag)) for name, lag in steps if day + timedelta(days=lag) <= EVE]
        deal = Opportunity(
            organisation=house.organisation,
            external_id=f"D{i}",
            name=f"Deal {i}",
            stage=house.stages[seen[-1][0]],
            owner=owner,
            team=house.teams[team_of[owner.name]],
            amount_minor=AMOUNT,
            created_on=day,
        )
        deals.append(deal)
        events += [
            OpportunityEvent(
                organisation=house.organisation,
                opportunity=deal,
                kind="stage",
                source="history",
                stage=house.stages[name],
                occurred_on=on,
                owner=owner,
                team=deal.team,
                amount_minor=AMOUNT,
            )
            for name, on in seen
        ]
    Opportunity.objects.bulk_create(deals)
    OpportunityEvent.objects.bulk_create(events)
