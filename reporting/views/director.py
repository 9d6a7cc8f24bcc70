"""The company's page: where the quarter stands, what the gap is made of, and the tree of objectives."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.models import Cycle, Objective
from reporting.queries import gaps
from reporting.queries.causes import foremost
from reporting.queries.conversion import stages
from reporting.queries.gaps import Line
from reporting.queries.landing import landing_of_company
from reporting.queries.levers import lever_lines
from reporting.queries.looking import Looking
from reporting.views import cause_words, sentences
from reporting.views.asked import answer, filters, here, looking_at, settled, state_query
from reporting.views.charts import waterfall
from reporting.views.closed import closed_note
from reporting.views.decisions import decisions
from reporting.views.figures import Writer
from reporting.views.landing_charts import fan
from reporting.views.landing_words import landing_cards, landing_sentence
from reporting.views.maths import Maths
from reporting.views.missing import missing
from reporting.views.nodes import tree_nodes
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def director(request: TenantRequest) -> HttpResponse:
    looking = looking_at(request)
    if (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    needs = missing(request, looking, writer)
    context: dict[str, Any] = {
        "looking": looking,
        "filters": filters(looking, writer),
        "needs": needs,
        "closed": closed_note(request, looking.cycle, writer),
        "export_url": here(request, "gaps_csv") + state_query(looking),
    }
    context |= decisions(request, looking.cycle, writer)
    if looking.cycle is not None and not any(need.hides for need in needs):
        context |= _figures(request, looking, looking.cycle, writer)
    return answer(request, "reporting/director.html", context)


def _figures(request: TenantRequest, looking: Looking, cycle: Cycle, writer: Writer) -> dict[str, Any]:
    run = looking.run
    run_id = run.id if run else None
    top = gaps.tree_top(cycle_id=cycle.id, run_id=run_id)
    revenue = top.revenue
    levers = lever_lines(revenue.levers if revenue else [], stages())
    maths = Maths.of(request.organisation.slug, writer, run.engine if run else "")
    before = looking.before.id if looking.before else None
    own = landing_of_company(run_id=run.id, before_id=before) if run else None
    cause = foremost(run_id=run.id, team_id=None) if run else None
    below = {revenue.objective.id: top.under_revenue} if revenue and top.under_revenue else None
    return {
        "sentence": " ".join(
            text
            for text in (
                landing_sentence(own, writer),
                sentences.director(
                    revenue,
                    levers,
                    writer,
                    cycle=cycle.name,
                    day=looking.as_of,
                    is_draft=cycle.state == Cycle.State.DRAFT,
                ),
            )
            if text
        ),
        "state": revenue.state if revenue else "none",
        "probable_cause": cause_words.probable(cause, writer) if cause else "",
        "causes_url": here(request, "causes") + state_query(looking),
        "cards": [
            *landing_cards(request, own, looking, writer, maths),
            *(_cards(revenue, writer, maths, with_end=own is None) if revenue and revenue.gap else []),
        ],
        "path": fan(revenue, own, writer, start=cycle.start_on, as_of=looking.as_of),
        "waterfall": waterfall(revenue, levers, writer),
        "path_math": maths.metric("path"),
        "gap_math": maths.metric("gap_to_path"),
        "levers_math": maths.levers(revenue) if revenue else None,
        "levers_link": {
            "label": _("Lever by lever, down to the deals"),
            "url": here(request, "levers") + state_query(looking),
        },
        "tree": tree_nodes(request, top.lines, looking, writer, below=below),
    }


def _cards(line: Line, writer: Writer, maths: Maths, *, with_end: bool) -> list[dict[str, Any]]:
    """Three figures or so on each card; the exact amount is in its math. with_end: no landing tells of the target."""
    unit = line.metric.unit
    gap = line.gap
    found = [
        {
            "label": _("Won so far"), "value": writer.short(line.actual, unit), "math": maths.actual(line),
            "interval": writer.interval(gap.low, gap.high, unit) if gap else "",
        },
        {"label": _("Path today"), "value": writer.short(line.path, unit), "math": maths.path(line)},
        {"label": _("Target"), "value": writer.short(line.target, unit), "math": maths.target(line)},
        {
            "label": _("Gap to path"), "value": writer.short(line.gap_to_path, unit, signed=True),
            "state": line.state, "math": maths.gap_to_path(line),
        },
    ]  # fmt: skip
    if with_end:
        found.append(
            {
                "label": _("Gap to target"), "value": writer.short(line.gap_to_target, unit, signed=True),
                "math": maths.gap_to_target(line),
            }
        )  # fmt: skip
    return found


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def objective_children(request: TenantRequest, objective: UUID) -> HttpResponse:
    """The rows under an objective of the tree, 50 at a time."""
    parent = get_object_or_404(Objective.objects.only("id", "cycle_id"), id=objective)
    looking = looking_at(request)
    run = looking.run if looking.cycle is not None and looking.cycle.id == parent.cycle_id else None
    page = int(text) if (text := request.GET.get("page", "1")).isascii() and text.isdigit() else 1
    lines, more = gaps.children(parent_id=parent.id, run_id=run.id if run else None, page=max(page, 1))
    writer = Writer.of(request.organisation.currency)
    following = here(request, "objective_children", objective=parent.id) + state_query(looking, page=page + 1)
    context = {
        "nodes": tree_nodes(request, lines, looking, writer),
        "more": {"rows_url": following, "page_url": following} if more else None,
    }
    return render(request, "reporting/_tree_rows.html", context)
