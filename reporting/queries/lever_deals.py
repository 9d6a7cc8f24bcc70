"""The deals behind a lever: those that its counts or amounts were made of, at a place of the gap."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from pipeline.queries.histories import Histories
from reporting.queries.lever_nodes import Node
from reporting.queries.lever_reads import Chain
from tenants.queries import TeamTree
from tenants.scope import current_organisation_id

ROWS = 50
STAGE = "stage:"  # all entries into a stage, whenever the deal was opened
OPENED = {"carried_in": "before", "stage": "any"}

# Entries in the window into the link that a lever is about; opened: in the window, before it, or any.
DEALS = """
WITH link (stage_id, bit) AS (VALUES {links}
), entry AS (
    SELECT p.opportunity_id, min(p.entered_on) AS entered_on, max(p.amount_minor) FILTER (WHERE l.bit = %(won)s) AS won_minor
    FROM {passages} p JOIN link l ON l.stage_id = p.stage_id AND l.bit = %(bit)s
    WHERE p.entered_on >= %(since)s AND p.entered_on <= %(until)s
      AND (%(opened)s = 'any' OR (p.opened_on < %(since)s) = (%(opened)s = 'before')){hands}
    GROUP BY 1
), advanced AS (
    SELECT DISTINCT p.opportunity_id FROM {passages} p
    JOIN link l ON l.stage_id = p.stage_id AND l.bit = %(next_bit)s JOIN entry e ON e.opportunity_id = p.opportunity_id
    WHERE p.entered_on <= %(until)s
)
SELECT e.opportunity_id, o.name, o.external_id, c.name, t.name, s.name, d.segment, d.channel, e.entered_on, k.name, d.kind,
       d.closed_on, coalesce(e.won_minor, d.amount_minor), a.opportunity_id IS NOT NULL, count(*) OVER (),
       count(a.opportunity_id) OVER ()
FROM entry e
JOIN {deals} d ON d.opportunity_id = e.opportunity_id
JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = e.opportunity_id
JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = d.stage_id
LEFT JOIN pipeline_company c ON c.organisation_id = %(org)s AND c.id = d.company_id
LEFT JOIN tenants_person s ON s.organisation_id = %(org)s AND s.id = d.owner_id
LEFT JOIN tenants_team t ON t.organisation_id = %(org)s AND t.id = d.team_id
LEFT JOIN advanced a ON a.opportunity_id = e.opportunity_id
ORDER BY a.opportunity_id IS NOT NULL, d.kind = 'lost' DESC, coalesce(e.won_minor, d.amount_minor) DESC NULLS LAST,
         e.opportunity_id
LIMIT %(rows)s OFFSET %(first)s
"""


@dataclass(frozen=True, slots=True)
class Deal:
    """entered_on: the link of the lever. stage, kind: where it stood on the day. advanced: to the next link by the day."""

    id: UUID
    name: str
    external_id: str
    company: str | None
    team: str | None
    person: str | None
    segment: str
    channel: str
    entered_on: date
    stage: str
    kind: str
    closed_on: date | None
    amount_minor: int | None
    advanced: bool


@dataclass(frozen=True, slots=True)
class Deals:
    """One page; total: of all pages, advanced: of the total."""

    rows: list[Deal]
    total: int
    advanced: int


def link_of(lever: str, chain: Chain) -> int | None:
    """The link that a lever counts from: the one that a rate leaves, the wins for value and what was carried in, a stage
    itself, else the first. None for what is no lever."""
    if lever.startswith("rate:"):
        target = lever.removeprefix("rate:")
        return chain.links.index(target) - 1 if target in chain.links[1:] else None
    if lever.startswith(STAGE):
        stage = lever.removeprefix(STAGE)
        return chain.links.index(stage) if stage in chain.links[:-1] else None
    if lever in ("value", "carried_in"):
        return len(chain.links) - 1
    return 0 if lever in ("volume", "mix", "gap") else None


def deals(
    found: Histories,
    chain: Chain,
    node: Node,
    tree: TeamTree,
    *,
    lever: str,
    since: date,
    until: date,
    page: int,
) -> Deals:
    """A page of the deals behind a lever: first those that did not go on, lost before open, largest first. One query.

    Of a lever that `link_of` knows.
    """
    link = link_of(lever, chain)
    assert link is not None
    hands, given = _hands(node, tree)
    parameters: dict[str, Any] = {
        "org": current_organisation_id(), "since": since, "until": until, "bit": 1 << link, "next_bit": 1 << link + 1,
        "won": 1 << len(chain.stages), "opened": OPENED.get(lever.partition(":")[0], "in"), "rows": ROWS, "first": (page - 1) * ROWS,
        **given,
    }  # fmt: skip
    sql = DEALS.format(links=chain.values(), passages=found.passages, deals=found.deals, hands=hands)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    total, advanced = rows[0][-2:] if rows else (0, 0)
    return Deals([Deal(*row[:-2]) for row in rows], total, advanced)


def _hands(node: Node, tree: TeamTree) -> tuple[str, dict[str, Any]]:
    """The leaves of a node as a condition on passages."""
    wanted: dict[str, Any] = {}
    if node.team is not None:
        wanted["team"] = list(tree.descendants(node.team))
    if node.person is not None:
        wanted["owner"] = [node.person]
    for name in ("segment", "channel"):
        if (value := getattr(node, name)) is not None:
            wanted[name] = [value]
    columns = {"team": "team_id", "owner": "owner_id", "segment": "segment", "channel": "channel"}
    return "".join(f" AND p.{columns[name]} = ANY(%({name})s)" for name in wanted), wanted
