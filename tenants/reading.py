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
def columns(model: type[models.Model], alias: str, but: tuple[str, ...] = ()) -> str:
    """The columns of a model without those of `but`, in the order that `made` takes them."""
    return ", ".join(f'{alias}."{field.column}"' for field in _fields(model, but))


def made[M: models.Model](model: type[M], values: Sequence[Any], but: tuple[str, ...] = ()) -> M:
    """An instance of what was read of `columns`; what was left out is read when it is asked for."""
    names, documents = _read(model, but)
    found = list(values)
    for at in documents:
        if found[at] is not None:
            found[at] = json.loads(found[at])
    return model.from_db(DEFAULT_DB_ALIAS, names, found)


def all_of[M: models.Model](
    model: type[M], rest: str = "", *, but: tuple[str, ...] = (), **given: Any
) -> list[M]:
    """The instances of a tenant's table `t` in the organisation in force, `rest` being "AND …" or "ORDER BY …". One query."""
    table = model._meta.db_table
    statement = f'SELECT {columns(model, "t", but)} FROM "{table}" t WHERE t.organisation_id = %(org)s {rest}'
    return [made(model, row, but) for row in rows(statement, **given)]


def one_of[M: models.Model](
    model: type[M], rest: str, *, but: tuple[str, ...] = (), **given: Any
) -> M | None:
    """The first of them, or None. One query."""
    found = all_of(model, f"{rest} LIMIT 1", but=but, **given)
    return found[0] if found else None


def _fields(model: type[models.Model], but: tuple[str, ...]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.attname not in but]


@cache
def _read(model: type[models.Model], but: tuple[str, ...]) -> tuple[list[str], list[int]]:
    """The names of the columns, and which of them are documents."""
    fields = _fields(model, but)
    return (
        [field.attname for field in fields],
        [at for at, field in enumerate(fields) if isinstance(field, models.JSONField)],
    )
