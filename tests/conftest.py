"""The set-up of the test suite: servers, database, personas, and the guards that keep tests honest.

- Tests connect as the role of web and workers (`boussole_app`): row-level security is in force in every test.
- A `db` test runs in a transaction that is rolled back; a `django_db(transaction=True)` test commits, and the
  owner role empties the tables after it.
- Nothing may connect to another machine.
"""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import django
import hypothesis
import pytest
from django.conf import settings

from tests.servers import Corner, enter, leave

if settings.configured:
    raise pytest.UsageError("Tests choose their own settings: unset DJANGO_SETTINGS_MODULE and drop --ds.")
CORNER = enter()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
django.setup()
# The processes that run tests for this one must come by here too, before Django reads its settings.
del os.environ["DJANGO_SETTINGS_MODULE"]

import redis
from django.core.cache import cache
from django.db import connections
from django.test import Client, TransactionTestCase
from django.utils import translation

from tenants import scope
from tenants.domain.roles import Role
from tenants.models import Membership, Organisation
from tests import databases, factories, tally
from tests.kept import STACK, commits

# Property tests draw the same examples on every run and have no time limit: a slow machine is no failure. Some
# domains are thrown away for half of the draws (bounds that contradict each other), which is no fault either.
# Fifty draws of each, half of what Hypothesis would take; what is dear to draw says less for itself.
hypothesis.settings.register_profile(
    "repeatable",
    max_examples=50,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.filter_too_much, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("repeatable")


# Modules whose tests are spread over the processes, at the end, when few modules are left to share out.
ONE_BY_ONE = ("test_routes", "test_partner_routes")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of several test processes one runs the tests of a module: they share beginnings, which are made once then, and what
    hands the tests out walks through all that it has handed out, for each test again.

    Those of the long modules of the isolation suite, which share nothing but what each process makes once, go one by one.
    """
    for item in items:
        if item.path.stem not in ONE_BY_ONE and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name}.{item.path.stem}"))
    items.sort(key=lambda item: item.path.stem in ONE_BY_ONE)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is imported by now stays until the end: the garbage collector need not walk through it a thousand times."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


# The network ------------------------------------------------------------------------------------------------


class ForeignConnection(RuntimeError):
    """A test tried to reach another machine."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    if address[0] in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return False


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if not _is_local(address):
            raise ForeignConnection(f"a test tried to connect to {address!r}")
        return connect(self, address)

    return guarded


socket.socket.connect = _guarded(socket.socket.connect)  # type: ignore[method-assign]
socket.socket.connect_ex = _guarded(socket.socket.connect_ex)  # type: ignore[method-assign]


# The database -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def corner() -> Corner:
    """This process's own database and Valkey, and the logins of each database role."""
    return CORNER


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Clone the template that the owner role migrated, instead of migrating as the app role."""
    with django_db_blocker.unblock():
        databases.prepare(CORNER)
    valkey = redis.from_url(CORNER.redis_url)
    valkey.flushdb()
    valkey.close()

    def empty_tables(self: TransactionTestCase) -> None:
        databases.empty(CORNER)

    TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        databases.drop(CORNER)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    STACK.make_way_for(item)


@pytest.fixture(autouse=True)
def _outer_transaction(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `db` test already runs inside a transaction, and the scope must accept that one, nowhere else."""
    marker = request.node.get_closest_marker("django_db")
    monkeypatch.setattr(scope, "accept_outer_transaction", not commits(request.fixturenames, marker))


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> None:
    """Progress, sessions and rate limits of one test are not those of the next."""
    if {"db", "transactional_db", "_django_db_helper", "client"} & set(request.fixturenames):
        cache.clear()


@pytest.fixture
def owner_cursor(transactional_db: None, corner: Corner) -> Iterator[Any]:
    """A cursor of the owner role, which sees every row: to look from outside at what was committed."""
    connection = databases.connect(corner.owner, corner.database)
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request leaves its reader's language behind in the thread; the next test begins in English."""
    with translation.override("en"):
        yield


# Personas ---------------------------------------------------------------------------------------------------
# Alice directs, Bob manages, Carol sells and Dan administers Atelier; Eve directs another one, Rival.


@pytest.fixture
def atelier(db: None) -> Organisation:
    return factories.organisation("atelier")


@pytest.fixture
def rival(db: None) -> Organisation:
    return factories.organisation("rival")


def _persona(role: str, house: str = "atelier") -> Any:
    @pytest.fixture
    def persona(request: pytest.FixtureRequest) -> Membership:
        return factories.member(request.getfixturevalue(house), Role(role))

    return persona


alice = _persona("director")
bob = _persona("manager")
carol = _persona("rep")
dan = _persona("administrator")
eve = _persona("director", "rival")


@pytest.fixture
def in_scope(atelier: Organisation) -> Iterator[Organisation]:
    """Run the test in Atelier's scope; gives the organisation. Not for tests that make requests."""
    with scope.tenant_scope(atelier.id):
        yield atelier


@pytest.fixture
def client_of() -> Callable[[Membership], Client]:
    """`client_of(alice)`: a browser in which this member is signed in."""
    return factories.client_of


@pytest.fixture
def run_queued_jobs(db: None) -> Callable[[], int]:
    """Run, in this process, every job that waits in the ledger; gives how many there were."""
    return factories.run_queued_jobs


# The figures -------------------------------------------------------------------------------------------------


def pytest_unconfigure() -> None:
    leave(CORNER)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call"
    ]
    for line in tally.lines(reports):
        terminalreporter.write_line(line)
