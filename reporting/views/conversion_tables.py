"""The tables of the pages about conversion as CSV: the same figures, in full."""

from collections.abc import Callable, Iterable, Sequence

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import Unit
from reporting.queries.by_dimension import cohorts, following, lags
from reporting.queries.documents import amount
from reporting.queries.open_pipeline import BANDS, FLAGS, StageAges, ageing
from reporting.queries.pipeline_flow import moved
from reporting.views.conversion import DIMENSIONS, asked_dimension, group_name, worked_out
from reporting.views.conversion_ageing import BAND_NAMES, FLAG_NAMES
from reporting.views.conversion_cohorts import asked_triangle, lag_names, month_name
from reporting.views.conversion_flow import LINE_NAMES, asked_flow
from reporting.views.conversion_frame import Frame, frame
from reporting.views.exports import csv_answer
from reporting.views.looks import worked_out_first
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.markup import STATES

Table = tuple[Sequence[str], Iterable[Sequence[object]]]


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def conversion_table(request: TenantRequest, table: str) -> HttpResponse:
    if table not in TABLES:
        raise Http404("table")
    found = frame(request, "conversion", people=True)
    if isinstance(found, HttpResponse):
        return found
    headers, rows = TABLES[table](request, found) if found.ready else ((), ())
    return csv_answer(f"{table}-{found.looking.as_of.isoformat()}.csv", headers, rows)


def _rates(request: TenantRequest, found: Frame) -> Table:
    dimension = asked_dimension(request)
    known = worked_out(found, dimension)
    names = {group: group_name(dimension, group, name) for group, name in known.groups}
    headers = [
        _("As of"), str(DIMENSIONS[dimension]), _("From"), _("To"), _("Entered"), _("Advanced"), _("Lost"), _("Still open"),
        _("Cannot be known"), _("Eventual rate"), _("Estimate with the prior"), _("Interval, low"), _("Interval, high"),
        _("Objective"), _("State"), _("Advanced ÷ closed"), _("Old enough to tell: entered"),
        _("Old enough to tell: advanced"), _("Median days"), _("Nine in ten within, days"), _("Skipped"), _("Steps back"),
    ]  # fmt: skip
    order = {group: position for position, (group, _name) in enumerate(known.groups)}
    cells = sorted(known.cells, key=lambda cell: (order[cell.group], cell.transition.from_stage.position))
    rows = (
        [
            found.looking.as_of, names[cell.group], cell.transition.from_stage, cell.transition.to_stage,
            cell.transition.entered, cell.transition.advanced, cell.transition.lost, cell.transition.open,
            cell.transition.unknown, cell.transition.eventual_rate, cell.transition.mean, cell.transition.low,
            cell.transition.high, cell.transition.objective_rate, STATES[cell.transition.state][1],
            cell.transition.snapshot_rate, cell.mature_entered, cell.mature_advanced, cell.transition.median_days,
            cell.p90_days, cell.skipped, cell.back,
        ]
        for cell in cells
    )  # fmt: skip
    return headers, rows


def _cohorts(request: TenantRequest, found: Frame) -> Table:
    """One row a cell, so that a spreadsheet can turn it as it likes."""
    stage, _step, ages = asked_triangle(request, found)
    known = cohorts(found.looking.as_of, stage, found.scope, ages=ages)
    headers = [
        _("As of"), _("Entered in"), _("Entered"), _("Age in days"), _("Advanced"), _("Share advanced"), _("Complete"),
    ]  # fmt: skip
    if known is None:
        return headers, ()
    months, cells = known
    rows = (
        [
            found.looking.as_of, month_name(month), int(cells.entered[row]), age, int(cells.advanced[row, column]),
            float(cells.incidence[row, column]), _("yes") if cells.complete[row, column] else _("no"),
        ]
        for row, month in enumerate(months)
        for column, age in enumerate(ages)
        if cells.begun[row, column]
    )  # fmt: skip
    return headers, rows


def _lags(request: TenantRequest, found: Frame) -> Table:
    known = lags(found.looking.as_of, found.scope)
    headers = [
        _("As of"), _("Transition"), _("A quarter within"), _("Half within"), _("Three quarters within"),
        _("Nine in ten within"), _("Advanced"),
    ]  # fmt: skip
    rows = (
        [found.looking.as_of, name, *known[key].days, known[key].advanced]
        for key, name in lag_names(found)
        if key in known
    )
    return headers, rows


def _ageing(request: TenantRequest, found: Frame) -> Table:
    names = {stage: leaves.name for stage, (leaves, _then) in following(found.stages).items()}
    currency = found.writer.currency
    headers = [
        _("As of"), _("Stage"), _("Open"), _("Amount"), _("Currency"), _("Wins to compare with"), _("Half within"),
        _("Three quarters within"), _("Nine in ten within"), *map(str, BAND_NAMES.values()), *map(str, FLAG_NAMES.values()),
    ]  # fmt: skip

    def times(one: StageAges) -> list[object]:
        known = one.times
        return [known.won, known.p50, known.p75, known.p90] if known else [0, None, None, None]

    known = ageing(found.looking.as_of, found.scope)
    rows = (
        [
            found.looking.as_of, names.get(one.stage, ""), one.deals, amount(one.amount, Unit.MONEY, currency), currency,
            *times(one), *(one.counts[name] for name in (*BANDS, *FLAGS)),
        ]
        for one in known
    )  # fmt: skip
    return headers, rows


def _flow(request: TenantRequest, found: Frame) -> Table:
    start, cycle, _wrong = asked_flow(request, found, of=request.GET.get("of", ""))
    known, currency = moved(start, found.looking.as_of, found.scope, cycle), found.writer.currency
    headers = [
        _("From"),
        _("As of"),
        _("Line"),
        _("Amount"),
        _("Currency"),
        _("Deals"),
        _("Change in open deals"),
    ]
    rows = (
        [
            start, found.looking.as_of, LINE_NAMES[line], amount(row.amount, Unit.MONEY, currency), currency,
            row.deals, row.moves,
        ]
        for line, row in known.lines.items()
    )  # fmt: skip
    return headers, rows


TABLES: dict[str, Callable[[TenantRequest, Frame], Table]] = {
    "rates": _rates,
    "cohorts": _cohorts,
    "lags": _lags,
    "ageing": _ageing,
    "flow": _flow,
}
