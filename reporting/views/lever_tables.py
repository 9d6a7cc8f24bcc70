"""The rows of the page of levers: the waterfall, its lines, the places below, and the rates that are behind."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from objectives.domain.catalogue import Unit
from pipeline.models import Stage
from reporting.queries.conversion import Transition, transitions
from reporting.queries.lever_deals import STAGE
from reporting.queries.lever_gap import BEFORE, PATH, TARGET, TEAM
from reporting.queries.lever_nodes import MIX, Breakdown, Child, Node
from reporting.views.figures import Writer
from reporting.views.lever_asked import Question, deals_urls
from reporting.views.lever_words import Words, place_name
from tenants.access import TenantRequest


def frictions(asked: Question, known: list[Stage]) -> list[tuple[str, Transition]]:
    """The rates of teams under the place that are credibly behind their objective, open deals allowed for (F2).

    They are told of whole teams: of a segment there is no objective. The one that misses most deals comes first.
    """
    run, reach, node = asked.looking.run, asked.reach, asked.node
    if run is None or node.person is not None or node.segment is not None or node.channel is not None:
        return []
    teams = reach.team_ids & (
        reach.tree.descendants(node.team) if node.team is not None else set(reach.tree.teams)
    )
    found = transitions(run_id=run.id, stages=known, company=False, team_ids=teams)
    leaves = [
        one
        for one in found
        if one.state == "behind" and one.rate is not None and one.scope_id in reach.tree.teams
    ]
    leaves.sort(key=lambda one: -((one.objective_rate or 0.0) - (one.rate or 0.0)) * one.entered)
    return [(reach.tree.teams[one.scope_id].name, one) for one in leaves if one.scope_id is not None]


def friction_row(
    request: TenantRequest, asked: Question, name: str, one: Transition, writer: Writer
) -> dict[str, Any]:
    node = replace(asked.node, team=one.scope_id)
    return {
        "place": name,
        "url": asked.query(node=node, by="", against=PATH),
        "transition": one.name,
        "rate": writer.percent(one.rate),
        "interval": writer.interval(one.low, one.high, Unit.RATE),
        "count": _("%(advanced)s of %(entered)s")
        % {"advanced": writer.number(one.advanced), "entered": writer.number(one.entered)},
        "objective": writer.percent(one.objective_rate),
        "deals_url": deals_urls(request, asked, node)(f"{STAGE}{one.from_stage.id}"),
    }


def waterfall(found: Breakdown, words: Words, against: str, other: str) -> dict[str, Any]:
    """From what it is measured against to the actual; a muted lever cannot be told from chance."""
    starts = {PATH: _("Path"), TARGET: _("Target"), BEFORE: _("Cycle before")}
    start = starts.get(against, other)
    shown = [place for place in range(len(found.lines) - 2) if found.amounts[0, place]]
    return {
        "format": words.writer.chart_format(Unit.MONEY),
        "start": {"label": start, "value": int(found.plan[0])},
        "items": [
            {
                "label": words.head(found.lines[place]),
                "value": int(found.amounts[0, place]),
                "muted": found.muted(0, found.lines[place]),
            }
            for place in shown
        ],
        "end": {"label": _("Actual"), "value": int(found.actual[0])},
    }


def line_rows(
    request: TenantRequest, asked: Question, found: Breakdown, words: Words
) -> list[dict[str, Any]]:
    """The lines of the place: the mixes one by one, their sum left out where there is one alone."""
    deals_url = deals_urls(request, asked, asked.node)
    return [_line_row(found, words, place, deals_url(_lever(line))) for place, line in enumerate(found.lines)]


def _line_row(found: Breakdown, words: Words, place: int, url: str) -> dict[str, Any]:
    line = found.lines[place]
    return {
        "head": _("All of the mix") if line == MIX else words.head(line),
        "amount": words.writer.figure(float(found.amounts[0, place]), Unit.MONEY, signed=True),
        "interval": words.interval(found.low[0, place], found.high[0, place]),
        "muted": found.muted(0, line),
        "is_sum": place >= len(found.lines) - 2,
        "url": url,
    }


def _lever(line: str) -> str:
    """The lever of the rows behind a line."""
    return MIX if line.startswith("mix") else line


def columns(found: Breakdown) -> list[str]:
    """The lines of the table: all mixes in one."""
    lines = [line for line in found.lines[:-2] if not line.startswith("mix:")]
    return [*lines[:1], MIX, *lines[1:], found.lines[-1]]


def cells(
    request: TenantRequest, asked: Question, found: Breakdown, words: Words, row: int, node: Any
) -> list[dict[str, Any]]:
    found_cells = []
    deals_url = deals_urls(request, asked, node) if node is not None else None
    for line in columns(found):
        place = found.lines.index(line)
        amount = float(found.amounts[row, place])
        found_cells.append(
            {
                "head": words.head(line),
                "text": words.short(amount),
                "interval": words.interval(found.low[row, place], found.high[row, place]) if amount else "",
                "muted": found.muted(row, line),
                "url": deals_url(_lever(line)) if deals_url and amount else "",
            }
        )
    return found_cells


def place_row(
    request: TenantRequest, asked: Question, found: Breakdown, words: Words, row: int, child: Child
) -> dict[str, Any]:
    node = child.node
    if node is not None and asked.against == TEAM:
        node = Node(asked.node.team, None, node.segment, node.channel)
    is_last = node is not None and node.segment is not None and node.channel is not None
    url = ""
    if node is not None:
        url = deals_urls(request, asked, node)("gap") if is_last else asked.query(node=node, by="")
    return {
        "name": place_name(child),
        "url": url,
        "cells": cells(request, asked, found, words, row + 1, node),
    }
