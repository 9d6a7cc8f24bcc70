"""Put a demo company into the product the way a customer would: imports, then the guided setting of two quarters."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd
from allauth.account.models import EmailAddress

from demo.generator import Company, Tables, generate
from objectives.actions import activation, cascades, cycles, plans
from objectives.models import Cycle
from pipeline.actions import imports, passages
from pipeline.actions.organisations import set_up
from pipeline.domain.importing.mapping import read_mapping
from tenants.access import SYSTEM
from tenants.actions import audit, members
from tenants.domain.roles import Role
from tenants.models import AuditEntry, Membership, Organisation, Person, User
from tenants.queries import organisation_by_slug
from tenants.scope import tenant_scope

# The order matters: what later files name is there already.
FILES = ("products", "companies", "teams", "opportunities", "history")
LOADED = "demo.loaded"
GROWTH = 1.3  # of the quarter's ambition over the quarter before


@dataclass(frozen=True, slots=True)
class Demo:
    slug: str
    name: str
    company: Company
    currency: str
    time_zone: str
    country: str
    language: str
    logins: Mapping[
        Role, tuple[str, str]
    ]  # role → e-mail, name; a rep's and a manager's name is that of the person


def load(demo: Demo, *, now: datetime, password: str) -> bool:
    """Load `demo` as it is this morning; False, and nothing done, when it was loaded before.

    Each step commits by itself and changes nothing when it is done again, so that a load that was broken off is
    simply begun again; the last step leaves a mark in the audit trail.
    """
    organisation = organisation_by_slug(demo.slug) or _create(demo, now)
    with tenant_scope(organisation.id):
        if AuditEntry.objects.filter(verb=LOADED).exists():
            return False
    today = now.astimezone(organisation.zone).date()
    tables = generate(demo.company, today)
    with tenant_scope(organisation.id):
        imports.take_time()
        for kind in FILES:
            _import(organisation, kind, getattr(tables, kind), now)
        _sign_up(organisation, demo, password)
    with tenant_scope(organisation.id):
        passages.refresh(as_of=today - timedelta(days=1))
    for start in _quarters(today, demo.company):
        with tenant_scope(organisation.id):
            _set_quarter(start, tables, demo.company, now)
    with tenant_scope(organisation.id):
        audit.record(by=SYSTEM, verb=LOADED, obj=organisation)
    return True


def _create(demo: Demo, now: datetime) -> Organisation:
    *open_stages, won, lost = demo.company.stages
    return set_up(
        slug=demo.slug, name=demo.name, by=SYSTEM, now=now, currency=demo.currency, time_zone=demo.time_zone,
        country=demo.country, locale=demo.language, stages_text=",".join([*open_stages, f"{won}:won", f"{lost}:lost"]),
    ).organisation  # fmt: skip


def _import(organisation: Organisation, kind: str, table: pd.DataFrame, now: datetime) -> None:
    document = {"kind": kind, "columns": {column: column for column in table.columns}}
    content = io.BytesIO(table.to_csv(index=False).encode())
    run = imports.upload(file=content, name=f"{kind}.csv", kind=kind, by=SYSTEM, organisation=organisation)
    imports.settle(
        run=run,
        mapping=read_mapping(document, list(table.columns)),
        policy="all",
        create_unknown=True,
        by=SYSTEM,
    )
    report = imports.perform(run=run, organisation=organisation, by=SYSTEM, now=now)
    if report.refused:
        raise ValueError(f"demo {kind}: {report.errors[:3]}")


def _sign_up(organisation: Organisation, demo: Demo, password: str) -> None:
    for role, (email, name) in demo.logins.items():
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, password, name=name, language=demo.language)
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        membership, _ = Membership.objects.get_or_create(
            organisation=organisation, user=user, defaults={"role": role.value}
        )
        person = Person.objects.filter(name=name).first()
        if person is not None:
            members.link_person(membership=membership, person=person, by=SYSTEM)


def _quarters(today: date, company: Company) -> list[date]:
    """First days of the quarter before this one (where the company was there already) and of this one."""
    this = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    before = (this - timedelta(days=1)).replace(day=1)
    before = date(before.year, 3 * ((before.month - 1) // 3) + 1, 1)
    return [before, this] if company.months >= 12 else [this]


def _set_quarter(start: date, tables: Tables, company: Company, now: datetime) -> None:
    """Ambition from the quarter before, funnel, cascade, activation."""
    cycle = Cycle.objects.filter(start_on=start).first()
    if cycle is not None:
        return
    end = (start + timedelta(days=93)).replace(day=1)
    last_day = end - timedelta(days=1)
    name = f"{'T' if 'Gagné' in company.stages else 'Q'}{(start.month + 2) // 3} {start.year}"
    cycle = cycles.create(name=name, first_day=start, last_day=last_day, by=SYSTEM)
    ambition = _ambition(start, tables, company)
    plans.set_ambition(cycle=cycle, revenue_minor=ambition, version=0, by=SYSTEM)
    cascades.share_out(cycle=cycle, by=SYSTEM)
    activation.activate(cycle=cycle, by=SYSTEM, now=now)


def _ambition(start: date, tables: Tables, company: Company) -> int:
    """Minor units: what the four quarters before brought on average, and growth, to the round thousand."""
    deals = tables.opportunities
    won = deals[(deals["stage"] == company.stages[-2]) & (deals["closed_on"] < start.isoformat())]
    since = max(date.fromisoformat(deals["created_on"].min()), start - timedelta(days=365))
    recent = won[won["closed_on"] >= since.isoformat()]["amount"].astype(float).sum()
    quarters = max((start - since).days / 91.0, 0.5)
    return max(round(recent / quarters * GROWTH / 10_000), 2) * 10_000 * 100
