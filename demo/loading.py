"""Put a demo company into the product the way a customer would: imports, then the guided setting of its quarters."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd
from allauth.account.models import EmailAddress
from django.utils.translation import override

from demo.efforts import reach_out
from demo.events import happen
from demo.generator import Company, Tables, generate
from demo.hours import open_house
from demo.partners import engage
from demo.quarters import House, set_quarters
from demo.stories import STORIES
from demo.targets import set_targets
from pipeline.actions import imports, passages
from pipeline.actions.organisations import set_up
from pipeline.domain.importing.mapping import read_mapping
from tenants.access import SYSTEM, Actor
from tenants.actions import audit, members
from tenants.domain.roles import Role
from tenants.models import AuditEntry, Membership, Organisation, Person, User
from tenants.queries import organisation_by_slug
from tenants.scope import tenant_scope
from tenants.turns import take_time

# The order matters: what later files name is there already.
FILES = ("products", "companies", "teams", "opportunities", "history")
LOADED = "demo.loaded"


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
        take_time()
        for kind in FILES:
            _import(organisation, kind, getattr(tables, kind), now)
        _sign_up(organisation, demo, password)
        set_targets(demo.company, language=demo.language, today=today, now=now)
    with tenant_scope(organisation.id):
        passages.refresh(as_of=today - timedelta(days=1))
    with override(demo.language):
        house = _house(demo, organisation, tables, today)
        # Before the quarters are set: partners have objectives of theirs, and the funnel begins at what was logged.
        with tenant_scope(organisation.id):
            engage(house, password=password)
        with tenant_scope(organisation.id):
            reach_out(house, demo.language)
        set_quarters(house)
        happen(house, import_table=lambda kind, table: _import(organisation, kind, table, now))
    with tenant_scope(organisation.id):
        open_house(house)
        audit.record(by=SYSTEM, verb=LOADED, obj=organisation)
    return True


def _house(demo: Demo, organisation: Organisation, tables: Tables, today: date) -> House:
    email, _name = demo.logins[Role.DIRECTOR]
    director = Membership.objects.get(organisation=organisation, user__email=email)
    by = Actor("member", director.id, Role.DIRECTOR)
    return House(organisation, demo.company, tables, today, by, STORIES[demo.slug])


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
