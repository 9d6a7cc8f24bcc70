"""I17: with many organisations, no page or API answer reads a large table from end to end.

The queries are not listed: they are those that the addresses of tests/isolation/routes really make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pipeline.queries import histories
from pipeline.queries.steps_back import steps_back
from tenants.domain.roles import Role
from tenants.scope import tenant_scope
from tests import databases
from tests.isolation import catalogue
from tests.isolation.conftest import Worlds
from tests.isolation.matrix import resolve
from tests.isolation.routes import API_ROUTES, TENANT_ROUTES
from tests.isolation.test_routes import API, TENANT, path_of
from tests.isolation.world import AS_OF, World
from tests.servers import Corner

pytestmark = pytest.mark.django_db(transaction=True)
ORGANISATIONS, ROWS = 300, 60
TEMPORARY = "history_"

# What makes each copy of a row unique within its organisation.
LARGE: dict[str, dict[str, str]] = {
    "pipeline_opportunity": {"external_id": "'copy ' || n"},
    "pipeline_opportunityevent": {},
    "pipeline_company": {"key": "'copy' || n", "external_id": "'copy' || n"},
    "pipeline_refusedrow": {},
    "pipeline_close": {"opportunity_id": "uuidv7()"},
    "pipeline_opendeal": {"opportunity_id": "uuidv7()"},
    "pipeline_stagestay": {"measure": "n"},
    "tenants_person": {"key": "'copy' || n", "membership_id": "NULL::uuid"},
    "tenants_auditentry": {},
    "objectives_objective": {"cycle_id": "uuidv7()"},
    "reporting_run": {"as_of": "date '2000-01-01' + n"},
    "reporting_conversionresult": {"run_id": "uuidv7()"},
    "reporting_gapresult": {"run_id": "uuidv7()"},
    "reporting_landingresult": {"run_id": "uuidv7()"},
    "reporting_landingcheck": {"start_on": "date '2000-01-01' + n"},
    "reporting_dailyfact": {"day": "date '2000-01-01' + n"},
}


def crowd(corner: Corner, world: World) -> None:
    """Copy one row of each large table to hundreds of organisations, past the foreign keys."""
    if corner.admin is None:
        pytest.fail(
            "set ADMIN_DATABASE_URL to a superuser: the copies go past the foreign keys", pytrace=False
        )
    admin = databases.connect(corner.admin, corner.database)
    try:
        with admin.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(
                "CREATE TEMP TABLE crowd AS SELECT uuidv7() AS id FROM generate_series(1, %s)",
                [ORGANISATIONS],
            )
            for table, given in LARGE.items():
                _copy(cursor, table, given, world)
    finally:
        admin.close()


def _copy(cursor: Any, table: str, given: dict[str, str], world: World) -> None:
    names = catalogue.in_table_order(table)
    swaps = {"id": "uuidv7()", "organisation_id": "crowd.id", **given}
    chosen = ", ".join(swaps.get(name, f'one."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    cursor.execute(
        f"INSERT INTO {table} ({listed}) SELECT {chosen}"
        f" FROM (SELECT * FROM {table} WHERE organisation_id = %s LIMIT 1) one, crowd, generate_series(1, %s) n",
        [world.organisation.id, ROWS],
    )
    cursor.execute(f"ANALYZE {table}")


def read(sql: str) -> bool:
    return sql.lstrip("( \n").upper().startswith(("SELECT", "WITH"))


def scans(plan: dict[str, Any]) -> Iterator[str]:
    """The large tables that a plan reads from end to end."""
    if plan["Node Type"] in ("Seq Scan", "Parallel Seq Scan") and plan.get("Relation Name") in LARGE:
        yield plan["Relation Name"]
    for child in plan.get("Plans", []):
        yield from scans(child)


def queries_of(worlds: Worlds) -> dict[str, set[str]]:
    """Every reading query of every page and API answer of one organisation, by the address that makes it."""
    own = worlds.atelier
    browser, robot = Client(), Client(headers={"Authorization": f"Bearer {own.token}"})
    browser.force_login(own.members[Role.DIRECTOR].user)
    found: dict[str, set[str]] = {}
    for client, addresses, routes in ((browser, TENANT, TENANT_ROUTES), (robot, API, API_ROUTES)):
        for address in addresses:
            route = routes.get(address.name)
            if route is None or not route.get:
                continue
            path = path_of(address, own, resolve(route.kwargs, own))
            query = resolve(route.query, own)
            with CaptureQueriesContext(connection) as captured:
                client.get(path, query)
                if client is robot:
                    client.get(path)
                    for narrowed in ({}, query):
                        client.get(path, {**narrowed, "as_of": AS_OF.isoformat()})
            found[address.name] = {query["sql"] for query in captured if read(query["sql"])}
    return found


def fill_temporary_tables() -> None:
    """Those that the pages of a day fill for themselves; they went with the transactions of the pages."""
    histories.as_of(AS_OF - timedelta(days=30), since=AS_OF - timedelta(days=30), slot="_before")
    steps_back(histories.as_of(AS_OF))


def control(corner: Corner) -> list[str]:
    """What the check says of a query that must read a whole table: the owner's, whom no policy narrows."""
    owner = databases.connect(corner.owner, corner.database)
    with owner.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (FORMAT JSON) SELECT count(*) FROM pipeline_opportunity WHERE name LIKE '%x%'"
        )
        found = list(scans(cursor.fetchone()[0][0]["Plan"]))
    owner.close()
    return found


def test_no_page_reads_a_large_table_from_end_to_end(
    worlds: Worlds, corner: Corner, record_property: Callable[[str, object], None]
) -> None:
    crowd(corner, worlds.atelier)
    queries, scanned = 0, []
    for name, statements in queries_of(worlds).items():
        with tenant_scope(worlds.atelier.organisation.id), connection.cursor() as cursor:
            if any(TEMPORARY in sql for sql in statements):
                fill_temporary_tables()
            for sql in sorted(statements):
                if not any(table in sql for table in LARGE):
                    continue
                cursor.execute("EXPLAIN (FORMAT JSON) " + sql)
                plan = cursor.fetchone()[0]
                queries += 1
                scanned += [f"{name}: {table} in {sql[:300]}" for table in scans(plan[0]["Plan"])]
    record_property("query_plans", queries)
    record_property("query_scans", len(scanned))
    assert queries
    assert scanned == []
    assert control(corner) == ["pipeline_opportunity"]
