"""The second wall, in plain SQL: inside the organisation a partner sees the own engagements and nothing else.

Paul works on one engagement of Atelier; another engagement of the same organisation is not his, nor is anything of Rival,
for which he works too.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from prospecting.models import Engagement
from tenants.domain.roles import Role
from tenants.models import Person
from tenants.scope import behind_the_wall, tenant_scope
from tests import factories
from tests.isolation import catalogue
from tests.isolation.conftest import Worlds, as_app
from tests.isolation.test_attacks import changed, copy_of_a_row, refused
from tests.isolation.test_catalogue import WINDOWS
from tests.isolation.world import World

# What a partner may write, beside the trail: of the own engagements only.
WRITTEN = {
    f"prospecting_{name}"
    for name in ("activity", "contact", "criterion", "definitionversion", "meeting", "meetingevent", "meetingevidence")
}  # fmt: skip
BLIND = [table for table in catalogue.tenant_tables() if table not in WINDOWS]
# Where the other engagement's rows are looked for: by the column that leads to it.
OF_AN_ENGAGEMENT = sorted(
    WINDOWS - {"tenants_auditentry", "prospecting_availability", "prospecting_maturity"}
)


@pytest.fixture
def cursor(db: None) -> Iterator[Any]:
    with connection.cursor() as cursor:
        yield cursor


def partner_of(world: World) -> str:
    return f"partner:{world.members[Role.PARTNER].id}"


def count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")
    return int(cursor.fetchone()[0])


@pytest.mark.parametrize("table", BLIND)
def test_what_has_no_window_is_not_there_for_a_partner(
    table: str, worlds: Worlds, cursor: Any, tally: Callable[..., None]
) -> None:
    own = worlds.atelier.organisation.id
    as_app(cursor, own)
    assert count(cursor, table) > 0

    as_app(cursor, own, partner_of(worlds.atelier))

    assert count(cursor, table) == 0
    assert changed(cursor, f"UPDATE {table} SET organisation_id = organisation_id") == 0
    assert changed(cursor, f"DELETE FROM {table}") == 0
    tally(3)


@pytest.mark.parametrize(
    "actor", ["", "partner:", "somebody", "partner:00000000-0000-7000-8000-00000000dead"]
)
def test_who_is_nobody_sees_nothing_at_all(
    actor: str, worlds: Worlds, cursor: Any, tally: Callable[..., None]
) -> None:
    as_app(cursor, worlds.atelier.organisation.id, actor)
    seen = {table: count(cursor, table) for table in catalogue.tenant_tables()}
    open_to_every_partner = {"prospecting_availability", "prospecting_maturity"} if "dead" in actor else set()
    assert {table for table, rows in seen.items() if rows} <= open_to_every_partner
    tally(len(seen))


@pytest.mark.parametrize("table", OF_AN_ENGAGEMENT)
def test_a_partner_sees_the_own_engagement_and_not_the_other(
    table: str, worlds: Worlds, cursor: Any, tally: Callable[..., None]
) -> None:
    own = worlds.atelier.organisation.id
    as_app(cursor, own)
    everything = count(cursor, table)

    as_app(cursor, own, partner_of(worlds.atelier))
    seen = count(cursor, table)
    if table == "prospecting_disclosure":
        assert seen == 0
    else:  # half of it: the world holds everything twice, for the other engagement too
        assert 0 < seen < everything

    # Taken off the engagement, the same login sees none of it any more.
    as_app(cursor, own)
    cursor.execute("DELETE FROM prospecting_engagementmember")
    as_app(cursor, own, partner_of(worlds.atelier))
    assert count(cursor, table) == 0
    assert changed(cursor, f"UPDATE {table} SET organisation_id = organisation_id") == 0
    assert changed(cursor, f"DELETE FROM {table}") == 0
    tally(4)


@pytest.mark.parametrize(
    "table", sorted(WINDOWS - WRITTEN - {"prospecting_disclosure", "tenants_auditentry"})
)
def test_a_partner_cannot_rewrite_what_it_only_reads(
    table: str, worlds: Worlds, cursor: Any, tally: Callable[..., None]
) -> None:
    as_app(cursor, worlds.atelier.organisation.id, partner_of(worlds.atelier))

    attack = f"UPDATE {table} SET organisation_id = organisation_id"
    assert count(cursor, table) > 0
    assert refused(cursor, attack) is not None
    assert refused(cursor, copy_of_a_row(table, "organisation_id")) is not None
    tally(2)


def test_no_row_moves_to_an_engagement_of_somebody_else(
    worlds: Worlds, cursor: Any, tally: Callable[..., None]
) -> None:
    world = worlds.atelier
    with tenant_scope(world.organisation.id):
        theirs: UUID = Engagement.objects.create(
            partner=world.rows["prospecting.Partner"],
            name="Theirs",
            key="theirs",
            starts_on=factories.START,
        ).id
    as_app(cursor, world.organisation.id, partner_of(world))
    for table in ("prospecting_activity", "prospecting_contact", "prospecting_meeting"):
        assert refused(cursor, f"UPDATE {table} SET engagement_id = %s", theirs) is not None
        assert refused(cursor, copy_of_a_row(table, "organisation_id", engagement_id="%s::uuid"), theirs) is not None  # fmt: skip
    tally(6)


def test_a_partner_of_two_organisations_sees_one_at_a_time(
    worlds: Worlds, cursor: Any, tally: Callable[..., None]
) -> None:
    """Whoever works for both has a membership in each; the one of here shows nothing there."""
    as_app(cursor, worlds.rival.organisation.id, partner_of(worlds.atelier))
    for table in OF_AN_ENGAGEMENT:
        assert count(cursor, table) == 0
    tally(len(OF_AN_ENGAGEMENT))


def test_the_door_opens_for_a_moment_and_closes(worlds: Worlds, db: None) -> None:
    world = worlds.atelier
    with tenant_scope(world.organisation.id, partner=world.members[Role.PARTNER].id):
        assert not Person.objects.exists()
        with behind_the_wall():
            assert Person.objects.exists()
        assert not Person.objects.exists()


def test_the_door_closes_after_an_error(worlds: Worlds, db: None) -> None:
    world = worlds.atelier
    with tenant_scope(world.organisation.id, partner=world.members[Role.PARTNER].id):
        with pytest.raises(ZeroDivisionError), behind_the_wall():
            raise ZeroDivisionError
        assert not Person.objects.exists()


# Every place that goes behind the wall, and why. A new one needs its reason; one that is gone must be taken off.
DOORS: dict[str, str] = {
    "prospecting/actions/activities.py": "which activity was the first contact depends on those of others",
    "prospecting/actions/activity_writing.py": "whether a company is a target or must be left alone is the house's to know",
    "prospecting/actions/companies.py": "whoever logs a company makes it, or meets the one that is there; the caller shows the typed name only",
    "prospecting/actions/contacts.py": "somebody who must not be contacted is refused, whoever records them; the answer is that refusal",
    "prospecting/actions/definitions.py": "a proposal of the client that a partner sends back is the client's draft again",
    "prospecting/actions/disclosure.py": "copies to meetings what the client chose to tell of an opportunity; it returns a count",
    "prospecting/actions/meeting_booking.py": "a meeting belongs to the team of its host, of which a partner sees nothing",
    "prospecting/queries/activities.py": "a partner reads the names of those that it wrote about itself",
    "prospecting/queries/feeds.py": "the first of a chain of moved meetings is the same entry of a calendar; ids and a count only",
    "prospecting/queries/meetings.py": "whether a company was met lately is said in one word before it is booked again",
    "prospecting/queries/readers.py": "a partner reads the names of those who host its meetings",
    "prospecting/queries/slots.py": "what fills a calendar is taken out of the free slots, and is not shown",
    "prospecting/queries/standing.py": "a company in the pipeline or on the do-not-contact list is said at once, in one word",
    "prospecting/queries/targets.py": "whether what a partner logs is in the target; ids of segments, which it sees through its own window only",
    "reporting/queries/prospecting.py": "the cycle and the run that the objectives of the own engagement stand in",
}


def test_the_doors_in_the_wall_are_listed() -> None:
    root = Path(__file__).resolve().parents[2]
    found = set()
    for folder in sorted(catalogue.HOUSE_APPS):
        for file in (root / folder).rglob("*.py"):
            text = file.read_text()
            if "behind_the_wall" not in text:
                continue
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "behind_the_wall":
                    found.add(str(file.relative_to(root)))
    assert found == set(DOORS)
