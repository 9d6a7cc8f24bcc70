"""What PostgreSQL and the model registry say about the tables: the isolation tests walk these, not lists by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from tenants import queries
from tenants.models import OwnedByOrganisation, TenantForeignKey

HOUSE_APPS = {"tenants", "pipeline", "prospecting", "objectives", "reporting"}

# Tables that hold no customer's data: (reason it may stay outside). The list may only shrink: an entry whose table
# is gone fails the test.
OUTSIDE = {
    "django_migrations": "which migrations ran; the app role may only read it",
    "django_content_type": "names of models, Django's own",
    "django_session": "a sign-in, before any organisation is known; holds a user id",
    "django_admin_log": "what operators did in Django's admin, over global tables only",
    "auth_permission": "names of Django's permissions, for operators",
    "auth_group": "groups of operators in Django's admin",
    "auth_group_permissions": "groups of operators in Django's admin",
    "tenants_user_groups": "groups of operators in Django's admin",
    "tenants_user_user_permissions": "rights of operators in Django's admin",
    "account_emailaddress": "sign-in addresses of a user, who may belong to several organisations",
    "account_emailconfirmation": "sign-in addresses of a user",
    "mfa_authenticator": "second factors of a user",
}


def tenant_models() -> list[type[models.Model]]:
    """Every model that belongs to an organisation, in the order of their tables' names."""
    found = [model for model in apps.get_models() if issubclass(model, OwnedByOrganisation)]
    return sorted(found, key=lambda model: model._meta.db_table)


def tenant_tables() -> list[str]:
    return [model._meta.db_table for model in tenant_models()]


def global_tables() -> set[str]:
    return {f"tenants_{name}" for name in queries.GLOBAL_TABLES}


def rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """Run a query on the catalogue, on the test's own connection."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall()


def all_tables() -> set[str]:
    return {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
    }


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key of the database: columns → target (columns)."""

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    is_deferred: bool


def references() -> list[Reference]:
    """Every foreign key in the schema."""
    found = rows(
        """
        SELECT c.conname, c.conrelid::regclass::text,
               (SELECT array_agg(a.attname ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k (num, n)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num)::text[],
               c.confrelid::regclass::text,
               (SELECT array_agg(a.attname ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY k (num, n)
                JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.num)::text[],
               c.condeferrable AND c.condeferred
        FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
        """
    )
    return [
        Reference(name, table, tuple(columns), target, tuple(target_columns), deferred)
        for name, table, columns, target, target_columns, deferred in found
    ]


def indexes() -> list[tuple[str, str, bool, tuple[str, ...]]]:
    """(table, index, unique or excluding, columns in order; "" for an expression) of every index."""
    found = rows(
        """
        SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, i.indisunique OR i.indisexclusion,
               (SELECT array_agg(COALESCE(a.attname, '') ORDER BY k.n)
                FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (num, n)
                LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num AND k.num > 0)::text[]
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        WHERE c.relnamespace = 'public'::regnamespace
        """
    )
    return [(table, name, unique, tuple(columns)) for table, name, unique, columns in found]


def declared_references(model: type[models.Model]) -> list[tuple[str, str, str]]:
    """(table, column, target table) of every reference inside one organisation that a model declares."""
    return [
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for field in model._meta.local_fields
        if isinstance(field, TenantForeignKey)
    ]


def in_table_order(table: str) -> list[str]:
    """The columns as the table has them."""
    found = rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " ORDER BY attnum",
        table,
    )
    return [name for (name,) in found]


def may_update(table: str) -> bool:
    """Whether the app role may change rows of this table at all."""
    return bool(rows("SELECT has_table_privilege(current_user, %s, 'UPDATE')", table)[0][0])
