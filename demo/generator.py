"""A few years of a sales team's life, drawn from a seed. Pure: the same company and day give the same tables."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

# Orders are slow in summer and pushed before the year's end.
SEASON = (0.95, 1.0, 1.1, 1.0, 0.95, 1.05, 0.85, 0.5, 1.1, 1.15, 1.15, 1.2)
RAMP_MONTHS = 6  # a new hire opens and converts less at first


@dataclass(frozen=True, slots=True)
class Seller:
    name: str
    email: str
    team: str
    profile: str = "confirmed"
    hired_months_ago: int | None = None  # None: there from the start
    fte: float = 1.0
    pace: float = 1.0  # of opening opportunities, against the company's


@dataclass(frozen=True, slots=True)
class Team:
    name: str
    manager_name: str
    manager_email: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    name: str
    series: str
    price: int  # typical deal, major units
    margin: float
    recurring: float


@dataclass(frozen=True, slots=True)
class Company:
    """What to draw. rates[k] is the chance to leave open stage k forwards, days[k] the median stay before."""

    seed: int
    stages: tuple[str, ...]  # open ones, then won, then lost
    rates: tuple[float, ...]
    days: tuple[int, ...]
    opened_per_month: float  # by a confirmed full-time seller
    months: int
    teams: tuple[Team, ...]
    sellers: tuple[Seller, ...]
    products: tuple[Product, ...]
    segments: tuple[str, ...]
    channels: tuple[str, ...]
    lost_reasons: tuple[str, ...]
    customers: tuple[str, ...]
    country: str
    weak: dict[tuple[str, int], float] = field(
        default_factory=dict
    )  # (team, stage) → what its rate is multiplied by


@dataclass(frozen=True, slots=True)
class Tables:
    """One table a kind of import file; the columns are the fields of the import."""

    teams: pd.DataFrame
    companies: pd.DataFrame
    products: pd.DataFrame
    opportunities: pd.DataFrame
    history: pd.DataFrame


def generate(company: Company, today: date) -> Tables:
    """Draw `company` as it is on the morning of `today`: nothing is dated later than the day before."""
    random = np.random.default_rng(company.seed)
    opened = _openings(company, today, random)
    deals, history = _lives(company, today, opened, random)
    return Tables(
        teams=_people(company, today),
        companies=_customers(company, random),
        products=pd.DataFrame(
            [(p.name, p.series, p.price) for p in company.products], columns=["name", "series", "list_price"]
        ),
        opportunities=deals,
        history=history,
    )


def _openings(company: Company, today: date, random: np.random.Generator) -> pd.DataFrame:
    """One row an opportunity: seller (index), opened_on. Poisson by seller and working day, season and ramp."""
    first = today - timedelta(days=round(company.months * 30.44))
    days = pd.bdate_range(first, today - timedelta(days=1))
    season = np.array([SEASON[day.month - 1] for day in days])
    rows = []
    for number, seller in enumerate(company.sellers):
        hired = first if seller.hired_months_ago is None else _months_before(today, seller.hired_months_ago)
        tenure = np.array([(day.date() - hired).days / 30.44 for day in days])
        ramp = np.where(tenure < 0, 0.0, 1.0)
        if seller.hired_months_ago is not None:
            ramp = np.clip(0.2 + 0.8 * tenure / RAMP_MONTHS, 0.0, 1.0) * (tenure >= 0)
        pace = company.opened_per_month / 21.0 * seller.fte * seller.pace * season * ramp
        for day, count in zip(days, random.poisson(pace), strict=True):
            rows += [(number, day.date())] * int(count)
    frame = pd.DataFrame(rows, columns=["seller", "opened_on"])
    return frame.sort_values(["opened_on", "seller"], kind="stable").reset_index(drop=True)


def _lives(
    company: Company, today: date, opened: pd.DataFrame, random: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The present state of every opportunity, and its stage history."""
    sellers, open_stages = company.sellers, len(company.rates)
    deals, history = [], []
    openings = zip(opened["seller"].tolist(), opened["opened_on"].tolist(), strict=True)
    for number, (who, opened_on) in enumerate(openings, start=1):
        seller = sellers[who]
        product = company.products[random.integers(len(company.products))]
        customer = int(random.integers(len(company.customers)))
        segment = company.segments[customer % len(company.segments)]
        amount = round(float(product.price * np.exp(random.normal(0.0, 0.45))), -1)
        steps = _steps(company, seller, opened_on, open_stages, random)
        past = [(stage, day) for stage, day in steps if day < today]
        stage, since = past[-1]
        closed = stage >= open_stages
        identifier = f"D{number:05}"
        history += [
            (identifier, company.stages[at], day.isoformat(), f"{_told_at(position, number, amount):.2f}")
            for position, (at, day) in enumerate(past)
        ]
        expected = steps[-1][1] if not closed else None
        deals.append(
            {
                "external_id": identifier,
                "name": f"{company.customers[customer]} · {product.name}",
                "owner_name": seller.name,
                "team": seller.team,
                "company": company.customers[customer],
                "product": product.name,
                "segment": segment,
                "channel": company.channels[random.integers(len(company.channels))],
                "stage": company.stages[stage],
                "amount": f"{amount:.2f}",
                "margin": f"{amount * product.margin:.2f}",
                "recurring_amount": f"{amount * product.recurring:.2f}",
                "contract_months": str(12 * (1 + int(random.integers(3)))),
                "created_on": opened_on.isoformat(),
                "expected_close_on": "" if expected is None else max(expected, today).isoformat(),
                "closed_on": since.isoformat() if closed else "",
                "lost_reason": company.lost_reasons[random.integers(len(company.lost_reasons))]
                if stage == open_stages + 1
                else "",
            }
        )
    return pd.DataFrame(deals), pd.DataFrame(
        history, columns=["external_id", "stage", "entered_at", "amount"]
    )


def _told_at(position: int, number: int, amount: float) -> float:
    """What the deal was said to be worth at a step of its history: some are first taken for smaller, some for larger."""
    first = 0.85 if number % 7 == 0 else 1.15 if number % 5 == 0 else 1.0
    return round(amount * first, -1) if position == 0 else amount


def _steps(
    company: Company, seller: Seller, opened_on: date, open_stages: int, random: np.random.Generator
) -> list[tuple[int, date]]:
    """The whole life of one opportunity: (stage, day) from the opening to won (open_stages) or lost (+ 1)."""
    steps, day = [(0, opened_on)], opened_on
    for stage, (rate, median) in enumerate(zip(company.rates, company.days, strict=True)):
        weak = company.weak.get((seller.team, stage), 1.0)
        forwards = random.random() < rate * weak
        # A loss is noticed later than a progress.
        day += timedelta(
            days=max(1, round(float(median * np.exp(random.normal(0.0, 0.5)) * (1.0 if forwards else 1.4))))
        )
        if not forwards:
            return [*steps, (open_stages + 1, day)]
        steps.append((stage + 1, day))
    return steps


def _people(company: Company, today: date) -> pd.DataFrame:
    rows = []
    teams = {team.name: team for team in company.teams}
    for seller in company.sellers:
        team = teams[seller.team]
        hired = (
            ""
            if seller.hired_months_ago is None
            else _months_before(today, seller.hired_months_ago).isoformat()
        )
        rows.append(
            {
                "owner_name": seller.name,
                "owner_email": seller.email,
                "team": team.name,
                "parent_team": team.parent,
                "manager_name": team.manager_name,
                "manager_email": team.manager_email,
                "fte": str(seller.fte),
                "start_on": hired,
                "profile": seller.profile,
            }
        )
    return pd.DataFrame(rows)


def _customers(company: Company, random: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": company.customers,
            "industry": [company.segments[n % len(company.segments)] for n in range(len(company.customers))],
            "country": company.country,
            "employees": [
                str(int(value)) for value in np.exp(random.normal(5.0, 1.0, len(company.customers)))
            ],
        }
    )


def _months_before(day: date, months: int) -> date:
    return day - timedelta(days=round(months * 30.44))
