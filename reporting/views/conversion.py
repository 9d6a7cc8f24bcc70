"""Rates of the transitions by team, salesperson, segment, channel, product or period of entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import Unit
from pipeline.domain.many_cells import overlapping
from pipeline.queries.stays import NOBODY
from reporting.queries import conversion as stored
from reporting.queries.by_dimension import OTHERS, ByDimension, Cell, Scope, by_dimension, following
from reporting.queries.dimension_objectives import objectives_of
from reporting.views.asked import answer, here
from reporting.views.conversion_frame import Frame, choices, frame
from reporting.views.figures import Writer
from reporting.views.looks import worked_out_first
from reporting.views.maths import Math, Maths
from reporting.views.sentences import BEHIND, CANNOT_TELL, NONE, ON_OR_ABOVE
from reporting.views.tables import Owner, matrix
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission

DIMENSIONS = {
    "team": gettext_lazy("Team"),
    "person": gettext_lazy("Salesperson"),
    "segment": gettext_lazy("Segment"),
    "channel": gettext_lazy("Channel"),
    "product": gettext_lazy("Product"),
    "quarter": gettext_lazy("Quarter of entry"),
    "month": gettext_lazy("Month of entry"),
}
GROUPS = 25  # on a page


@dataclass(frozen=True, slots=True)
class Row:
    """A group at one transition, written."""

    name: str
    url: str
    one: stored.Transition
    objective: str
    rate: str
    interval: str
    count: str
    open: str
    estimate: str
    snapshot: str
    mature: str
    aside: str
    math: Math


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def conversion(request: TenantRequest) -> HttpResponse:
    dimension = asked_dimension(request)
    found = frame(request, "conversion", by=dimension, stage=request.GET.get("stage", ""))
    if isinstance(found, HttpResponse):
        return found
    if found.ready:
        found.context.update(_figures(request, found, dimension))
    return answer(request, "reporting/analysis/conversion.html", found.context)


def asked_dimension(request: TenantRequest) -> str:
    """The dimension of the URL; by team without one or for one that is not known."""
    asked = request.GET.get("by", "")
    return asked if asked in dimensions(request) else "team"


def dimensions(request: TenantRequest) -> list[str]:
    """Who sees no one's own figures has no dimension of people."""
    sees_people = request.membership.allows(Permission.VIEW_OWN)
    return [name for name in DIMENSIONS if name != "person" or sees_people]


def worked_out(found: Frame, dimension: str) -> ByDimension:
    run = found.looking.run
    objectives = objectives_of(run.id if run else None, found.scope, dimension, found.stages)
    return by_dimension(found.looking.as_of, dimension, found.scope, found.stages, objectives)


def _figures(request: TenantRequest, found: Frame, dimension: str) -> dict[str, Any]:
    writer, run = found.writer, found.looking.run
    rates = worked_out(found, dimension)
    follows = following(found.stages)
    stage = request.GET.get("stage", "")
    if stage not in follows:
        stage = _worth_a_look(rates) or next(iter(follows), "")
    here_cells = [cell for cell in rates.cells if str(cell.transition.from_stage.id) == stage]
    maths = Maths.of(request.organisation.slug, writer, run.engine if run else "")
    page = Paginator(rates.groups, GROUPS).get_page(request.GET.get("page"))
    names = {group: group_name(dimension, group, name) for group, name in rates.groups}

    def at(**given: Any) -> str:
        return here(request, "conversion") + found.query(**{"by": dimension, "stage": stage, **given})

    owners = [Owner(group, names[group], at(stage=stage) + "#detail") for group, _name in page]  # type: ignore[arg-type]
    whole = [cell.transition for cell in rates.whole]
    sentence, state = _sentence(rates, names, writer)
    rows = [
        _row(cell, names[cell.group], writer, maths, url=_rows_url(request, found, dimension, cell))
        for group, _name in page
        for cell in here_cells
        if cell.group == group
    ]
    return {
        "sentence": sentence,
        "state": state,
        "dimensions": choices(at, [(name, str(DIMENSIONS[name])) for name in dimensions(request)], dimension, "by"),
        "transitions": choices(
            at, [(one, f"{leaves.name} → {enters.name}") for one, (leaves, enters) in follows.items()], stage, "stage"
        ),
        "who": DIMENSIONS[dimension],
        "matrix": matrix(
            owners, whole, [cell.transition for cell in rates.cells], writer
        ),
        "whole_rows": [_row(cell, cell.transition.name, writer, maths) for cell in rates.whole],
        "rows": rows,
        "transition": next((cell.transition.name for cell in rates.whole if str(cell.transition.from_stage.id) == stage), ""),
        "top": max([high for row in rows if (high := row.one.high) is not None], default=1.0),
        "order_says_nothing": _order(here_cells),
        "page": page,
        "no_run": run is None,
        "csv_url": here(request, "conversion_table", table="rates") + found.query(by=dimension),
    }  # fmt: skip


def sees_group(scope: Scope, dimension: str, group: str) -> bool:
    """Whether the reader may see the deals of a group of the scope: no one's of other teams; False for what is no id."""
    if dimension not in ("team", "person", "product") or group == "":
        return True
    try:
        one = UUID(group)
    except ValueError:
        return False
    if dimension == "person" and not scope.reach.sees_company:
        return one in scope.reach.person_ids or one == NOBODY
    return True


def group_name(dimension: str, group: str, name: str) -> str:
    if group == OTHERS:
        return _("People of other teams")
    if name:
        return name
    if dimension in ("team", "person") and group == str(NOBODY):
        return _("Nobody in particular") if dimension == "person" else _("No team")
    return _("Not said")


def _worth_a_look(rates: ByDimension) -> str:
    """The transition with a cell that is behind; "" when there is none."""
    behind = [cell for cell in [*rates.cells, *rates.whole] if cell.transition.state == BEHIND]
    worst = max(behind, key=lambda cell: _missing(cell), default=None)
    return str(worst.transition.from_stage.id) if worst else ""


def _missing(cell: Cell) -> float:
    one = cell.transition
    return ((one.objective_rate or 0.0) - (one.rate or 0.0)) * one.entered


def _row(cell: Cell, name: str, writer: Writer, maths: Maths, *, url: str = "") -> Row:
    one = cell.transition
    still = ngettext("%(count)s open", "%(count)s open", one.open) % {"count": writer.number(one.open)}
    aside = []
    for count, words in (
        (cell.skipped, ngettext("%(count)s skipped it", "%(count)s skipped it", cell.skipped)),
        (cell.back, ngettext("%(count)s step back", "%(count)s steps back", cell.back)),
        (one.unknown, ngettext("%(count)s not known", "%(count)s not known", one.unknown)),
    ):
        if count:
            aside.append(words % {"count": writer.number(count)})
    mature = ""
    if cell.mature_rate is not None:
        mature = _("%(rate)s, %(advanced)s of %(entered)s") % {
            "rate": writer.percent(cell.mature_rate),
            "advanced": writer.number(cell.mature_advanced),
            "entered": writer.number(cell.mature_entered),
        }
    counts = {"advanced": writer.number(one.advanced), "entered": writer.number(one.entered)}
    math = maths.transition(one)
    if cell.p90_days is not None:
        math["lines"] += [
            {"label": _("90% of those that advance do within"), "value": writer.days(cell.p90_days)},
            {"label": _("Of those that entered at least so long ago"), "value": mature},
        ]
    return Row(
        name=name, url=url, one=one, objective=writer.percent(one.objective_rate), rate=writer.percent(one.rate),
        interval=writer.interval(one.low, one.high, Unit.RATE), count=_("%(advanced)s of %(entered)s") % counts,
        open=still if one.open else "", estimate=writer.percent(one.eventual_rate),
        snapshot=writer.percent(one.snapshot_rate), mature=mature or writer.percent(None), aside=", ".join(aside),
        math=math,
    )  # fmt: skip


def _rows_url(request: TenantRequest, found: Frame, dimension: str, cell: Cell) -> str:
    """Where the deals of a cell are; "" for who sees none, and for people who are no business of the reader's."""
    if not found.context["sees_deals"] or cell.group == OTHERS:
        return ""
    stage = str(cell.transition.from_stage.id)
    query = found.query(of="rate", by=dimension, stage=stage)
    return here(request, "conversion_deals") + query + "&" + urlencode({"group": cell.group})


def _order(cells: Sequence[Cell]) -> bool:
    """Whether any two intervals overlap, so that an order of the rates would say nothing."""
    known = [cell.transition for cell in cells if cell.transition.is_known]
    return overlapping(
        [one.low if one.low is not None else float("nan") for one in known],
        [one.high if one.high is not None else float("nan") for one in known],
    )


def _sentence(rates: ByDimension, names: dict[str, str], writer: Writer) -> tuple[str, str]:
    """What the table says in one sentence, and its state."""
    judged = [cell for cell in rates.cells if cell.transition.objective_rate is not None]
    behind = [cell for cell in judged if cell.transition.state == BEHIND]
    if behind:
        worst = max(behind, key=_missing)
        one = worst.transition
        said = _(
            "Behind: %(name)s at %(from)s → %(to)s, %(rate)s (%(interval)s) for %(objective)s, %(advanced)s of %(entered)s."
        ) % {
            "name": names[worst.group],
            "from": one.from_stage.name,
            "to": one.to_stage.name,
            "rate": writer.percent(one.rate),
            "interval": writer.interval(one.low, one.high, Unit.RATE),
            "objective": writer.percent(one.objective_rate),
            "advanced": writer.number(one.advanced),
            "entered": writer.number(one.entered),
        }
        others = len(behind) - 1
        if others:
            more = ngettext(
                "%(count)s other cell is behind too.", "%(count)s other cells are behind too.", others
            )
            said += " " + more % {"count": writer.number(others)}
        return said, BEHIND
    if any(cell.transition.state == ON_OR_ABOVE for cell in judged):
        above = sum(cell.transition.state == ON_OR_ABOVE for cell in judged)
        said = ngettext(
            "Nothing is behind: %(count)s cell is on or above its objective, the others cannot be told.",
            "Nothing is behind: %(count)s cells are on or above their objectives, the others cannot be told.",
            above,
        )
        return said % {"count": writer.number(above)}, ON_OR_ABOVE
    if judged:
        return _("Nothing here that the data can tell from the objective."), CANNOT_TELL
    if not any(cell.transition.is_known for cell in rates.whole):
        return _("No conversion rate can be known from this data yet."), NONE
    return _("The rates are known; no objective is set to compare them with."), NONE
