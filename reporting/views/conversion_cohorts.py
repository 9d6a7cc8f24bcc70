"""Cohorts by age, and how long deals take to advance."""

from typing import Any

from django.http import HttpResponse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pipeline.domain.cohorts import Triangle
from reporting.queries.by_dimension import WHOLE, Lags, cohorts, following, lags
from reporting.views.asked import answer, here
from reporting.views.conversion_frame import Frame, choices, frame
from reporting.views.looks import worked_out_first
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission

WEEK, MONTH = 7, 30
STEPS = {"month": (MONTH, 12), "week": (WEEK, 13)}
SHADES = 9  # of the heat map, besides none


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def conversion_cohorts(request: TenantRequest) -> HttpResponse:
    """The triangle: what share of those that entered in a month had advanced by each age."""
    stage, step = request.GET.get("stage", ""), request.GET.get("step", "")
    found = frame(request, "conversion_cohorts", stage=stage, step=step)
    if isinstance(found, HttpResponse):
        return found
    if found.ready:
        found.context.update(_triangle(request, found))
    return answer(request, "reporting/analysis/conversion_cohorts.html", found.context)


def asked_triangle(request: TenantRequest, found: Frame) -> tuple[str, str, list[int]]:
    """Stage (WHOLE: from the opening to the win), step and ages of the URL; the defaults for what is not known."""
    stage, step = request.GET.get("stage", ""), request.GET.get("step", "")
    stage = stage if stage in following(found.stages) else WHOLE
    step = step if step in STEPS else "month"
    days, number = STEPS[step]
    return stage, step, [days * (position + 1) for position in range(number)]


def _triangle(request: TenantRequest, found: Frame) -> dict[str, Any]:
    writer = found.writer
    stage, step, ages = asked_triangle(request, found)
    known = cohorts(found.looking.as_of, stage, found.scope, ages=ages)

    def at(**given: Any) -> str:
        return here(request, "conversion_cohorts") + found.query(**{"stage": stage, "step": step, **given})

    options = [
        (WHOLE, _("Opening → won")),
        *((one, f"{leaves.name} → {enters.name}") for one, (leaves, enters) in following(found.stages).items()),
    ]  # fmt: skip
    context: dict[str, Any] = {
        "transitions": choices(at, options, stage, "stage"),
        "steps": choices(at, [("month", _("By month of age")), ("week", _("By week of age"))], step, "step"),
        "csv_url": here(request, "conversion_table", table="cohorts") + found.query(stage=stage, step=step),
        "transition": dict(options)[stage],
    }
    if known is not None:
        months, found_cells = known
        context |= {
            "ages": [writer.days(age) for age in ages],
            "cohorts": [_cohort(month, row, found_cells, found) for row, month in enumerate(months)][::-1],
        }
    return context


def _cohort(month: str, row: int, cells: Triangle, found: Frame) -> dict[str, Any]:
    """A row: name, entered, and a cell per age: text, count, shade (0…SHADES), whether it is still filling."""
    writer, entered = found.writer, int(cells.entered[row])
    drawn: list[dict[str, Any] | None] = []
    for column in range(cells.incidence.shape[1]):
        share = cells.incidence[row, column]
        if not cells.begun[row, column]:
            drawn.append(None)
            continue
        drawn.append(
            {
                "text": writer.percent(float(share)),
                "count": f"{writer.number(int(cells.advanced[row, column]))}/{writer.number(entered)}",
                "shade": 0 if share <= 0 else min(SHADES, 1 + int(share * SHADES)),
                "young": not cells.complete[row, column],
            }
        )
    return {"name": month_name(month), "entered": writer.number(entered), "cells": drawn}


def month_name(month: str) -> str:
    year, number = month.split("-")
    return _("%(month)s %(year)s") % {"month": str(MONTHS[int(number)]).capitalize(), "year": year}


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def conversion_lags(request: TenantRequest) -> HttpResponse:
    """How many days those that advance take: quartiles and the ninetieth percentile, given conversion."""
    found = frame(request, "conversion_lags")
    if isinstance(found, HttpResponse):
        return found
    if found.ready:
        known = lags(found.looking.as_of, found.scope)
        rows = [_lag_row(name, known[key], found) for key, name in lag_names(found) if key in known]
        found.context.update(
            {
                "rows": rows,
                "top": max((row["p90"] for row in rows), default=1.0),
                "sentence": _lag_sentence(known, found),
                "csv_url": here(request, "conversion_table", table="lags") + found.query(),
            }
        )
    return answer(request, "reporting/analysis/conversion_lags.html", found.context)


def lag_names(found: Frame) -> list[tuple[str, str]]:
    """Stage or WHOLE → its name, in order."""
    each = [
        (key, f"{leaves.name} → {enters.name}") for key, (leaves, enters) in following(found.stages).items()
    ]
    return [*each, (WHOLE, _("Opening → won"))]


def _lag_row(name: str, one: Lags, found: Frame) -> dict[str, Any]:
    writer = found.writer
    labels = ("q1", "q2", "q3", "q4")
    written = {label: writer.days(days) for label, days in zip(labels, one.days, strict=True)}
    drawn = dict(zip(("p25", "p50", "p75", "p90"), one.days, strict=True))
    return {"name": name, "count": writer.number(one.advanced), **written, **drawn}


def _lag_sentence(known: dict[str, Lags], found: Frame) -> str:
    whole = known.get(WHOLE)
    if whole is None:
        return _("Nothing was won yet that tells how long it takes.")
    said = ngettext(
        "Half of the wins come within %(half)s of the opening, nine in ten within %(most)s (%(won)s win).",
        "Half of the wins come within %(half)s of the opening, nine in ten within %(most)s (%(won)s wins).",
        whole.advanced,
    )
    writer, (_quarter, half, _three, most) = found.writer, whole.days
    return said % {
        "half": writer.days(half),
        "most": writer.days(most),
        "won": writer.number(whole.advanced),
    }
