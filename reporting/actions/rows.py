"""Results by the hundred, written in one statement without a model instance a row: that took longer than to compute them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, models

from tenants.models import TenantModel
from tenants.scope import current_organisation_id


def write(model: type[TenantModel], columns: Mapping[str, Sequence[Any]]) -> int:
    """Add a row of `model` for each place of these columns (attname → values, all as long); return how many.

    For the organisation in force. Every column but the id is to be there: defaults of the model are not applied.
    """
    count = len(next(iter(columns.values())))
    if not count:
        return 0
    fields = {field.attname: field for field in model._meta.concrete_fields}
    names = ", ".join(f'"{name}"' for name in columns)
    arrays = ", ".join(f"%s::{fields[name].db_type(connection)}[]" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" (organisation_id, id, {names})'
            f" SELECT %s, uuidv7(), {names} FROM unnest({arrays}) AS u ({names})",
            [current_organisation_id(), *(_plain(fields[name], values) for name, values in columns.items())],
        )
    return count


def known(values: Any) -> list[Any]:
    """Numbers with None where there is none."""
    found = np.asarray(values, dtype=np.float64)
    return [None if gone else one for one, gone in zip(found.tolist(), np.isnan(found).tolist(), strict=True)]


def _plain(field: Any, values: Sequence[Any]) -> list[Any]:
    """As the driver knows to write them in an array."""
    if isinstance(field, models.JSONField):
        return [json.dumps(one) for one in values]
    return [str(one) if isinstance(one, UUID) else one for one in values]
