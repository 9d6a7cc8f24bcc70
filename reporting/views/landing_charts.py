"""The charts of landings, each with the same figures as a table."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from objectives.domain.catalogue import Unit
from reporting.domain.fan import fan_band
from reporting.queries.gaps import Line
from reporting.queries.landing import Landing
from reporting.views.charts import Chart, path_chart
from reporting.views.figures import Writer
from reporting.views.landing_words import LINES


def fan(line: Line | None, own: Landing | None, writer: Writer, *, start: date, as_of: date) -> Chart | None:
    """Path, actual, and from the day on the band in which the actual may go to its landing; None without a path."""
    chart = path_chart(line, writer, start=start, as_of=as_of)
    if chart is None or own is None or line is None:
        return chart
    data, row = chart["data"], own.row
    low, high = fan_band(
        [date.fromisoformat(day).toordinal() for day in data["dates"]],
        data["path"],
        data["actual"],
        as_of.toordinal(),
        (row.low, row.mean, row.high),
    )
    data["band"] = {"low": low, "high": high}
    data["labels"]["band"] = _("Landing, 80% interval")
    chart["table"]["columns"].append({"label": _("Landing, 80% interval"), "metric": "landing"})
    skipped = len(data["dates"]) - len(chart["table"]["rows"])
    for cells, bottom, top in zip(chart["table"]["rows"], low[skipped:], high[skipped:], strict=True):
        cells.append(writer.interval(bottom, top, Unit.MONEY))
    return chart


def movement(own: Landing | None, writer: Writer) -> dict[str, Any] | None:
    """From the landing of a week before to that of the day, line by line; None without one to compare with."""
    if own is None or own.row.since is None or own.mean_before is None:
        return None
    lines = [line for line in own.row.flow if line["amount"] or line["count"]]
    since = writer.day(own.row.since)
    return {
        "data": {
            "format": writer.chart_format(Unit.MONEY),
            "start": {"label": since, "value": own.mean_before},
            "items": [
                {
                    "label": str(LINES[line["line"]]),
                    "value": line["amount"],
                    "muted": line["line"] == "learnt",
                }
                for line in lines
                if line["amount"]
            ],
            "end": {"label": _("Landing"), "value": own.row.mean},
        },
        "table": {
            "columns": [
                {"label": _("What happened")},
                {"label": _("Deals"), "metric": "open_pipeline"},
                {"label": _("Effect on the landing"), "metric": "landing"},
            ],
            "rows": [
                [_("Landing on %(day)s") % {"day": since}, "", writer.figure(own.mean_before, Unit.MONEY)],
                *(
                    [
                        str(LINES[line["line"]]),
                        "" if line["count"] is None else writer.number(line["count"]),
                        writer.figure(line["amount"], Unit.MONEY, signed=True),
                    ]
                    for line in lines
                ),
            ],
            "footer": [[_("Landing"), "", writer.figure(own.row.mean, Unit.MONEY)]],
        },
        "since": since,
    }
