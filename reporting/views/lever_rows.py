"""The rows behind a lever, and the levers of a place as CSV."""

from typing import Any

import numpy as np
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import Unit
from pipeline.queries import histories
from reporting.queries.conversion import stages
from reporting.queries.documents import amount
from reporting.queries.lever_deals import ROWS, Deal, deals, link_of
from reporting.queries.lever_gap import BEFORE, PATH, TARGET, Gap, gap_of
from reporting.queries.lever_nodes import Breakdown
from reporting.queries.memo import remember
from reporting.views.analysis import analysis_tabs
from reporting.views.asked import answer, deal_address, here, looking_at, settled
from reporting.views.exports import csv_answer
from reporting.views.figures import Writer
from reporting.views.lever_asked import question
from reporting.views.lever_words import Words, place_name
from reporting.views.levers import parts, place_title, trail
from reporting.views.looks import worked_out_first
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def lever_deals(request: TenantRequest) -> HttpResponse:
    looking = looking_at(request)
    asked = question(request, looking)
    if (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    tree, lever = asked.reach.tree, request.GET.get("lever", "gap")
    known = stages()
    gap = gap_of(looking, tree, known, asked.asked) if asked.is_open else None
    context: dict[str, Any] = {
        "looking": looking,
        "tabs": analysis_tabs(request, "levers", asked.query(by="", against=PATH)),
        "back_url": here(request, "levers") + asked.query(),
        "scope": place_title(request, asked),
        "trail": [
            {"label": one["label"], "url": one["url"] and here(request, "levers") + one["url"]}
            for one in trail(request, asked)
        ],
    }
    if gap is not None:
        link = link_of(lever, gap.chain)
        if link is None:
            raise Http404("lever")
        text = request.GET.get("page", "1")
        page = max(int(text), 1) if text.isascii() and text.isdigit() else 1
        below = sorted(tree.descendants(asked.node.team)) if asked.node.team else []
        found = remember(
            lambda: deals(
                histories.as_of(looking.as_of, since=gap.since), gap.chain, asked.node, tree,
                lever=lever, since=gap.since, until=gap.until, page=page,
            ),
            name="lever-deals", source=gap.source, asked=(asked.asked, asked.node, below, lever, gap.since, gap.until, page),
        )  # fmt: skip
        words = Words(gap, known, writer)
        context |= {
            "lever": words.head(lever),
            "sentence": _sentence(lever, link, found.total, found.advanced, words, gap),
            "entered": words.stage[gap.chain.links[link]],
            "with_people": bool(asked.reach.person_ids),
            "rows": [_row(request, one, writer) for one in found.rows],
            "previous_url": asked.query(lever=lever, page=page - 1) if page > 1 else "",
            "next_url": asked.query(lever=lever, page=page + 1) if page * ROWS < found.total else "",
        }
    return answer(request, "reporting/analysis/lever_deals.html", context)


def _sentence(lever: str, link: int, total: int, advanced: int, words: Words, gap: Gap) -> str:
    links = gap.chain.links
    said = {
        "total": words.writer.number(total),
        "advanced": words.writer.number(advanced),
        "stage": words.stage[links[link]],
        "next": words.stage[links[min(link + 1, len(links) - 1)]],
        "since": words.writer.day(gap.since),
        "until": words.writer.day(gap.until),
    }
    if link == len(links) - 1:
        if lever == "carried_in":
            return _("%(total)s won from %(since)s to %(until)s that were opened before.") % said
        return _("%(total)s opened and won from %(since)s to %(until)s.") % said
    return (
        _("%(total)s entered %(stage)s from %(since)s to %(until)s; %(advanced)s of them reached %(next)s.")
        % said
    )


def _row(request: TenantRequest, one: Deal, writer: Writer) -> dict[str, Any]:
    closed = f" {writer.day(one.closed_on)}" if one.closed_on is not None else ""
    return {
        "name": one.name or one.external_id,
        "url": deal_address(request, one.id),
        "company": one.company or "",
        "person": one.person or "",
        "team": one.team or "",
        "segment": one.segment,
        "channel": one.channel,
        "entered_on": writer.day(one.entered_on),
        "stage": one.stage + closed,
        "amount": writer.figure(one.amount_minor, Unit.MONEY),
        "advanced": one.advanced,
    }


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def levers_csv(request: TenantRequest) -> HttpResponse:
    """Every line of a place and of those below it, in the currency's units, with its interval."""
    looking = looking_at(request)
    asked = question(request, looking)
    known = stages()
    gap = gap_of(looking, asked.reach.tree, known, asked.asked) if asked.is_open else None
    headers = [
        _("As of"), _("Against"), _("Place"), _("Lever"), _("Contribution"), _("Interval, low"), _("Interval, high"),
        _("Chance alone can explain it"), _("Currency"),
    ]  # fmt: skip
    rows: list[list[object]] = []
    if gap is not None:
        _by, below, found = parts(asked, gap)
        other = asked.reach.tree.teams[asked.other].name if asked.other is not None else ""
        against = {PATH: _("Path"), TARGET: _("Target"), BEFORE: _("Cycle before")}.get(asked.against, other)
        words = Words(gap, known, Writer.of(request.organisation.currency))
        names = [place_title(request, asked), *(place_name(child) for child in below)]
        for row, name in enumerate(names):
            rows += _csv_lines(found, row, words, [looking.as_of, against, name])
    return csv_answer(f"levers-{looking.as_of.isoformat()}.csv", headers, rows)


def _csv_lines(found: Breakdown, row: int, words: Words, first: list[object]) -> list[list[object]]:
    """The sum of the mixes is left out: the lines of a place add up to its gap, which comes last."""
    currency = words.writer.currency
    lines = []
    for place in (*range(len(found.lines) - 2), len(found.lines) - 1):
        figures = (
            found.amounts[row, place],
            np.round(found.low[row, place]),
            np.round(found.high[row, place]),
        )
        money = [amount(float(figure), Unit.MONEY, currency) for figure in figures]
        chance = _("yes") if found.muted(row, found.lines[place]) else _("no")
        lines.append([*first, words.head(found.lines[place]), *money, chance, currency])
    return lines
