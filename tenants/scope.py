"""The organisation in force. Opened at the edges (middleware, task base class, commands, tests), nowhere else.

Two things happen together and end together: the ORM learns which organisation to filter on, and PostgreSQL
is told by `SET LOCAL` which rows its policies may show. `SET LOCAL` dies with the transaction, so a pooled
connection can never carry an organisation to the next request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction

SETTING = "app.organisation_id"

_current: ContextVar[UUID | None] = ContextVar("organisation", default=None)

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


@contextmanager
def tenant_scope(organisation_id: UUID) -> Iterator[None]:
    """Run the block as `organisation_id`, in one transaction that this scope opens and ends.

    Raises NoTenant when the id is not a UUID, ScopeError when a scope is open already (a switch inside a
    savepoint would outlive it) or when somebody else's transaction is open.
    """
    if not isinstance(organisation_id, UUID):
        raise NoTenant(f"not an organisation id: {organisation_id!r}")
    if _current.get() is not None:
        raise ScopeError("a scope is open already; scopes do not nest")
    if connection.in_atomic_block and not accept_outer_transaction:
        raise ScopeError("the scope must open the outermost transaction")
    token = _current.set(organisation_id)
    try:
        with transaction.atomic():
            _announce(str(organisation_id))
            yield
            if accept_outer_transaction and not connection.needs_rollback:
                _announce("")
    finally:
        _current.reset(token)


def _announce(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, value])
