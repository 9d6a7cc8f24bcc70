"""Plain functions that make rows, with fixed names, amounts and dates: never random, never the clock.

Each takes the organisation first and writes in its scope: the one that is open, or one of its own.
People with a fixed meaning (see tests/conftest.py for the fixtures):
  Alice director · Bob manager · Carol rep · Dan administrator · Mia marketing · Ada adviser · Paul partner,
  each a member of the organisation named; Eve directs Rival, Sam belongs to no organisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.test import Client

from objectives.actions import calibrations, contexts, justifications
from objectives.domain.context import Context
from objectives.models import Cycle, Objective, Plan
from pipeline.actions import credits
from pipeline.domain.importing.keys import normalise_key
from pipeline.models import Company, ImportRun, Opportunity, OpportunityEvent, Product, Stage
from tenants.access import SYSTEM, Actor
from tenants.actions import api_keys
from tenants.domain.roles import Role
from tenants.models import ApiKey, Job, Membership, Organisation, Person, Team, TeamMembership, User
from tenants.scope import NoTenant, current_organisation_id, tenant_scope

START = date(2026, 1, 1)
NOON = datetime(2026, 2, 10, 12, 0, tzinfo=UTC)
NAMES = {
    Role.DIRECTOR: "Alice",
    Role.MANAGER: "Bob",
    Role.REP: "Carol",
    Role.ADMINISTRATOR: "Dan",
    Role.MARKETING: "Mia",
    Role.ADVISER: "Ada",
    Role.PARTNER: "Paul",
}
RIVAL = "rival"
STAGES = (("Prospecting", "open"), ("Engaging", "open"), ("Won", "won"), ("Lost", "lost"))


@contextmanager
def scope_of(organisation: Organisation) -> Iterator[None]:
    """Write as `organisation`: in the scope that is open (it must be this one's), or in one of our own."""
    try:
        current = current_organisation_id()
    except NoTenant:
        with tenant_scope(organisation.id):
            yield
        return
    assert current == organisation.id, "a factory was called for another organisation than the one in scope"
    yield


# Who --------------------------------------------------------------------------------------------------------


def organisation(slug: str = "atelier", **given: Any) -> Organisation:
    """The organisation at `slug`, made when absent: euros, Paris, French holidays, Monday to Friday."""
    found, _ = Organisation.objects.get_or_create(slug=slug, defaults={"name": slug.title(), **given})
    return found


def user(email: str, *, name: str = "", language: str = "en", **given: Any) -> User:
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, name=name, language=language, **given)


def member(organisation: Organisation, role: Role | str, *, name: str = "", **given: Any) -> Membership:
    """The persona of this role, e.g. alice@atelier.example; `name` makes a second person."""
    role = Role(role)
    if not name:
        name = "Eve" if (organisation.slug, role) == (RIVAL, Role.DIRECTOR) else NAMES[role]
    login = user(f"{name.lower()}@{organisation.slug}.example", name=name)
    found, _ = Membership.objects.get_or_create(
        organisation=organisation, user=login, defaults={"role": role.value, **given}
    )
    return found


def stranger() -> User:
    """Sam, who has a login and belongs to no organisation."""
    return user("sam@nowhere.example", name="Sam")


def actor(membership: Membership) -> Actor:
    """What an action's `by=` takes."""
    return Actor("member", membership.id, Role(membership.role))


def client_of(membership: Membership) -> Client:
    """A browser in which this member is signed in."""
    client = Client()
    sign_in(client, membership.user)
    return client


def sign_in(client: Client, login: User) -> None:
    """Give the browser a session of `login`: what is left of signing in, for a tenth of its statements."""
    session = SessionStore()
    session[SESSION_KEY] = str(login.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = login.get_session_auth_hash()
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""


def api_key(organisation: Organisation, **given: Any) -> tuple[ApiKey, str]:
    """A live key and its token."""
    with scope_of(organisation):
        return api_keys.create(organisation=organisation, by=SYSTEM, **{"name": "Robot", **given})


def api_client(organisation: Organisation) -> Client:
    """A client whose every request carries a key of this organisation."""
    return Client(headers={"Authorization": f"Bearer {api_key(organisation)[1]}"})


# Teams ------------------------------------------------------------------------------------------------------


def team(organisation: Organisation, name: str = "North", **given: Any) -> Team:
    with scope_of(organisation):
        return Team.objects.create(name=name, key=normalise_key(name), organisation=organisation, **given)


def person(
    organisation: Organisation, name: str = "Carol", *, team: Team | None = None, **given: Any
) -> Person:
    """A confirmed salesperson, full time, in `team` since always when one is given."""
    with scope_of(organisation):
        made = Person.objects.create(name=name, key=normalise_key(name), organisation=organisation, **given)
        if team is not None:
            TeamMembership.objects.create(person=made, team=team, organisation=organisation)
        return made


# What sells -------------------------------------------------------------------------------------------------


def stage(organisation: Organisation, name: str, position: int, kind: str = "open") -> Stage:
    with scope_of(organisation):
        return Stage.objects.create(
            name=name, key=normalise_key(name), position=position, kind=kind, organisation=organisation
        )


def stages(organisation: Organisation) -> dict[str, Stage]:
    """Prospecting → Engaging → Won or Lost, by name; made once."""
    with scope_of(organisation):
        known = {found.name: found for found in Stage.objects.all()}
        for position, (name, kind) in enumerate(STAGES):
            if name not in known:
                known[name] = stage(organisation, name, position, kind)
        return known


def company(organisation: Organisation, name: str = "Acme", **given: Any) -> Company:
    with scope_of(organisation):
        return Company.objects.create(name=name, key=normalise_key(name), organisation=organisation, **given)


def product(organisation: Organisation, name: str = "GTX Pro", **given: Any) -> Product:
    with scope_of(organisation):
        return Product.objects.create(name=name, key=normalise_key(name), organisation=organisation, **given)


def opportunity(
    organisation: Organisation, external_id: str = "OPP-1", *, stage: Stage | None = None, **given: Any
) -> Opportunity:
    """An opportunity of 10 000.00 created on 1 January 2026, in Prospecting unless told; without events."""
    defaults = {"name": f"Deal {external_id}", "amount_minor": 1_000_000, "created_on": START}
    with scope_of(organisation):
        return Opportunity.objects.create(
            organisation=organisation,
            external_id=external_id,
            stage=stage or stages(organisation)["Prospecting"],
            **{**defaults, **given},
        )


def event(
    opportunity: Opportunity, stage: Stage | None = None, occurred_on: date | None = START, **given: Any
) -> OpportunityEvent:
    """The opportunity enters `stage` (its present one unless told), in the hands it is in now."""
    defaults = {
        "kind": "stage",
        "source": "history",
        "owner_id": opportunity.owner_id,
        "team_id": opportunity.team_id,
        "amount_minor": opportunity.amount_minor,
    }
    with scope_of(opportunity.organisation):
        return OpportunityEvent.objects.create(
            organisation_id=opportunity.organisation_id,
            opportunity=opportunity,
            stage_id=stage.id if stage else opportunity.stage_id,
            occurred_on=occurred_on,
            **{**defaults, **given},
        )


def shared(opportunity: Opportunity, *, on: date = START, **parts: Any) -> None:
    """Share the credit of a deal: `shared(deal, shares={sofia: "0.4"})`; the owner keeps the rest."""
    with scope_of(opportunity.organisation):
        shares = {person: Decimal(part) for person, part in parts.pop("shares", {}).items()}
        credits.share(opportunity=opportunity, shares=shares, on=on, by=SYSTEM, **parts)


def import_run(organisation: Organisation, filename: str = "deals.csv", **given: Any) -> ImportRun:
    with scope_of(organisation):
        defaults = {"path": f"{organisation.id}/{filename}", "size": 100, "kind": "opportunities"}
        return ImportRun.objects.create(organisation=organisation, filename=filename, **{**defaults, **given})


# What is promised -------------------------------------------------------------------------------------------


def cycle(organisation: Organisation, name: str = "Q1 2026", **given: Any) -> Cycle:
    """The first quarter of 2026, in draft unless `state="active"`."""
    defaults = {"start_on": START, "end_on": date(2026, 4, 1)}
    if given.get("state") == Cycle.State.ACTIVE:
        defaults["activated_at"] = NOON
    with scope_of(organisation):
        return Cycle.objects.create(organisation=organisation, name=name, **{**defaults, **given})


def plan(cycle: Cycle, **given: Any) -> Plan:
    with scope_of(cycle.organisation):
        defaults = {"revenue_minor": 50_000_000}
        return Plan.objects.create(organisation=cycle.organisation, cycle=cycle, **{**defaults, **given})


def objective(cycle: Cycle, metric: str = "revenue_won", **given: Any) -> Objective:
    """A draft objective of the company with a target of 500 000.00, unless told."""
    with scope_of(cycle.organisation):
        defaults = {"target": 50_000_000}
        return Objective.objects.create(
            organisation=cycle.organisation, cycle=cycle, metric=metric, **{**defaults, **given}
        )


CONTEXT: Context = {
    "segments": ["Industry"],
    "account_profile": "Makers of 50 to 500 people.",
    "maturity": "Has a need this year.",
    "channels": ["Phone"],
    "qualification": "A need, somebody who decides, a date.",
    "success": "Won by the end of the quarter.",
    "reason": "Growth in Industry.",
    "constraints_reviewed": True,
}


def make_ready(cycle: Cycle) -> None:
    """What a draft needs to be activated: clear objectives, and a reason for those out of reach."""
    with scope_of(cycle.organisation):
        company = Objective.objects.get(cycle=cycle, metric="revenue_won", team=None, person=None, segment="")
        contexts.say(cycle=cycle, objective=company, context=CONTEXT, version=company.version, by=SYSTEM)
        calibrations.calibrate(cycle=cycle, by=SYSTEM)
        justifications.justify_all(cycle=cycle, text="Two people more from this quarter on.", by=SYSTEM)


# Background work --------------------------------------------------------------------------------------------


def job(
    organisation: Organisation, *, task: str, kind: str = "recompute", key: str = "2026-01-01", **given: Any
) -> Job:
    """A job that waits in the ledger; nothing is sent to the broker."""
    return Job.objects.create(
        organisation=organisation, kind=kind, key=key, task=task, **{"queued_at": NOON, **given}
    )


def run_queued_jobs() -> int:
    """Run every waiting job in this process, as the worker would; return how many there were."""
    current_app.loader.import_default_modules()
    waiting = list(Job.objects.filter(state=Job.State.QUEUED).order_by("queued_at", "id"))
    for one in waiting:
        current_app.tasks[one.task].apply(args=[str(one.organisation_id), str(one.id)], throw=True)
    return len(waiting)
