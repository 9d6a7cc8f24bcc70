"""Everything that points at a row, moved to another one and back, a statement a column."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from prospecting.models import CompanyTarget, Disclosure
from tenants.models import OwnedByOrganisation, TenantForeignKey

# What is written again by itself, and what is never changed once it was said.
KEPT_WHERE_THEY_ARE = (CompanyTarget, Disclosure)

type Moved = dict[str, list[str]]  # "prospecting.Activity.contact" → ids


def columns_to(
    target: type[models.Model], *, apart: Sequence[type[models.Model]] = ()
) -> Iterator[tuple[str, Any, str]]:
    """(label, model, name) of every reference to `target` in any app, but for those of the models `apart`."""
    for model in apps.get_models():
        if not issubclass(model, OwnedByOrganisation) or model in (*KEPT_WHERE_THEY_ARE, *apart):
            continue
        for field in model._meta.local_fields:
            if isinstance(field, TenantForeignKey) and field.related_model is target:
                yield f"{model._meta.label}.{field.name}", model, field.name


def move(*, before: models.Model, after: models.Model, apart: Sequence[type[models.Model]] = ()) -> Moved:
    """Point everything at `after` that points at `before`; return which rows were moved."""
    moved: Moved = {}
    for label, model, name in columns_to(type(before), apart=apart):
        pointing = model.objects.filter(**{name: before})
        ids = list(pointing.order_by("pk").values_list("pk", flat=True))
        if ids:
            model.objects.filter(pk__in=ids).update(**{name: after})
            moved[label] = [str(one) for one in ids]
    return moved


def move_back(*, before: models.Model, after: models.Model, moved: Mapping[str, Sequence[str]]) -> None:
    """Point the rows of `moved` that still point at `after` to `before` again."""
    for label, model, name in columns_to(type(before)):
        if ids := moved.get(label):
            rows = model.objects.filter(pk__in=[UUID(one) for one in ids], **{name: after})
            rows.update(**{name: before})
