"""Who prospects for a demo organisation: firms, engagements and definitions by the actions, and the own salespeople; their
meetings in a few statements (demo/meeting_writing.py)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress

from demo.hours import define
from demo.meeting_lives import ANSWER_DAYS, MONTHS
from demo.meeting_writing import Links, Writer
from demo.partner_stories import AGREEMENTS, OWN, Agreement, Firm
from demo.quarters import House
from prospecting.actions import costs, definitions, disclosure, engagements, partners, prices
from prospecting.actions.definitions import CriterionLine
from prospecting.actions.engagements import Terms
from prospecting.models import Definition, DefinitionVersion, Engagement, Partner
from tenants.access import SYSTEM
from tenants.domain.roles import Role
from tenants.models import Membership, Person, User
from tenants.money import to_minor

COSTS = (("day", "", 420), ("channel", "phone", 3), ("channel", "email", 1), ("channel", "event", 45))


def engage(house: House, *, password: str) -> None:
    """Firms, engagements, what the house itself calls a good meeting, and six months of meetings of all of them; nothing
    where there are partners already. In one transaction."""
    organisation = house.organisation
    agreement = AGREEMENTS.get(organisation.slug)
    if agreement is None or Partner.objects.exists():
        return
    begun = house.today - timedelta(days=round(MONTHS * 30.44) + 20)
    _set_costs(house, begun)
    taken: set[tuple[Any, ...]] = set()
    links = Links(house)
    for number, firm in enumerate(agreement.firms):
        engagement, login = _engagement(house, agreement, firm, begun, password)
        version = _agree(house, agreement, engagement, begun, propose=number == 0)
        price = to_minor(Decimal(firm.meeting_price), organisation.currency)
        Writer(house, agreement, firm, version, links, login.id, engagement, price).write(number, taken)
    version = define(
        house, organisation.locale, at=datetime.combine(begun, datetime.min.time(), organisation.zone)
    )
    Writer(house, agreement, OWN, version, links, house.by.id).write(len(agreement.firms), taken)
    disclosure.refresh()


def _set_costs(house: House, begun: date) -> None:
    for kind, channel, amount in COSTS:
        minor = to_minor(Decimal(amount), house.organisation.currency)
        costs.set_cost(kind=kind, channel=channel, from_on=begun, amount_minor=minor, by=house.by)


def _engagement(
    house: House, agreement: Agreement, firm: Firm, begun: date, password: str
) -> tuple[Engagement, Membership]:
    made = engagements.create(
        partner=partners.create(name=firm.name, by=house.by),
        terms=Terms(
            name=firm.engagement, starts_on=begun, channels=("phone", "email", "event"), answer_days=ANSWER_DAYS,
            territories=agreement.territories, monthly_accepted=firm.monthly_accepted, disclosure=firm.disclosure,
            client_contact=Person.objects.filter(membership_id=house.by.id).first(),
        ),
        by=house.by,
    )  # fmt: skip
    currency = house.organisation.currency
    prices.set_price(
        engagement=made, from_on=begun, by=house.by,
        meeting_minor=to_minor(Decimal(firm.meeting_price), currency),
        month_minor=to_minor(Decimal(firm.month_price), currency),
    )  # fmt: skip
    login = _login(house, firm, password)
    partners.attach(engagement=made, membership=login, by=house.by)
    return made, login


def _login(house: House, firm: Firm, password: str) -> Membership:
    email, name = firm.login
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, language=house.organisation.locale)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    membership, _made = Membership.objects.get_or_create(
        organisation=house.organisation, user=user, defaults={"role": Role.PARTNER.value}
    )
    return membership


def _agree(
    house: House, agreement: Agreement, engagement: Engagement, begun: date, *, propose: bool
) -> DefinitionVersion:
    """A definition in force since the beginning; with `propose`, the client's next one waits for the partner."""
    made = Definition.objects.create(name=agreement.definition, engagement=engagement)
    lines = [CriterionLine(*one) for one in agreement.criteria]
    words: dict[str, Any] = {"demand": "need", "judge": "host", "credit_days": 90, "version": None}
    then = datetime.combine(begun, datetime.min.time(), house.organisation.zone)
    draft = definitions.draft(definition=made, by=SYSTEM)
    definitions.edit(draft=draft, criteria=lines, by=SYSTEM, **words)
    definitions.propose(draft=draft, version=None, by=SYSTEM, now=then)
    in_force = definitions.accept(proposal=draft, version=None, by=SYSTEM, now=then)
    if propose:
        again = definitions.draft(definition=made, by=house.by)
        lines.append(CriterionLine(*agreement.proposal))
        definitions.edit(draft=again, criteria=lines, by=house.by, **words)
        now = datetime.combine(house.today, datetime.min.time(), house.organisation.zone)
        definitions.propose(draft=again, version=None, by=house.by, now=now)
    return in_force
