"""The worlds are what the other isolation tests believe them to be."""

from __future__ import annotations

from django.db import connection, models

from tenants.models import TenantForeignKey
from tenants.scope import tenant_scope
from tests.isolation import catalogue
from tests.isolation.conftest import Worlds
from tests.isolation.world import CODES, fingerprint


def text_columns() -> list[tuple[str, str]]:
    """Every column that could hold a customer's words; codes from a fixed list of ours aside."""
    return [
        (model._meta.db_table, field.column)
        for model in catalogue.tenant_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        if field.column and not field.choices
    ]


def test_both_organisations_have_a_row_in_every_tenant_table(worlds: Worlds) -> None:
    for world in (worlds.atelier, worlds.rival):
        empty = [table for table, digest in fingerprint(world).items() if digest.startswith("0 ")]
        assert empty == []


def test_every_text_of_the_rival_carries_its_mark(worlds: Worlds) -> None:
    bare = []
    with tenant_scope(worlds.rival.organisation.id), connection.cursor() as cursor:
        for table, column in text_columns():
            cursor.execute(
                f"""SELECT count(*) FILTER (WHERE "{column}"::text LIKE %(mark)s),
                           count(*) FILTER (WHERE "{column}"::text NOT LIKE %(mark)s
                                              AND "{column}"::text NOT IN ('', '{{}}', '[]'))
                    FROM {table}""",
                {"mark": f"%{worlds.rival.mark}%"},
            )
            marked, others = cursor.fetchone()
            if others or not marked:
                bare.append(f"{table}.{column}")
    assert set(bare) == set(CODES)


def test_every_reference_to_another_table_is_filled(worlds: Worlds) -> None:
    """An empty reference cannot be attacked. Those that cannot be filled beside the others are listed."""
    left_empty = {
        f"{label}.{field.name}"
        for label, row in worlds.atelier.rows.items()
        for field in row._meta.local_fields
        if isinstance(field, TenantForeignKey) and getattr(row, field.attname) is None
    }
    assert left_empty == {
        "objectives.Cycle.strategy",
        "objectives.Cycle, active.strategy",
        "pipeline.Company.merged_into",
        "prospecting.Contact.merged_into",
        "prospecting.Meeting.moved_from",
        "objectives.Objective, active.parent",
        "objectives.Objective, active.engagement",
        "objectives.Objective, active.revision",
        "objectives.Objective, active.stage",
        "objectives.Objective, active.team",
        "objectives.Objective, share of a person.engagement",
        "objectives.Objective, share of a person.revision",
        "objectives.Objective, share of a person.stage",
        "objectives.Objective, share of a person.team",
        "objectives.Objective, share of a team.engagement",
        "objectives.Objective, share of a team.revision",
        "objectives.Objective.parent",
        "objectives.Objective.engagement",
        "objectives.Objective.revision",
        "objectives.Objective.person",
        "objectives.Objective.stage",
        "objectives.Objective.team",
        "objectives.Objective, share of a team.person",
        "objectives.Objective, share of a team.stage",
        "objectives.Scenario.person",
        "reporting.CauseResult.person",
        "reporting.ConversionResult.person",
        "reporting.LeverAction.person",
        "reporting.LandingResult.person",
        "tenants.Person, free.membership",
        "tenants.Team, other.manager",
        "tenants.Team, other.parent",
        "tenants.Team.parent",
    }
