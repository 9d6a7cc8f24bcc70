"""Statements of the product's own, where the ORM takes longer to write one than the database to answer it."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models

from tenants.scope import current_organisation_id


def rows(statement: str, **given: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement that names the organisation in force as %(org)s. One query; NoTenant without one in force.

    Documents (jsonb) come as text.
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {"org": current_organisation_id(), **given})
        return cursor.fetchall()


@cache
def columns(model: type[models.Model], alias: str) -> str:
    """Every column of a model, in the order that `made` takes them."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def made[M: models.Model](model: type[M], values: Sequence[Any]) -> M:
    """An instance of what was read of `columns`."""
    names, documents = _read(model)
    found = list(values)
    for at in documents:
        if found[at] is not None:
            found[at] = json.loads(found[at])
    return model.from_db(DEFAULT_DB_ALIAS, names, found)


def all_of[M: models.Model](model: type[M], rest: str = "", **given: Any) -> list[M]:
    """The instances of a tenant's table `t` in the organisation in force, `rest` being "AND …" or "ORDER BY …". One query."""
    table = model._meta.db_table
    statement = f'SELECT {columns(model, "t")} FROM "{table}" t WHERE t.organisation_id = %(org)s {rest}'
    return [made(model, row) for row in rows(statement, **given)]


@cache
def _read(model: type[models.Model]) -> tuple[list[str], list[int]]:
    """The names of the columns, and which of them are documents."""
    fields = model._meta.concrete_fields
    return (
        [field.attname for field in fields],
        [at for at, field in enumerate(fields) if isinstance(field, models.JSONField)],
    )
