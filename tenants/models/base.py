"""What every tenant table is made of."""

from collections.abc import Iterable
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models.lookups import Exact
from django.db.models.sql.where import AND

from tenants.ids import new_id
from tenants.scope import NoTenant, current_organisation_id


class TenantQuerySet[M: models.Model](models.QuerySet[M]):
    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        objs = list(objs)
        for obj in objs:
            if isinstance(obj, OwnedByOrganisation):
                obj.claim_organisation()
        return super().bulk_create(objs, *args, **kwargs)


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Every queryset begins with the organisation in force; without one it raises, so nothing is ever unscoped."""

    def get_queryset(self) -> TenantQuerySet[Any]:
        # As .filter(organisation_id=…) would, without its looking up of names: every query of every page begins here.
        found = super().get_queryset()
        column = self.model._meta.get_field("organisation").get_col(found.query.get_initial_alias())
        found.query.where.add(Exact(column, current_organisation_id()), AND)
        return found


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference inside one organisation.

    Django cannot write the composite constraint (organisation_id, x_id) → (organisation_id, id), so it makes
    none here; `tenants.migration_operations.TenantForeignKeys` does.
    """

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)


class OwnedByOrganisation(models.Model):
    """The tenant column and the manager; derived tables with a key of their own build on this."""

    organisation = models.ForeignKey(
        "tenants.Organisation", on_delete=models.CASCADE, db_index=False, related_name="+"
    )

    objects = TenantManager()

    class Meta:
        abstract = True

    def claim_organisation(self) -> Self:
        """Take the organisation in force; refuse to write into another one."""
        current = current_organisation_id()
        own: UUID | None = self.organisation_id  # None: a new row that nobody gave an organisation
        if own is None:
            self.organisation_id = current
        elif own != current:
            raise NoTenant("this row belongs to another organisation than the one in force")
        return self

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.claim_organisation()
        super().save(*args, **kwargs)


class DerivedModel(OwnedByOrganisation):
    """Sums that can be dropped and rebuilt, written by the hundred thousand: no foreign keys at all (docs/adr/0003).

    Only statements that read policy-protected tables write them, and the policy checks each row's organisation.
    """

    organisation = models.ForeignKey(
        "tenants.Organisation",
        on_delete=models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )

    class Meta:
        abstract = True


class TenantModel(OwnedByOrganisation):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True
