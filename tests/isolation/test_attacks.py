"""I3, I4 and I5 in plain SQL as the role of web and workers: no ORM, no middleware, only the database in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg2 import errors

from tenants.checks import FAULTS, ROLE_FACTS, role_faults
from tests import databases
from tests.isolation import catalogue
from tests.isolation.conftest import Worlds, as_app
from tests.isolation.world import NOBODY, fingerprint
from tests.servers import Corner

TABLES = catalogue.tenant_tables()
REFUSED_WRITES = (errors.InsufficientPrivilege, errors.RestrictViolation)


@pytest.fixture
def cursor(db: None) -> Iterator[Any]:
    with connection.cursor() as cursor:
        yield cursor


def refused(cursor: Any, sql: str, *params: Any) -> type[BaseException] | None:
    """Run a statement, with its deferred checks, in a savepoint; give the error it met, None when it went through."""
    try:
        with transaction.atomic():
            cursor.execute(sql, params)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except DatabaseError as error:
        return type(error.__cause__ or error)
    return None


def changed(cursor: Any, sql: str, *params: Any) -> int:
    """Rows that a statement changed; 0 when it was refused for want of a right."""
    try:
        with transaction.atomic():
            cursor.execute(sql, params)
            return int(cursor.rowcount)
    except DatabaseError as error:
        if not isinstance(error.__cause__, REFUSED_WRITES):
            raise
        return 0


def copy_of_a_row(table: str, organisation: str, **others: str) -> str:
    """SQL that inserts a copy of one visible row under another id, with some columns replaced."""
    swaps = {"organisation_id": organisation, "id": "uuidv7()", **others}
    names = catalogue.in_table_order(table)
    chosen = ", ".join(swaps.get(name, f'"{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({listed}) SELECT {chosen} FROM {table} LIMIT 1"


# I3 ----------------------------------------------------------------------------------------------------------


def test_the_runtime_role_has_none_of_the_five_faults(db: None) -> None:
    assert len(FAULTS) == 5
    assert role_faults() == []


# I4 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_without_an_organisation_nothing_is_read_or_written(
    table: str, worlds: Worlds, cursor: Any, tally: Callable[..., None]
) -> None:
    before = fingerprint(worlds.rival)
    cursor.execute("SELECT current_setting('app.organisation_id', true)")
    assert cursor.fetchone()[0] in (None, "")
    cursor.execute(f"SELECT count(*) FROM {table}")
    assert cursor.fetchone()[0] == 0
    assert changed(cursor, f"UPDATE {table} SET organisation_id = organisation_id") == 0
    assert changed(cursor, f"DELETE FROM {table}") == 0
    # A literal row: there is none to copy from.
    literal = {"organisation_id": "%s", "id": "uuidv7()"}
    values = ", ".join(literal.get(name, "NULL") for name in catalogue.in_table_order(table))
    insert = f"INSERT INTO {table} VALUES ({values})"
    assert refused(cursor, insert, worlds.rival.organisation.id) is errors.InsufficientPrivilege
    assert fingerprint(worlds.rival) == before
    tally(4)


# I5 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_an_organisation_cannot_touch_anothers_rows(
    table: str, worlds: Worlds, cursor: Any, tally: Callable[..., None]
) -> None:
    own, other = worlds.atelier.organisation.id, worlds.rival.organisation.id
    before = fingerprint(worlds.rival)
    as_app(cursor, own)

    # read
    cursor.execute(f"SELECT count(*), count(*) FILTER (WHERE organisation_id = %s) FROM {table}", [other])
    visible, foreign = cursor.fetchone()
    assert visible > 0
    assert foreign == 0
    # update, delete
    assert (
        changed(
            cursor, f"UPDATE {table} SET organisation_id = organisation_id WHERE organisation_id = %s", other
        )
        == 0
    )
    assert changed(cursor, f"DELETE FROM {table} WHERE organisation_id = %s", other) == 0
    # insert as the other
    insert = copy_of_a_row(table, "%s::uuid")
    assert refused(cursor, insert, other) is errors.InsufficientPrivilege
    # move a row of one's own over
    move = f"UPDATE {table} SET organisation_id = %s"
    assert refused(cursor, move, other) in REFUSED_WRITES
    # delete all that is one's own: nothing of the other may hang on it
    changed_or_kept = refused(cursor, f"DELETE FROM {table}")
    assert changed_or_kept in (None, errors.ForeignKeyViolation, *REFUSED_WRITES)

    as_app(cursor, "")
    assert fingerprint(worlds.rival) == before
    tally(6)


REFERENCES = [
    pytest.param(*reference, id=f"{reference[0]}.{reference[1]}")
    for model in catalogue.tenant_models()
    for reference in catalogue.declared_references(model)
]
# What else must change for the row to be credible with this reference.
ALONG = {
    "objectives_objective.engagement_id": "team_id = NULL, person_id = NULL",
    "objectives_objective.person_id": "team_id = NULL, engagement_id = NULL",
    "objectives_objective.team_id": "person_id = NULL, engagement_id = NULL",
    "objectives_objective.stage_id": "metric = 'stage_conversion_rate', target = NULL",
    "objectives_scenario.person_id": "team_id = NULL",
    "reporting_leveraction.person_id": "team_id = NULL",
}
# The same for a copied row.
COPY_ALONG = {
    "objectives_objectiveversion": {"number": "number + 1000"},
    # Another time, or the host would be met twice at once.
    "prospecting_meeting": {
        **{name: f"{name} + interval '1 day'" for name in ("starts_at", "ends_at", "busy_until")},
        "external_id": "''",
    },
}
# Columns that a rule of the database keeps as they were first written: the attack is a new row.
KEPT = {"prospecting_meeting.engagement_id", "prospecting_meeting.definition_version_id"}


@pytest.mark.parametrize(("table", "column", "target"), REFERENCES)
def test_no_row_can_point_into_another_organisation(
    table: str, column: str, target: str, worlds: Worlds, cursor: Any, tally: Callable[..., None]
) -> None:
    """The other's row is refused exactly as one that does not exist: the error is no oracle either."""
    other = worlds.rival.organisation.id
    as_app(cursor, other)
    cursor.execute(f"SELECT id FROM {target} WHERE organisation_id = %s LIMIT 1", [other])
    foreign = cursor.fetchone()[0]
    as_app(cursor, worlds.atelier.organisation.id)
    if catalogue.may_update(table) and f"{table}.{column}" not in KEPT:
        along = ALONG.get(f"{table}.{column}")
        one = f" WHERE ctid = (SELECT ctid FROM {table} LIMIT 1)"
        attack = f'UPDATE {table} SET "{column}" = %s' + (f", {along}" if along else "") + one
    else:
        attack = copy_of_a_row(table, "organisation_id", **{column: "%s::uuid"}, **COPY_ALONG.get(table, {}))
    assert refused(cursor, attack, foreign) is errors.ForeignKeyViolation
    assert refused(cursor, attack, NOBODY) is errors.ForeignKeyViolation
    tally(1)


def test_the_five_facts_are_measured(corner: Corner, django_db_setup: None) -> None:
    """The owner role, which no web process may use, is told apart by the same query."""
    owner = databases.connect(corner.owner, corner.database)
    with owner.cursor() as facts:
        facts.execute(ROLE_FACTS)
        found = dict(zip(FAULTS, facts.fetchone(), strict=True))
    owner.close()
    assert found["bypasses row-level security"]
    assert found["owns tables"]
    assert found["may truncate tables"]
