"""The cards of a salesperson's week: what the path asks, what is done, what is left."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reporting.domain.week import Week
from reporting.queries.gaps import Line
from reporting.views.figures import Writer
from reporting.views.maths import Maths

LABELS: dict[str, Promise] = {
    "prospects_contacted": gettext_lazy("Prospects to contact"),
    "meetings_held": gettext_lazy("Meetings to hold"),
    "meetings_accepted": gettext_lazy("Meetings to have accepted"),
    "learning_milestones": gettext_lazy("Milestones to pass"),
    "opportunities_opened": gettext_lazy("Opportunities to open"),
    "deals_won": gettext_lazy("Deals to win"),
    "revenue_won": gettext_lazy("Revenue to win"),
}


def week_cards(
    weeks: Mapping[str, Week], lines: Sequence[Line], writer: Writer, maths: Maths
) -> list[dict[str, Any]]:
    """One card a metric with a path, in the order of the chain (templates/_components/stat_card.html)."""
    by_metric = {line.objective.metric: line for line in lines if not line.objective.segment}
    return [
        _card(by_metric[key], weeks[key], label, writer, maths)
        for key, label in LABELS.items()
        if key in weeks
    ]


def _card(line: Line, week: Week, label: Promise, writer: Writer, maths: Maths) -> dict[str, Any]:
    unit = line.metric.unit
    left, behind = math.ceil(week.left), math.ceil(week.behind)
    note = ""
    if behind:
        note = _("and %(behind)s more to be back on the path") % {"behind": writer.figure(behind, unit)}
    done = {"done": writer.figure(week.done, unit), "asked": writer.figure(math.ceil(week.asked), unit)}
    return {
        "label": label,
        "value": writer.figure(left, unit),
        "count": _("%(done)s done of the %(asked)s that the path asks for") % done,
        "note": note,
        "state": line.state,
        "math": maths.week(line, week),
    }
