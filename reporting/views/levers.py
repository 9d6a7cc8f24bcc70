"""The gap lever by lever: what it is made of at a place, with intervals, and what lies below that adds up to it."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import Unit
from pipeline.models import Stage
from reporting.queries import gaps
from reporting.queries.conversion import stages
from reporting.queries.lever_gap import BEFORE, PATH, TARGET, TEAM, Gap, gap_of
from reporting.queries.lever_nodes import (
    CHANNEL,
    OWNER,
    SEGMENT,
    Breakdown,
    Child,
    breakdown,
    children,
    pooled,
    ways,
)
from reporting.views.analysis import analysis_tabs
from reporting.views.asked import answer, filters, here, looking_at, settled
from reporting.views.closed import closed_note
from reporting.views.figures import Writer
from reporting.views.lever_asked import Question, comparable, question
from reporting.views.lever_tables import (
    cells,
    columns,
    friction_row,
    frictions,
    line_rows,
    place_row,
    waterfall,
)
from reporting.views.lever_words import Words, basis_note, friction_sentence, mix_rows, node_names
from reporting.views.lever_words import answer as sentence
from reporting.views.looks import worked_out_first
from reporting.views.maths import Maths
from reporting.views.missing import missing
from reporting.views.team_options import team_options
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission

ROWS = 50
CORRECTED = 100  # minor units: a stored gap that differs by less differs by rounding


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def levers(request: TenantRequest) -> HttpResponse:
    looking = looking_at(request)
    asked = question(request, looking)
    if (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    needs = missing(request, looking, writer)
    teams = team_options(request, asked.reach, asked.node.team)
    kept = {name: value for name in ("against", "by") if (value := request.GET.get(name))}
    context: dict[str, Any] = {
        "looking": looking,
        "filters": filters(looking, writer, hidden=kept) | {"teams": teams},
        "tabs": analysis_tabs(request, "levers", asked.query(by="", against=PATH)),
        "needs": needs,
        "closed": closed_note(request, looking.cycle, writer, asked.node.team, asked.reach.tree),
        "no_team": not asked.is_open,
        "trail": trail(request, asked),
        "scope": place_title(request, asked),
    }
    if asked.is_open and not any(need.hides for need in needs):
        known = stages()
        gap = gap_of(looking, asked.reach.tree, known, asked.asked)
        context |= {"against": _against_tabs(request, asked), "others": _others(request, asked)}
        context |= {"no_plan": True} if gap is None else _figures(request, asked, gap, known, writer)
    return answer(request, "reporting/analysis/levers.html", context)


def parts(asked: Question, gap: Gap) -> tuple[str, list[Child], Breakdown]:
    """By what the place is opened, the rows below it, and the lines of both."""
    tree, looking = asked.reach.tree, asked.looking
    possible = ways(gap, asked.place)
    by = asked.by if asked.by in possible else next(iter(possible), "")
    rows = children(gap, asked.place, by, tree, asked.reach) if by else []
    known = (
        looking.cycle and looking.cycle.id,
        asked.asked,
        asked.place,
        by,
        [(row.kind, row.id, row.text) for row in rows],
    )
    return by, rows, breakdown(gap, asked.place, rows, tree, asked=known)


def _figures(
    request: TenantRequest, asked: Question, gap: Gap, known: list[Stage], writer: Writer
) -> dict[str, Any]:
    by, rows, found = parts(asked, gap)
    words = Words(gap, known, writer)
    tree = asked.reach.tree
    other = tree.teams[asked.other].name if asked.other is not None else ""
    page = Paginator(range(len(rows)), ROWS).get_page(request.GET.get("page"))
    run, stored = asked.looking.run, _stored(asked)
    behind = frictions(asked, known)
    said = sentence(found, rows, words, against=asked.against, other=other)
    if behind:
        said += " " + friction_sentence(*behind[0], writer)
    return {
        "sentence": said,
        "frictions": [friction_row(request, asked, name, one, writer) for name, one in behind],
        "state": stored.state if stored is not None else "none",
        "chart": waterfall(found, words, asked.against, other),
        "lines": line_rows(request, asked, found, words),
        "columns": [words.head(line) for line in columns(found)],
        "rows": [place_row(request, asked, found, words, row, rows[row]) for row in page.object_list],
        "footer": cells(request, asked, found, words, 0, asked.node),
        "page": page,
        "ways": _ways(asked, gap, by),
        "who": {OWNER: _("Team or person"), SEGMENT: _("Segment"), CHANNEL: _("Channel")}.get(by, ""),
        "mix": mix_rows(pooled(gap, asked.place, tree), words),
        "basis": basis_note(gap),
        "is_target": asked.against == TARGET,
        "corrected": "" if asked.node.person else _corrected(stored, found, writer),
        "csv_url": here(request, "levers_csv") + asked.query(),
        "math": Maths.of(request.organisation.slug, writer, run.engine if run else "").metric(
            "lever_contribution"
        ),
    }


def place_title(request: TenantRequest, asked: Question) -> str:
    names = node_names(asked.node, asked.reach.tree)
    return names[-1][1] if names else request.organisation.name


def trail(request: TenantRequest, asked: Question) -> list[dict[str, str]]:
    """The places down to this one; those out of reach are named without a link."""
    reach = asked.reach
    found = [{"label": request.organisation.name, "url": asked.query(node=type(asked.node)(), by="")}]
    if not reach.sees_company:
        found[0]["url"] = ""
    for node, name in node_names(asked.node, reach.tree):
        can = node.team is None or node.team in reach.team_ids or node.person is not None
        found.append({"label": name, "url": asked.query(node=node, by="") if can else ""})
    return found if len(found) > 1 else []


def _stored(asked: Question) -> gaps.Standing | None:
    """The stored revenue of the place, where it has an objective of its own and the page asks for the path."""
    node, run = asked.node, asked.looking.run
    if run is None or node.segment is not None or node.channel is not None or asked.against != PATH:
        return None
    owner: UUID | None = node.person or node.team
    found = gaps.standings(
        run_id=run.id, metric=gaps.REVENUE, company=owner is None,
        team_ids=[node.team] if node.team else [], person_ids=[node.person] if node.person else [],
    )  # fmt: skip
    return found.get(owner)


def _corrected(stored: gaps.Standing | None, found: Breakdown, writer: Writer) -> str:
    """What was corrected since the run, in the gap."""
    if stored is None or stored.gap_to_path is None:
        return ""
    moved = float(found.amounts[0, -1]) - stored.gap_to_path
    if abs(moved) < CORRECTED:
        return ""
    return _(
        "The run of that night stored a gap of %(stored)s: what was recorded since then makes %(moved)s."
    ) % {
        "stored": writer.figure(stored.gap_to_path, Unit.MONEY, signed=True),
        "moved": writer.figure(moved, Unit.MONEY, signed=True),
    }


def _against_tabs(request: TenantRequest, asked: Question) -> list[dict[str, Any]]:
    tabs = [
        {"label": label, "url": asked.query(against=against, by=""), "active": asked.against == against}
        for against, label in ((PATH, _("Path")), (TARGET, _("Target")), (BEFORE, _("Cycle before")))
    ]
    others = comparable(asked.reach, asked.node.team)
    if others and len(asked.reach.teams) > 1:
        url = asked.query(against=TEAM, other=others[0], by="")
        tabs.append({"label": _("Another team"), "url": url, "active": asked.against == TEAM})
    return tabs


def _others(request: TenantRequest, asked: Question) -> list[dict[str, Any]]:
    """The teams to choose from, in a comparison of two."""
    if asked.against != TEAM:
        return []
    names = asked.reach.tree.teams
    return [
        {"label": names[team].name, "url": asked.query(other=team, by=""), "active": team == asked.other}
        for team in comparable(asked.reach, asked.node.team)
    ]


def _ways(asked: Question, gap: Gap, by: str) -> list[dict[str, Any]]:
    words = {OWNER: _("By team and person"), SEGMENT: _("By segment"), CHANNEL: _("By channel")}
    found = ways(gap, asked.place)
    return [{"label": words[way], "url": asked.query(by=way), "active": way == by} for way in found]
