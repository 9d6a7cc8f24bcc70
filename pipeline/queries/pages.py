"""Read models of the pipeline's pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import translation

from pipeline.domain.importing.exporting import csv_lines
from pipeline.domain.importing.findings import sentence
from pipeline.models import ImportRun, Opportunity, OpportunityEvent, RefusedRow, Stage
from tenants.models import Person
from tenants.scope import tenant_scope

ROWS = 50
CHUNK = 2000


def stages() -> list[Stage]:
    """Open stages by position, then the closed ones."""
    return sorted(Stage.objects.all(), key=lambda stage: (stage.kind != Stage.Kind.OPEN, stage.position))


@dataclass(frozen=True, slots=True)
class OpportunityFilter:
    """What the list shows; `owner_only` is the wall of a reader who sees own deals only."""

    stage: UUID | None = None
    owner: UUID | None = None
    team: UUID | None = None
    text: str = ""
    owner_only: Person | None = None
    is_walled: bool = False

    def apply(self, rows: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
        if self.is_walled:
            rows = rows.filter(owner=self.owner_only) if self.owner_only else rows.none()
        for name in ("stage", "owner", "team"):
            if value := getattr(self, name):
                rows = rows.filter(**{f"{name}_id": value})
        if self.text:
            rows = rows.filter(
                Q(external_id__iexact=self.text)
                | Q(name__icontains=self.text)
                | Q(company__name__icontains=self.text)
            )
        return rows


@dataclass(slots=True)
class OpportunityPage:
    """Some rows of the list, the latest created first, and the cursors of its neighbours ("" where there is none)."""

    rows: list[Opportunity] = field(default_factory=list)
    previous: str = ""
    next: str = ""


NAMED = ("stage", "owner", "team", "company")
LISTED = (
    "name",
    "external_id",
    "amount_minor",
    "created_on",
    "closed_on",
    *NAMED,
    *(f"{one}__name" for one in NAMED),
)


def opportunity_page(wanted: OpportunityFilter, *, after: str = "", before: str = "") -> OpportunityPage:
    """A page of opportunities in one query, whatever their number: no row is counted, none is skipped.

    `after`, `before`: cursors "<created_on or empty>_<id>"; anything else is the first page.
    """
    rows = wanted.apply(Opportunity.objects.select_related(*NAMED).only(*LISTED))
    backward = read_cursor(before)
    cursor = backward or read_cursor(after)
    order = (
        (F("created_on").asc(nulls_last=True), "-id")
        if backward
        else (F("created_on").desc(nulls_first=True), "id")
    )
    if cursor is not None:
        rows = rows.filter(_beyond(*cursor, backward=backward is not None))
    found = list(rows.order_by(*order)[: ROWS + 1])
    more, found = len(found) > ROWS, found[:ROWS]
    if backward:
        found.reverse()
    has_previous, has_next = (more, True) if backward else (cursor is not None, more)
    return OpportunityPage(
        rows=found,
        previous=_cursor(found[0]) if found and has_previous else "",
        next=_cursor(found[-1]) if found and has_next else "",
    )


def read_cursor(text: str) -> tuple[date | None, UUID] | None:
    day, _, row = text.partition("_")
    try:
        return (date.fromisoformat(day) if day else None), UUID(row)
    except ValueError:
        return None


def _cursor(row: Opportunity) -> str:
    return f"{row.created_on or ''}_{row.id}"


def _beyond(day: date | None, row: UUID, *, backward: bool) -> Q:
    """Rows past a cursor. Undated ones come first, then by day downwards, then by id."""
    if backward:
        if day is None:
            return Q(created_on=None, id__lt=row)
        return Q(created_on=None) | Q(created_on__gt=day) | Q(created_on=day, id__lt=row)
    if day is None:
        return Q(created_on=None, id__gt=row) | Q(created_on__isnull=False)
    return Q(created_on__lte=day) & (Q(created_on__lt=day) | Q(id__gt=row))


def events_of(opportunity: Opportunity) -> list[OpportunityEvent]:
    """The life of a deal: dated events by day, then the undated ones, as they were recorded."""
    events = OpportunityEvent.objects.filter(opportunity=opportunity).select_related("stage", "owner", "team")
    return list(events.order_by(F("occurred_on").asc(nulls_last=True), "id"))


def import_runs() -> QuerySet[ImportRun]:
    runs: QuerySet[ImportRun] = ImportRun.objects.order_by("-uploaded_at")
    return runs


def refused_lines(organisation_id: UUID, run_id: UUID, headers: list[str], language: str) -> Iterator[str]:
    """The refused rows as CSV lines, streamed: the request's scope is closed by then, so each chunk opens one."""

    def rows() -> Iterator[list[object]]:
        last = 0
        while True:
            with tenant_scope(organisation_id), translation.override(language):
                chunk = refused_rows(run_id, after=last)
            if not chunk:
                return
            yield from chunk
            last = int(str(chunk[-1][0]))

    yield from refused_csv(rows(), headers, language)


def refused_csv(rows: Iterable[list[object]], headers: list[str], language: str) -> Iterator[str]:
    """CSV lines: row number, reasons, then the cells of the file, harmless in a spreadsheet."""
    with translation.override(language):
        labels = [translation.gettext("Row"), translation.gettext("Why it was refused"), *headers]
    return csv_lines(rows, labels, mark=True)


def refused_rows(run_id: UUID, *, after: int = 0) -> list[list[object]]:
    """The next refused rows of an import: row number, reasons in the active language, cells as in the file."""
    refused = RefusedRow.objects.filter(import_run_id=run_id, row__gt=after).order_by("row")
    numbers = list(refused.values_list("row", flat=True).distinct()[:CHUNK])
    if not numbers:
        return []
    rows: dict[int, dict[str, Any]] = {number: {"reasons": [], "cells": []} for number in numbers}
    for found in refused.filter(row__lte=numbers[-1]).order_by("row", "id"):
        row = rows[found.row]
        reason = sentence(found.code, found.params, translation.gettext)
        row["reasons"].append(f"{found.column}: {reason}" if found.column else reason)
        row["cells"] = row["cells"] or found.cells
    return [[number, " ".join(row["reasons"]), *row["cells"]] for number, row in rows.items()]
