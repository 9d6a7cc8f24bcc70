"""Two rows that were one company, or one person: made one, and two again when that was a mistake.

The merged row stays, and points at the one that was kept: its name and identifier stay taken, so that a later file that
says them means the other one.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from pipeline.actions import companies as pipeline_companies
from pipeline.models import Company, Opportunity
from prospecting.actions import references
from prospecting.actions.classification import classify
from prospecting.models import CompanyTarget, Contact, Merge
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

PERMISSIONS = {
    Merge.Kind.COMPANY: Permission.SET_TARGETS,
    Merge.Kind.CONTACT: Permission.HANDLE_PERSONAL_DATA,
}
# Columns of the kept row that take the other one's value where they say nothing.
FILLED = {
    Merge.Kind.COMPANY: (
        *("industry", "country", "employees", "revenue_minor", "founded_year", "parent_name", "website"),
        *("vat_number", "technology"),
    ),
    Merge.Kind.CONTACT: ("name", "job_title", "email", "phone", "company_id", "maturity_id", "channel"),
}
OPPORTUNITIES = "pipeline.Opportunity.company"
FILLED_KEY = "filled"


def merge_companies(*, kept: Company, merged: Company, by: Actor, now: datetime) -> Merge:
    """Give all that `merged` has to `kept`. Raises ValidationError when they are one already, or one is merged already."""
    by.require(PERMISSIONS[Merge.Kind.COMPANY])
    kept, merged = _locked(Company, kept, merged)
    deals = pipeline_companies.hand_over(before=merged, after=kept, by=by)
    moved = references.move(before=merged, after=kept, apart=[Opportunity])
    if deals:
        moved[OPPORTUNITIES] = [str(one) for one in deals]
    filled = _fill(kept, merged, FILLED[Merge.Kind.COMPANY])
    CompanyTarget.objects.filter(company=merged).delete()
    classify(Company.objects.filter(pk=kept.pk))
    return _write(Merge.Kind.COMPANY, kept, merged, moved, filled, by, now)


def merge_contacts(*, kept: Contact, merged: Contact, by: Actor, now: datetime) -> Merge:
    """Give all that `merged` has to `kept`. Raises ValidationError as for companies, and when one of them was erased, or
    another partner brought it: that partner would lose sight of its own contact."""
    by.require(PERMISSIONS[Merge.Kind.CONTACT])
    kept, merged = _locked(Contact, kept, merged)
    if kept.erased_at or merged.erased_at:
        raise ValidationError(_("One of them was erased."))
    if merged.engagement_id is not None and merged.engagement_id != kept.engagement_id:
        raise ValidationError(_("A partner brought this person for an engagement: keep that one, or both."))
    moved = references.move(before=merged, after=kept)
    filled = _fill(kept, merged, FILLED[Merge.Kind.CONTACT])
    return _write(Merge.Kind.CONTACT, kept, merged, moved, filled, by, now)


def keep_apart(*, kind: str, first: UUID, second: UUID, by: Actor, now: datetime) -> Merge:
    """Say that two rows which look like one are two: a merge that never was, so that they are not proposed again."""
    by.require(PERMISSIONS[Merge.Kind(kind)])
    said: Merge = Merge.objects.create(
        kind=kind, kept_id=first, merged_id=second, at=now, undone_at=now, actor_id=by.id
    )
    audit.record(by=by, verb="merge.keep_apart", obj=said)
    return said


def undo(*, merge: Merge, by: Actor, now: datetime) -> None:
    """Make them two again: what was moved goes back, unless somebody moved it on since; new rows stay where they are.

    Raises ValidationError when it is undone already, or when the kept one was itself merged later.
    """
    by.require(PERMISSIONS[Merge.Kind(merge.kind)])
    merge = Merge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    model: Any = Company if merge.kind == Merge.Kind.COMPANY else Contact
    kept, merged = model.objects.get(pk=merge.kept_id), model.objects.get(pk=merge.merged_id)
    if merge.undone_at is not None:
        raise ValidationError(_("This merge is undone already."))
    if merged.merged_into_id != kept.pk:
        raise ValidationError(_("The one that was kept was merged later: undo that first."))
    moved = {label: ids for label, ids in merge.moved.items() if label != FILLED_KEY}
    if isinstance(kept, Company):
        deals = [UUID(one) for one in moved.pop(OPPORTUNITIES, [])]
        pipeline_companies.hand_over(before=kept, after=merged, by=by, only=deals)
    references.move_back(before=merged, after=kept, moved=moved)
    _empty(kept, merged, merge.moved.get(FILLED_KEY, []))
    model.objects.filter(pk=merged.pk).update(merged_into=None)
    if isinstance(kept, Company):
        classify(Company.objects.filter(pk__in=[kept.pk, merged.pk]))
    merge.undone_at = now
    merge.save(update_fields=["undone_at"])
    audit.record(by=by, verb="merge.undo", obj=merge)


def _locked(model: Any, kept: Any, merged: Any) -> tuple[Any, Any]:
    if kept.pk == merged.pk:
        raise ValidationError(_("These are one already."))
    # In the order of their ids: two who merge the same pair the two ways wait for each other, and the second is refused.
    rows = {
        row.pk: row
        for row in model.objects.filter(pk__in=[kept.pk, merged.pk]).order_by("pk").select_for_update()
    }
    if any(row.merged_into_id is not None for row in rows.values()):
        raise ValidationError(_("One of them was merged already."))
    return rows[kept.pk], rows[merged.pk]


def _fill(kept: Any, merged: Any, columns: tuple[str, ...]) -> list[str]:
    filled = [
        one for one in columns if getattr(kept, one) in ("", None) and getattr(merged, one) not in ("", None)
    ]
    for column in filled:
        setattr(kept, column, getattr(merged, column))
    if filled:
        kept.save(update_fields=[column.removesuffix("_id") for column in filled])
    return filled


def _empty(kept: Any, merged: Any, filled: list[str]) -> None:
    """Take back what was filled and still says the same."""
    same = [column for column in filled if getattr(kept, column) == getattr(merged, column)]
    for column in same:
        field = kept._meta.get_field(column.removesuffix("_id"))
        setattr(kept, column, None if field.null else "")
    if same:
        kept.save(update_fields=[column.removesuffix("_id") for column in same])


def _write(kind: str, kept: Any, merged: Any, moved: dict[str, list[str]], filled: list[str], by: Actor, now: datetime) -> Merge:  # fmt: skip
    type(merged).objects.filter(pk=merged.pk).update(merged_into=kept)
    merge: Merge = Merge.objects.create(
        kind=kind,
        kept_id=kept.pk,
        merged_id=merged.pk,
        moved={**moved, FILLED_KEY: filled},
        at=now,
        actor_id=by.id,
    )
    audit.record(by=by, verb="merge.do", obj=merge, detail={"kept": str(kept.pk), "merged": str(merged.pk)})
    return merge


def of_company(company: Company) -> list[Merge]:
    """The merges into a company that can be undone, newest first."""
    return list(Merge.objects.filter(Q(kept_id=company.pk), kind=Merge.Kind.COMPANY, undone_at=None))
