"""Whom and what the rows of a request name: by our id, or by something of the sender's own. A few queries a request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pipeline.domain.importing.keys import normalise_key
from pipeline.models import Company
from prospecting.actions import companies
from prospecting.models import Contact, Engagement, Segment
from tenants.access import Actor
from tenants.models import Person

Errors = dict[str, list[str]]


@dataclass(slots=True)
class References:
    """What the rows name, found at once. An id of another organisation is not found, like one that nobody has."""

    people: set[UUID] = field(default_factory=set)
    by_email: dict[str, UUID] = field(default_factory=dict)
    engagements: set[UUID] = field(default_factory=set)
    companies: set[UUID] = field(default_factory=set)
    by_company_id: dict[str, UUID] = field(default_factory=dict)
    by_company_name: dict[str, UUID] = field(default_factory=dict)
    contacts: set[UUID] = field(default_factory=set)
    by_contact_id: dict[str, UUID] = field(default_factory=dict)
    segments: set[UUID] = field(default_factory=set)

    @classmethod
    def load(cls, rows: Sequence[dict[str, Any]]) -> "References":
        found = cls()
        if asked := _said(rows, "person"):
            found.people = _ids(Person.objects.all(), asked)
        if emails := {email.lower() for email in _said(rows, "person_email")}:
            people = Person.objects.filter(email__in=emails).values_list("email", "id")
            found.by_email = {email.lower(): one for email, one in people}
        if asked := _said(rows, "engagement"):
            found.engagements = _ids(Engagement.objects.all(), asked)
        if asked := _said(rows, "company"):
            found.companies = _ids(Company.objects.all(), asked)
        if asked := _said(rows, "company_external_id"):
            by_id = Company.objects.filter(external_id__in=asked)
            found.by_company_id = _followed(by_id, "external_id")
        if names := {normalise_key(name) for name in _said(rows, "company_name")}:
            found.by_company_name = _followed(Company.objects.filter(key__in=names), "key")
        if asked := _said(rows, "contact"):
            found.contacts = _ids(Contact.objects.filter(erased_at=None), asked)
        if asked := _said(rows, "contact_external_id"):
            known = Contact.objects.filter(external_id__in=asked, erased_at=None)
            found.by_contact_id = dict(known.values_list("external_id", "id"))
        if asked := _said(rows, "segment"):
            found.segments = _ids(Segment.objects.all(), asked)
        return found

    def resolve(self, row: dict[str, Any], by: Actor) -> tuple[dict[str, Any], Errors]:
        """Ids as columns (person_id, company_id, …), and what was not found by field. A new company name is made."""
        errors: Errors = {}
        ids = {
            "person_id": self._one(row, errors, ("person", self.people), ("person_email", self.by_email)),
            "engagement_id": self._one(row, errors, ("engagement", self.engagements)),
            "company_id": self._one(
                row, errors, ("company", self.companies), ("company_external_id", self.by_company_id)
            ),
            "contact_id": self._one(
                row, errors, ("contact", self.contacts), ("contact_external_id", self.by_contact_id)
            ),
            "segment_id": self._one(row, errors, ("segment", self.segments)),
        }
        if not errors and ids["company_id"] is None and row.get("company_name"):
            ids["company_id"] = self._company_named(row["company_name"], errors, by)
        return ids, errors

    def _one(
        self, row: dict[str, Any], errors: Errors, *ways: tuple[str, set[UUID] | dict[str, UUID]]
    ) -> UUID | None:
        for name, known in ways:
            value = row.get(name)
            if not value:
                continue
            if isinstance(known, set):
                found = value if value in known else None
            else:
                found = known.get(value.lower() if name.endswith("email") else value)
            if found is None:
                errors[name] = [_("There is no such row.")]
            return found
        return None

    def _company_named(self, name: str, errors: Errors, by: Actor) -> UUID | None:
        key = normalise_key(name)
        if not key:
            errors["company_name"] = [_("A name needs letters or digits.")]
            return None
        if key not in self.by_company_name:
            made: UUID = companies.find_or_create(name=" ".join(name.split()), by=by).pk
            self.by_company_name[key] = made
        return self.by_company_name[key]


def _said(rows: Iterable[dict[str, Any]], name: str) -> set[Any]:
    return {value for row in rows if (value := row.get(name))}


def _ids(rows: QuerySet[Any], asked: set[UUID]) -> set[UUID]:
    return set(rows.filter(pk__in=asked).values_list("pk", flat=True))


def _followed(rows: Any, column: str) -> dict[str, UUID]:
    """Column → id of the company, or of the one that it was merged into."""
    return {said: merged or one for said, one, merged in rows.values_list(column, "id", "merged_into_id")}
