"""Companies, and people, that look like one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pandas as pd

from pipeline.domain.importing.keys import normalise_keys
from pipeline.models import Company
from prospecting.domain.duplicates import Candidate, Reason, candidates
from prospecting.models import CompanyTarget, Contact, Merge

ROWS = 25  # pairs on a page


@dataclass(frozen=True, slots=True)
class Pair:
    first: Any
    second: Any
    candidate: Candidate


def company_pairs() -> tuple[list[Pair], int]:
    """The strongest pairs of companies (at most ROWS), and how many there are. Three queries."""
    columns = ("company_id", "name_key", "domain", "registration")
    keys = (
        CompanyTarget.objects.filter(company__merged_into=None).order_by("company_id").values_list(*columns)
    )
    frame = pd.DataFrame.from_records(list(keys), columns=list(columns), index="company_id")
    exact = (
        ("registration", Reason.REGISTRATION),
        ("domain", Reason.DOMAIN),
        ("name_key", Reason.SAME_NAME),
    )
    found = _still_asked(candidates(frame, exact, name="name_key"), Merge.Kind.COMPANY)
    return _pairs(found, Company.objects.all()), len(found)


def contact_pairs() -> tuple[list[Pair], int]:
    """The same of people: one address, or a like name at one company. Three queries."""
    columns = ("id", "name", "email", "company_id")
    people = Contact.objects.filter(merged_into=None, erased_at=None).order_by("id").values_list(*columns)
    frame = pd.DataFrame.from_records(list(people), columns=list(columns), index="id")
    frame["email"] = frame["email"].str.lower()
    frame["name_key"] = normalise_keys(frame["name"].astype(str))
    frame["within"] = frame["company_id"].map(str)
    # Two of the same name may be two people, unless they are at one company.
    frame["same_name"] = (frame["name_key"] + "|" + frame["within"]).where(
        (frame["name_key"] != "") & frame["company_id"].notna(), ""
    )
    exact = (("email", Reason.EMAIL), ("same_name", Reason.SAME_NAME))
    frame = frame.assign(name_key=frame["name_key"].where(frame["company_id"].notna(), ""))
    found = _still_asked(candidates(frame, exact, name="name_key"), Merge.Kind.CONTACT)
    return _pairs(found, Contact.objects.select_related("company")), len(found)


def undoable(kind: str, limit: int = 10) -> list[dict[str, Any]]:
    """The latest merges that can be undone: {merge, kept, merged}, with their names. Two queries."""
    merges = list(Merge.objects.filter(kind=kind, undone_at=None)[:limit])
    model: Any = Company if kind == Merge.Kind.COMPANY else Contact
    ids = {one for merge in merges for one in (merge.kept_id, merge.merged_id)}
    rows = model.objects.in_bulk(ids)
    return [
        {"merge": merge, "kept": rows.get(merge.kept_id), "merged": rows.get(merge.merged_id)}
        for merge in merges
    ]


def _still_asked(found: Sequence[Candidate], kind: str) -> list[Candidate]:
    """Without the pairs of which somebody said that they are two."""
    said = Merge.objects.filter(kind=kind).exclude(undone_at=None).values_list("kept_id", "merged_id")
    apart: set[frozenset[UUID]] = {frozenset(pair) for pair in said}
    return [one for one in found if frozenset((one.first, one.second)) not in apart]


def _pairs(found: Sequence[Candidate], rows: Any) -> list[Pair]:
    shown = found[:ROWS]
    known = rows.in_bulk({one for pair in shown for one in (pair.first, pair.second)})
    return [Pair(known[one.first], known[one.second], one) for one in shown]
