"""From one open pipeline to another, line by line, and how far it covers what is left to win."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import Unit
from objectives.models import Cycle
from pipeline.domain.flow import CAME, CHANGED, END, LEFT, LINES, START
from reporting.queries import gaps
from reporting.queries.pipeline_flow import Cover, Moved, cover, eve, moved
from reporting.views.asked import answer, asked_day, here
from reporting.views.conversion_frame import Frame, choices, frame
from reporting.views.looks import worked_out_first
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission

LINE_NAMES = {
    START: gettext_lazy("Open at the start"),
    "new": gettext_lazy("New"),
    "reopened": gettext_lazy("Taken up again"),
    "found": gettext_lazy("Stage known at last"),
    "owner_in": gettext_lazy("From other hands"),
    "pulled_in": gettext_lazy("Pulled into the cycle"),
    "told": gettext_lazy("Amount told for the first time"),
    "up": gettext_lazy("Amount up"),
    "down": gettext_lazy("Amount down"),
    "won": gettext_lazy("Won"),
    "lost": gettext_lazy("Lost"),
    "owner_out": gettext_lazy("To other hands"),
    "pushed_out": gettext_lazy("Pushed out of the cycle"),
    "gone": gettext_lazy("Closed, without a date"),
    END: gettext_lazy("Open at the end"),
}


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def conversion_flow(request: TenantRequest) -> HttpResponse:
    found = frame(
        request,
        "conversion_flow",
        people=True,
        of=request.GET.get("of", ""),
        since=request.GET.get("since", ""),
    )
    if isinstance(found, HttpResponse):
        return found
    if found.ready:
        found.context.update(_figures(request, found))
    return answer(request, "reporting/analysis/conversion_flow.html", found.context)


def asked_flow(request: TenantRequest, found: Frame, *, of: str) -> tuple[date, Cycle | None, str]:
    """The first day, the cycle that the deals are to close in (None: all open deals), and what is wrong with the day asked.

    Without a day, or for one that is no earlier than the page's, the flow begins on the eve of the cycle.
    """
    day, cycle = found.looking.as_of, found.looking.cycle
    default = min(eve(cycle), day - timedelta(days=1)) if cycle else day - timedelta(days=30)
    start, wrong = asked_day(request, "since"), ""
    if start is None:
        wrong = _("This is not a day.") if request.GET.get("since") else ""
    elif start >= day:
        start, wrong = None, _("The flow begins before the day that the page shows.")
    return start or default, cycle if of == "cycle" else None, wrong


def flow_lines(known: Moved) -> list[str]:
    """Start and end, what always reads well even at nothing, and every other line with a deal on it."""
    always = {START, "new", "up", "down", "won", "lost", END}
    return [line for line in LINES if line in always or known.lines[line].deals]


def _figures(request: TenantRequest, found: Frame) -> dict[str, Any]:
    writer, day = found.writer, found.looking.as_of
    start, cycle, wrong = asked_flow(request, found, of=request.GET.get("of", ""))
    known = moved(start, day, found.scope, cycle)
    of = "cycle" if cycle else ""

    def at(**given: Any) -> str:
        return here(request, "conversion_flow") + found.query(
            **{"of": of, "since": start.isoformat(), **given}
        )

    options = [("", _("All open deals"))]
    if found.looking.cycle is not None:
        options.append(("cycle", _("Closing in %(cycle)s") % {"cycle": found.looking.cycle.name}))
    return {
        "start": start.isoformat(),
        "typed": request.GET.get("since", "") if wrong else start.isoformat(),
        "wrong": wrong,
        "last_start": (day - timedelta(days=1)).isoformat(),
        "flow_of": choices(at, options, of, "of"),
        "of": of,
        "sentence": _sentence(known, start, found),
        "rows": [_row(request, line, known, found, of, start) for line in flow_lines(known)],
        "chart": _chart(known, found),
        "untold": writer.number(known.untold) if known.untold else "",
        "cover": _cover(request, found),
        "csv_url": here(request, "conversion_table", table="flow") + found.query(of=of, since=start.isoformat()),
    }  # fmt: skip


def _row(
    request: TenantRequest, line: str, known: Moved, found: Frame, of: str, start: date
) -> dict[str, Any]:
    figures, writer = known.lines[line], found.writer
    ends, deals = line in (START, END), figures.deals
    link = ""
    if deals and found.context["sees_deals"]:
        link = here(request, "conversion_deals") + found.query(
            of="flow", line=line, since=start.isoformat(), closing=of
        )
    return {
        "name": LINE_NAMES[line],
        "total": ends,
        "amount": writer.figure(figures.amount, Unit.MONEY, signed=not ends),
        "deals": writer.number(deals),
        "moves": "" if line in CHANGED else writer.number(figures.moves, signed=not ends),
        "url": link,
    }


def _chart(known: Moved, found: Frame) -> dict[str, Any] | None:
    amounts = {line: figures.amount for line, figures in known.lines.items()}
    if not any(figures.deals for figures in known.lines.values()):
        return None
    return {
        "format": found.writer.chart_format(Unit.MONEY),
        "start": {"label": str(LINE_NAMES[START]), "value": amounts[START]},
        "items": [
            {"label": str(LINE_NAMES[line]), "value": amounts[line], "muted": False}
            for line in (*CAME, *CHANGED, *LEFT)
            if amounts[line]
        ],
        "end": {"label": str(LINE_NAMES[END]), "value": amounts[END]},
    }


def _sentence(known: Moved, start: date, found: Frame) -> str:
    amounts, writer = {line: figures.amount for line, figures in known.lines.items()}, found.writer

    def money(value: int, *, signed: bool = False) -> str:
        return writer.short(value, Unit.MONEY, signed=signed)

    came = sum(amounts[line] for line in CAME)
    return _(
        "From %(before)s open on %(start)s to %(after)s on %(day)s: %(came)s came in, %(won)s was won, %(lost)s was lost."
    ) % {
        "before": money(amounts[START]),
        "start": writer.day(start, "sentence"),
        "after": money(amounts[END]),
        "day": writer.day(found.looking.as_of, "sentence"),
        "came": money(came),
        "won": money(-amounts["won"]),
        "lost": money(-amounts["lost"]),
    }


def _cover(request: TenantRequest, found: Frame) -> dict[str, Any] | None:
    """Coverage with its formula written out; None without a cycle."""
    cycle, run, writer = found.looking.cycle, found.looking.run, found.writer
    if cycle is None:
        return None
    known = cover(found.looking.as_of, found.scope, cycle, **_objective(found))
    money = [writer.figure(value, Unit.MONEY) for value in (known.closing_minor, known.target, known.won)]
    return {
        "ratio": _times(known.ratio, writer.number),
        "needed": _times(known.needed, writer.number),
        "formula": _("%(open)s ÷ (%(target)s − %(won)s)") % dict(zip(("open", "target", "won"), money, strict=True)),
        "why_not": _why_not(known, has_run=run is not None),
        "notes": _cover_notes(known, found),
        "cycle": cycle.name,
    }  # fmt: skip


def _objective(found: Frame) -> dict[str, float | None]:
    """Target and won of the scope's revenue objective, as the run of the day has them. One query."""
    run, scope = found.looking.run, found.scope
    if run is None:
        return {"target": None, "won": None}
    whom = found.person_id or scope.team_id
    standing = gaps.standings(
        run_id=run.id, metric=gaps.REVENUE, company=whom is None,
        team_ids={scope.team_id} if scope.team_id and not found.person_id else set(),
        person_ids={found.person_id} if found.person_id else set(),
    ).get(whom)  # fmt: skip
    return {"target": standing.target, "won": standing.actual} if standing else {"target": None, "won": None}


def _times(value: float | None, write: Any) -> str:
    return "–" if value is None else f"{write(round(value, 1))} ×"


def _why_not(known: Cover, *, has_run: bool) -> str:
    if known.ratio is not None:
        return ""
    if known.target is None:
        return _("No revenue objective is set here.") if has_run else _("Nothing is stored for this day.")
    return _("The target is reached: there is nothing left to cover.")


def _cover_notes(known: Cover, found: Frame) -> list[str]:
    write = found.writer.number
    notes = []
    if known.overdue:
        notes.append(
            _("%(count)s of %(closing)s should have closed by now.")
            % {"count": write(known.overdue), "closing": write(known.closing)}
        )
    if known.listed:
        notes.append(
            _("%(count)s without an amount count at the list price.") % {"count": write(known.listed)}
        )
    if known.undated:
        notes.append(
            _("%(count)s open deals have no expected close and are not counted.")
            % {"count": write(known.undated)}
        )
    return notes
