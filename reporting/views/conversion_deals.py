"""The rows behind a number of the pages about conversion."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import Unit
from reporting.queries.by_dimension import following, group_names
from reporting.queries.open_pipeline import WHICH, DealRow, cell_rows, open_rows
from reporting.queries.pipeline_flow import line_rows
from reporting.views.asked import address, answer, here
from reporting.views.conversion import asked_dimension, group_name, sees_group
from reporting.views.conversion_ageing import BAND_NAMES, FLAG_NAMES
from reporting.views.conversion_flow import LINE_NAMES, asked_flow
from reporting.views.conversion_frame import Frame, frame
from reporting.views.looks import worked_out_first
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission

ROWS = 50
WHICH_NAMES: dict[str, str | Promise] = {**BAND_NAMES, **FLAG_NAMES, "open": gettext_lazy("Open deals")}
KINDS = {
    "open": gettext_lazy("open"),
    "won": gettext_lazy("won"),
    "lost": gettext_lazy("lost"),
    "unknown": gettext_lazy("not known"),
}


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def conversion_deals(request: TenantRequest) -> HttpResponse:
    """`of`: a part of the open deals, with the stage; "flow", with a line and what the flow is about; "rate", with the
    dimension, the group and the stage."""
    if not request.membership.allows(Permission.VIEW_OWN):
        raise PermissionDenied
    kept = {
        name: request.GET.get(name, "") for name in ("of", "stage", "line", "since", "closing", "by", "group")
    }
    found = frame(request, "conversion_deals", people=True, **kept)
    if isinstance(found, HttpResponse):
        return found
    if found.ready:
        found.context.update(_figures(request, found, kept))
    return answer(request, "reporting/analysis/conversion_deals.html", found.context)


def _figures(request: TenantRequest, found: Frame, kept: dict[str, str]) -> dict[str, Any]:
    number = _page_number(request)
    if kept["of"] == "flow":
        what, back, (rows, total) = _of_flow(request, found, kept, number)
    elif kept["of"] == "rate":
        what, back, (rows, total) = _of_rate(request, found, kept, number)
    elif kept["of"] in WHICH:
        what, back, (rows, total) = _of_stage(request, found, kept, number)
    else:
        raise Http404("of")
    page = Paginator(range(total), ROWS).get_page(number)
    count = ngettext("%(count)s deal", "%(count)s deals", total) % {"count": found.writer.number(total)}
    return {
        "what": what,
        "count": count,
        "back_url": back,
        "page": page,
        "rows": [_row(request, row, found) for row in rows],
    }


def _page_number(request: TenantRequest) -> int:
    text = request.GET.get("page", "1")
    return max(1, min(int(text), 10_000)) if text.isascii() and text.isdigit() else 1


def _of_stage(
    request: TenantRequest, found: Frame, kept: dict[str, str], number: int
) -> tuple[str, str, tuple[list[DealRow], int]]:
    known = {str(stage.id): stage.name for stage in found.stages}
    stage = kept["stage"] if kept["stage"] in known else ""
    rows = open_rows(
        found.looking.as_of, found.scope, kept["of"], stage, offset=(number - 1) * ROWS, limit=ROWS
    )
    what = str(WHICH_NAMES[kept["of"]]) + (f" · {known[stage]}" if stage else "")
    return what, here(request, "conversion_ageing") + found.query(), rows


def _of_flow(
    request: TenantRequest, found: Frame, kept: dict[str, str], number: int
) -> tuple[str, str, tuple[list[DealRow], int]]:
    if kept["line"] not in LINE_NAMES:
        raise Http404("line")
    start, cycle, _wrong = asked_flow(request, found, of=kept["closing"])
    day = found.looking.as_of
    rows = line_rows(start, day, found.scope, cycle, kept["line"], offset=(number - 1) * ROWS, limit=ROWS)
    back = here(request, "conversion_flow") + found.query(of=kept["closing"], since=start.isoformat())
    what = f"{LINE_NAMES[kept['line']]} · {found.writer.day(start)} – {found.writer.day(day)}"
    return what, back, rows


def _of_rate(
    request: TenantRequest, found: Frame, kept: dict[str, str], number: int
) -> tuple[str, str, tuple[list[DealRow], int]]:
    """The deals of a rate: those that entered the stage in the group."""
    dimension, group, follows = asked_dimension(request), kept["group"], following(found.stages)
    if kept["stage"] not in follows or not sees_group(found.scope, dimension, group):
        raise Http404("group")
    leaves, enters = follows[kept["stage"]]
    rows = cell_rows(
        found.looking.as_of, found.scope, dimension, group, kept["stage"], offset=(number - 1) * ROWS, limit=ROWS
    )  # fmt: skip
    name = dict(group_names(dimension, [group], found.scope))[group]
    what = f"{group_name(dimension, group, name)} · {leaves.name} → {enters.name}"
    back = here(request, "conversion") + found.query(by=dimension, stage=kept["stage"])
    return what, back, rows


def _row(request: TenantRequest, row: DealRow, found: Frame) -> dict[str, Any]:
    writer = found.writer
    expected = writer.day(row.expected_on) if row.expected_on else "–"
    if row.pushes:
        put_off = ngettext("put off once", "put off %(count)s times", row.pushes)
        expected += f" ({put_off % {'count': row.pushes}})"
    return {
        "url": address(request.organisation.slug, "pipeline:opportunity", opportunity=row.id),
        "name": row.name,
        "company": row.company or "",
        "owner": row.owner or _("Nobody in particular"),
        "stage": row.stage if row.kind == "open" else f"{row.stage} ({KINDS[row.kind]})",
        "amount": writer.figure(row.amount, Unit.MONEY),
        "entered": writer.day(row.entered_on),
        "touched": writer.day(row.touched_on) if row.touched_on else "–",
        "expected": expected,
    }
