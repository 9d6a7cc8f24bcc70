"""I1 and I2: what the schema itself promises, read from PostgreSQL's catalogue."""

from __future__ import annotations

import psycopg2
import pytest
from django.apps import apps
from django.db import models

from tenants.migration_operations import APP_ROLE, POLICY_CONDITION, POLICY_NAME, WALL_NAME
from tenants.models import OwnedByOrganisation, TenantForeignKey
from tenants.models.base import DerivedModel
from tests import databases
from tests.isolation import catalogue
from tests.servers import Corner

pytestmark = pytest.mark.django_db

# Columns that name a row without a foreign key, and why none is there. A stale entry fails.
LOOSE = {
    "tenants_idempotencykey.api_key_id": "ApiKey is a global table",
    "tenants_auditentry.actor_id": "the trail outlives who acted, and the actor may be a key",
    "tenants_auditentry.object_id": "the trail outlives what it is about, which may be of any kind",
    "pipeline_creditshare.event_id": "events are appended by the million, and have no key to be pointed at",
    "pipeline_importrun.job_id": "Job is a global table, swept across organisations",
    "pipeline_importrun.uploaded_by": "stays readable after the member left",
    "pipeline_opportunityevent.import_run": "events outlive the record of their import",
    "pipeline_opportunityevent.actor_id": "events outlive who acted",
    "objectives_cycle.activated_by": "stays readable after the member left",
    "objectives_cycle.closed_by": "stays readable after the member left",
    "objectives_draftstep.actor_id": "stays readable after the member left",
    "objectives_negotiation.sent_by": "stays readable after the member left",
    "objectives_negotiationstep.actor_id": "stays readable after the member left",
    "objectives_objectiveversion.actor_id": "stays readable after the member left",
    "objectives_progress.actor_id": "stays readable after the member left",
    "objectives_revision.decided_by": "stays readable after the member left",
    "objectives_revision.proposed_by": "stays readable after the member left",
    "objectives_scenario.owner_id": "stays readable after the member left",
    "objectives_strategy.created_by": "stays readable after the member left",
    "prospecting_activity.actor_id": "stays readable after the member left",
    "prospecting_definitionversion.client_accepted_by": "stays readable after the member left",
    "prospecting_definitionversion.proposed_by": "stays readable after the member left",
    "prospecting_definitionversion.source_accepted_by": "stays readable after the member left",
    "prospecting_donotcontact.actor_id": "stays readable after the member left",
    "prospecting_lead.answered_by": "stays readable after the member left",
    "prospecting_meetingevent.actor_id": "stays readable after the member left",
    "prospecting_merge.actor_id": "stays readable after the member left",
    "reporting_leveraction.made_by": "stays readable after the member left",
    "prospecting_merge.kept_id": "of a company or a contact, by the kind",
    "prospecting_merge.merged_id": "of a company or a contact, by the kind",
    "reporting_run.job_id": "Job is a global table, swept across organisations",
}
TABLES = catalogue.tenant_tables()
IS_MEMBER_AS_WRITTEN = (
    "(( SELECT current_setting('app.actor'::text, true) AS current_setting) = 'member'::text)"
)
WINDOWS = {
    "tenants_auditentry",
    *(
        f"prospecting_{name}"
        for name in (
            *("activity", "availability", "contact", "criterion", "definition", "definitionversion"),
            *("disclosure", "engagement", "engagementmember", "maturity", "meeting", "meetingevent"),
            *("meetingevidence", "partner", "price", "segment"),
        )
    ),
}


def house_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in catalogue.HOUSE_APPS]


# I1 ----------------------------------------------------------------------------------------------------------


def test_every_table_is_a_tenant_table_or_listed_with_a_reason() -> None:
    known = set(TABLES) | catalogue.global_tables() | set(catalogue.OUTSIDE)
    unlisted = catalogue.all_tables() - known
    assert not unlisted, (
        f"{sorted(unlisted)}: make it a TenantModel with TenantTable(...) in a migration, or list it in "
        "tests/isolation/catalogue.py with a reason"
    )


def test_the_list_of_exceptions_only_shrinks() -> None:
    listed = catalogue.global_tables() | set(catalogue.OUTSIDE)
    assert not listed - catalogue.all_tables(), "listed as outside the organisations, but gone: take it off"
    assert not listed & set(TABLES), "listed as outside the organisations, but belongs to one"


def test_every_model_of_the_house_is_owned_by_an_organisation_or_global() -> None:
    outside = {
        model._meta.db_table
        for model in house_models()
        if not issubclass(model, OwnedByOrganisation) and not model._meta.proxy
    }
    assert outside <= catalogue.global_tables() | set(catalogue.OUTSIDE)


@pytest.mark.parametrize("table", TABLES)
def test_the_organisation_column_is_there_and_never_null(table: str) -> None:
    found = catalogue.rows(
        "SELECT attnotnull, atttypid::regtype::text, atthasdef FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attname = 'organisation_id'",
        table,
    )
    assert found == [(True, "uuid", False)]


@pytest.mark.parametrize("table", TABLES)
def test_row_level_security_is_enabled_and_forced(table: str) -> None:
    found = catalogue.rows(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table
    )
    assert found == [(True, True)]


@pytest.fixture(scope="module")
def policy_text(django_db_setup: None, corner: Corner) -> str:
    """The policy's condition as PostgreSQL writes it back."""
    connection = databases.connect(corner.owner, corner.database)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE reference (organisation_id uuid);"
            f"CREATE POLICY {POLICY_NAME} ON reference USING ({POLICY_CONDITION})"
        )
        cursor.execute("SELECT qual FROM pg_policies WHERE tablename = 'reference'")
        text: str = cursor.fetchone()[0]
    connection.close()
    return text


@pytest.mark.parametrize("table", TABLES)
def test_there_is_exactly_one_policy_and_the_partners_wall(table: str, policy_text: str) -> None:
    found = catalogue.rows(
        "SELECT policyname, permissive, roles::text[], cmd, qual, with_check FROM pg_policies"
        " WHERE schemaname = 'public' AND tablename = %s ORDER BY policyname",
        table,
    )
    assert [name for name, *_ in found] == [POLICY_NAME, WALL_NAME]
    tenant, wall = found
    assert tenant == (POLICY_NAME, "PERMISSIVE", [APP_ROLE], "ALL", policy_text, policy_text)
    assert wall[:4] == (WALL_NAME, "RESTRICTIVE", [APP_ROLE], "ALL")
    if table not in WINDOWS:
        assert {wall[4], wall[5]} == {IS_MEMBER_AS_WRITTEN}


def test_the_windows_of_the_wall_are_these() -> None:
    """A partner sees something of these tables only; what exactly, tests/isolation/test_partner_wall.py says."""
    found = catalogue.rows(
        "SELECT tablename FROM pg_policies WHERE policyname = %s AND (qual <> %s OR with_check <> %s)",
        WALL_NAME,
        IS_MEMBER_AS_WRITTEN,
        IS_MEMBER_AS_WRITTEN,
    )
    assert {name for (name,) in found} == WINDOWS


def test_no_other_table_has_a_policy() -> None:
    found = catalogue.rows("SELECT DISTINCT tablename FROM pg_policies WHERE schemaname = 'public'")
    assert {name for (name,) in found} == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_the_app_role_has_no_more_than_it_needs(table: str) -> None:
    model = next(model for model in catalogue.tenant_models() if model._meta.db_table == table)
    triggers = catalogue.rows(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'append_only'", table
    )
    granted = catalogue.rows(
        "SELECT string_agg(privilege_type, ', ' ORDER BY privilege_type)"
        " FROM information_schema.role_table_grants WHERE grantee = %s AND table_name = %s",
        APP_ROLE,
        model._meta.db_table,
    )
    assert granted == [("INSERT, SELECT" if triggers else "DELETE, INSERT, SELECT, UPDATE",)]


def test_what_is_never_rewritten_is_append_only() -> None:
    found = catalogue.rows(
        "SELECT tgrelid::regclass::text, tgenabled FROM pg_trigger WHERE tgname = 'append_only'"
    )
    assert dict(found) == {
        "tenants_auditentry": "O",
        "pipeline_creditshare": "O",
        "pipeline_opportunityevent": "O",
        "objectives_objectiveversion": "O",
        "objectives_progress": "O",
        "objectives_strategy": "O",
        "prospecting_disclosure": "O",
        "prospecting_meetingevent": "O",
    }


def test_every_index_of_a_tenant_table_leads_with_the_organisation() -> None:
    for table, name, unique, columns in catalogue.indexes():
        if table in TABLES and not (unique and columns == ("id",)):
            assert columns[0] == "organisation_id", f"{name} on {table} leads with {columns[0]}"


def test_every_tenant_table_has_an_index_that_leads_with_the_organisation() -> None:
    led = {table for table, _, _, columns in catalogue.indexes() if columns[0] == "organisation_id"}
    # Rows that nobody may change need no key to be pointed at, but their readers need an index.
    assert set(TABLES) <= led


def test_views_and_functions_cannot_step_round_the_policies() -> None:
    views = catalogue.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm' OR"
        " relkind = 'v' AND NOT COALESCE(reloptions::text[] @> ARRAY['security_invoker=true'], false))"
    )
    assert views == []
    definers = catalogue.rows(
        "SELECT p.oid::regprocedure::text FROM pg_proc p"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
    )
    assert definers == []


# I2 ----------------------------------------------------------------------------------------------------------


def test_every_reference_between_tenant_tables_carries_the_organisation() -> None:
    for reference in catalogue.references():
        if reference.table in TABLES and reference.target != "tenants_organisation":
            assert reference.columns[0] == "organisation_id", reference
            assert reference.target_columns == ("organisation_id", "id"), reference
            assert reference.is_deferred, reference


def test_every_reference_to_the_organisation_is_there() -> None:
    led = {r.table for r in catalogue.references() if r.columns == ("organisation_id",)}
    derived = {model._meta.db_table for model in catalogue.tenant_models() if issubclass(model, DerivedModel)}
    assert set(TABLES) - led == derived


def test_every_reference_of_a_model_is_in_the_database() -> None:
    known = {(r.table, r.columns[-1], r.target) for r in catalogue.references()}
    for model in catalogue.tenant_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.name != "organisation":
                assert isinstance(field, TenantForeignKey), f"{field} must be a TenantForeignKey"
                reference = (model._meta.db_table, field.column, field.related_model._meta.db_table)
                assert reference in known, f"{field}: TenantForeignKeys is missing in a migration"


def test_columns_that_name_a_row_without_a_key_are_listed_with_a_reason() -> None:
    loose = {
        f"{model._meta.db_table}.{field.column}"
        for model in catalogue.tenant_models()
        if not issubclass(model, DerivedModel)
        for field in model._meta.local_fields
        if isinstance(field, models.UUIDField) and not field.primary_key
    }
    assert loose == set(LOOSE)


def test_derived_tables_have_no_key_of_their_own_to_point_at() -> None:
    for model in catalogue.tenant_models():
        if issubclass(model, DerivedModel):
            assert not any(r.target == model._meta.db_table for r in catalogue.references())


def test_every_unique_rule_is_within_one_organisation() -> None:
    uniques = [
        (table, name, columns)
        for table, name, unique, columns in catalogue.indexes()
        if unique and table in TABLES and columns != ("id",)
    ]
    assert uniques
    for table, name, columns in uniques:
        assert "organisation_id" in columns, (
            f"{name} on {table} would tell one organisation of another's rows"
        )


def test_the_names_of_no_column_allow_a_second_organisation() -> None:
    """A tenant row has one organisation column; another reference to it would be a door."""
    for model in catalogue.tenant_models():
        owners = [
            field.name
            for field in model._meta.local_fields
            if field.related_model is not None and field.related_model._meta.label == "tenants.Organisation"
        ]
        assert owners == ["organisation"]


def test_the_policy_reads_the_setting_in_the_form_that_uses_indexes() -> None:
    assert "(SELECT NULLIF(current_setting('app.organisation_id', true), '')::uuid)" in POLICY_CONDITION


def test_the_app_role_cannot_create_tables(corner: Corner) -> None:
    connection = databases.connect(corner.app, corner.database)
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("CREATE TABLE public.mine (id int)")
    connection.close()
