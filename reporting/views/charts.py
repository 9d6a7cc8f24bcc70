"""The JSON of the charts (assets/charts/*.js), each with the same figures as a table."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from objectives.domain.catalogue import Unit
from reporting.queries.conversion import Transition
from reporting.queries.gaps import Line, Series
from reporting.queries.levers import LeverLine
from reporting.views.figures import Writer
from reporting.views.sentences import lever_label

Chart = dict[str, Any]


def path_chart(line: Line | None, writer: Writer, *, start: date, as_of: date) -> Chart | None:
    """Path and actual week by week; None without a stored path."""
    series = Series.of(line.gap) if line is not None else None
    if line is None or series is None or not series.dates or line.target is None:
        return None
    unit = line.metric.unit
    dates, path, actual = series.dates, series.path, series.actual
    rows = [
        [writer.day(day), writer.figure(planned, unit), writer.figure(made, unit)]
        for day, planned, made in zip(dates, path, actual, strict=True)
    ]
    if dates[0] > start:  # the curves begin at nothing, on the first day
        dates, path, actual = [start, *dates], [0.0, *path], [0.0, *actual]
    return {
        "data": {
            "format": writer.chart_format(unit),
            "dates": [day.isoformat() for day in dates],
            "path": path,
            "actual": actual,
            "target": line.target,
            "today": as_of.isoformat() if as_of in dates else None,
            "band": None,
            "labels": {
                "path": _("Path"), "actual": _("Actual"), "target": _("Target"), "today": _("Today"), "band": "",
            },
        },
        "table": {
            "columns": [
                {"label": _("Up to")}, {"label": _("Path"), "metric": "path"},
                {"label": _("Actual"), "metric": line.metric.key},
            ],
            "rows": rows,
        },
    }  # fmt: skip


def waterfall(line: Line | None, levers: Sequence[LeverLine], writer: Writer) -> Chart | None:
    """From the path to the actual, lever by lever; levers of exactly zero are in the table only. None without levers."""
    if line is None or not levers or line.path is None:
        return None
    unit = line.metric.unit
    return {
        "data": {
            "format": writer.chart_format(unit),
            "start": {"label": _("Path"), "value": line.path},
            "items": [
                {"label": lever_label(lever), "value": lever.contribution, "muted": False}
                for lever in levers
                if lever.contribution
            ],
            "end": {"label": _("Actual"), "value": line.actual},
        },
        "table": {
            "columns": [{"label": _("Lever")}, {"label": _("Contribution"), "metric": "lever_contribution"}],
            "rows": [
                [_("Path"), writer.figure(line.path, unit)],
                *([lever_label(one), writer.figure(one.contribution, unit, signed=True)] for one in levers),
            ],
            "footer": [[_("Actual"), writer.figure(line.actual, unit)]],
        },
    }


def funnel(transitions: Sequence[Transition], writer: Writer) -> Chart | None:
    """How many entered each stage, and the rate to the next; the last bar is what was won. None without anybody."""
    if not any(one.entered or one.unknown for one in transitions):
        return None
    stages = [
        {
            "label": one.from_stage.name,
            "count": one.entered if one.is_known else None,
            "plan": None,
            "rate_text": rate_text(one, writer),
            "state": one.state,
        }
        for one in transitions
    ]
    last = transitions[-1]
    final = last.advanced if last.is_known else None
    stages.append(
        {"label": last.to_stage.name, "count": final, "plan": None, "rate_text": None, "state": "none"}
    )
    return {
        "data": {
            "format": writer.chart_format(Unit.COUNT),
            "stages": stages,
            "labels": {"count": _("Entered"), "plan": _("Plan"), "rate": _("To the next stage")},
        },
        "table": {
            "columns": [
                {"label": _("Stage")}, {"label": _("Entered"), "metric": "stage_conversion_rate"},
                {"label": _("To the next stage"), "metric": "stage_conversion_rate"},
            ],
            "rows": [
                [stage["label"], writer.number(stage["count"]), stage["rate_text"] or ""]  # type: ignore[arg-type]
                for stage in stages
            ],
        },
    }  # fmt: skip


def rate_text(one: Transition, writer: Writer) -> str:
    """The rate with its interval and count, or that it cannot be known."""
    if not one.is_known:
        return _("cannot be known from this data")
    return _("%(rate)s (%(interval)s), %(advanced)s of %(entered)s") % {
        "rate": writer.percent(one.rate),
        "interval": writer.interval(one.low, one.high, Unit.RATE),
        "advanced": writer.number(one.advanced),
        "entered": writer.number(one.entered),
    }
