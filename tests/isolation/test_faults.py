"""I8: the scope survives exceptions, SQL errors, rolled back savepoints and killed connections, pooled or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg2
import pytest

from tests import factories
from tests.isolation.faults import Tally, fuzz, session_scope
from tests.isolation.pgbouncer import pgbouncer
from tests.servers import Corner

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 1.5
Record = Callable[[str, object], None]


@pytest.fixture
def people() -> dict[UUID, int]:
    """Two organisations, and how many people each has."""
    counts = {"small": 3, "large": 5}
    for slug, count in counts.items():
        for number in range(count):
            factories.person(factories.organisation(slug), f"Person {number}")
    return {factories.organisation(slug).id: count for slug, count in counts.items()}


@pytest.fixture
def pool(corner: Corner) -> Iterator[dict[str, Any]]:
    with pgbouncer(corner) as settings:
        yield settings


def settle(tally: Tally, record_property: Record) -> None:
    record_property("fault_operations", tally.operations)
    record_property("fault_kills", tally.kills)
    record_property("fault_wrong", len(tally.wrong))
    assert tally.operations > 100
    assert tally.wrong == []


def setting_of_an_idle_connection(pool: dict[str, Any]) -> str | None:
    """What the next client of the pool's only connection finds in the setting."""
    connection = psycopg2.connect(
        host=pool["HOST"], port=pool["PORT"], dbname=pool["NAME"], user=pool["USER"]
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.organisation_id', true)")
        value: str | None = cursor.fetchone()[0]
    connection.close()
    return value


def test_a_direct_connection_never_shows_a_wrong_row(
    people: dict[UUID, int], corner: Corner, record_property: Record
) -> None:
    settle(fuzz(corner, people, seconds=SECONDS), record_property)


def test_a_pooled_connection_never_shows_a_wrong_row(
    people: dict[UUID, int], corner: Corner, pool: dict[str, Any], record_property: Record
) -> None:
    settle(fuzz(corner, people, settings=pool, seconds=SECONDS), record_property)
    assert setting_of_an_idle_connection(pool) in (None, "")


def test_the_same_attempts_catch_a_setting_of_the_session(
    people: dict[UUID, int], corner: Corner, pool: dict[str, Any], record_property: Record
) -> None:
    """The control: with session settings the pool mixes the organisations up, and the attempts above would see it."""
    tally = fuzz(corner, people, settings=pool, scope=session_scope, seconds=1)
    record_property("fault_control", len(tally.wrong))
    assert tally.wrong


@pytest.mark.drill
def test_ten_thousand_operations_show_no_wrong_row(
    people: dict[UUID, int], corner: Corner, pool: dict[str, Any], record_property: Record
) -> None:
    for settings in (None, pool):
        tally = fuzz(corner, people, settings=settings, operations=10_000, kills=100)
        settle(tally, record_property)
        assert tally.operations >= 10_000
        assert tally.kills >= 100
    control = fuzz(corner, people, settings=pool, scope=session_scope, seconds=3)
    record_property("fault_control", len(control.wrong))
    assert control.wrong
    # A connection that the control has not used.
    with pgbouncer(corner) as fresh:
        fuzz(corner, people, settings=fresh, seconds=1)
        assert setting_of_an_idle_connection(fresh) in (None, "")
