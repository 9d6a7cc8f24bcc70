"""The organisation in force. Opened at the edges (middleware, task base class, commands, tests), nowhere else.

Two things happen together and end together: the ORM learns which organisation to filter on, and PostgreSQL
is told by `SET LOCAL` which rows its policies may show. `SET LOCAL` dies with the transaction, so a pooled
connection can never carry an organisation to the next request.

PostgreSQL is also told who looks: a member of the house, or an outsourced partner, to whom the wall of
`tenants.migration_operations` shows the own engagements and nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection, transaction

SETTING = "app.organisation_id"
ACTOR = "app.actor"
MEMBER = "member"

_current: ContextVar[UUID | None] = ContextVar("organisation", default=None)
_actor: ContextVar[str] = ContextVar("actor", default="")
_kept: ContextVar[dict[str, Any] | None] = ContextVar("kept", default=None)

# The test suite wraps each test in a transaction of its own; only tests/conftest.py sets this.
accept_outer_transaction = False


class NoTenant(RuntimeError):
    """Tenant data was touched without saying whose."""


class ScopeError(RuntimeError):
    """A scope was opened where it could not be trusted: nested, or inside another transaction."""


def current_organisation_id() -> UUID:
    """Return the organisation in force; raise NoTenant when there is none."""
    organisation_id = _current.get()
    if organisation_id is None:
        raise NoTenant("no organisation in force: open tenants.scope.tenant_scope(...) at the edge")
    return organisation_id


def kept() -> dict[str, Any]:
    """What the scope in force remembers until it ends, such as which temporary tables its transaction has filled."""
    found = _kept.get()
    if found is None:
        raise NoTenant("no organisation in force: open tenants.scope.tenant_scope(...) at the edge")
    return found


@contextmanager
def tenant_scope(organisation_id: UUID, *, partner: UUID | None = None) -> Iterator[None]:
    """Run the block as `organisation_id`, in one transaction that this scope opens and ends.

    `partner`: the membership of an outsourced partner, when it is one who looks.

    Raises NoTenant when the id is not a UUID, ScopeError when a scope is open already (a switch inside a
    savepoint would outlive it) or when somebody else's transaction is open.
    """
    if not isinstance(organisation_id, UUID):
        raise NoTenant(f"not an organisation id: {organisation_id!r}")
    if _current.get() is not None:
        raise ScopeError("a scope is open already; scopes do not nest")
    if connection.in_atomic_block and not accept_outer_transaction:
        raise ScopeError("the scope must open the outermost transaction")
    actor = f"partner:{partner}" if partner is not None else MEMBER
    token, actor_token, kept_token = _current.set(organisation_id), _actor.set(actor), _kept.set({})
    try:
        with transaction.atomic():
            _announce(str(organisation_id), actor)
            yield
            if accept_outer_transaction and not connection.needs_rollback:
                _announce("", "")
    finally:
        _kept.reset(kept_token)
        _actor.reset(actor_token)
        _current.reset(token)


@contextmanager
def behind_the_wall() -> Iterator[None]:
    """Read or write what the house knows and a partner may not see, within an action that tells the partner the result only.

    The one door in the partner's wall; a test lists the places that use it. For members it changes nothing.
    """
    before = _actor.get()
    if before in (MEMBER, ""):
        yield
        return
    token = _actor.set(MEMBER)
    _announce(str(current_organisation_id()), MEMBER)
    try:
        yield
    finally:
        _actor.reset(token)
        if not connection.needs_rollback:
            _announce(str(current_organisation_id()), before)


def _announce(organisation: str, actor: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, true), set_config(%s, %s, true)", [SETTING, organisation, ACTOR, actor]
        )
