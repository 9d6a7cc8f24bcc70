"""How clear each objective of a cycle is, with what it inherits from above."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from objectives.domain.clarity import Clarity, score
from objectives.domain.context import Context, effective
from objectives.models import Objective
from objectives.queries.briefs import Brief

REVENUE = "revenue_won"


@dataclass(frozen=True, slots=True)
class ClarityLine:
    objective: Brief
    clarity: Clarity


def company_row[R: (Objective, Brief)](rows: Iterable[R]) -> R | None:
    """The company's revenue objective: what it says holds for everything below and beside it."""
    return next(
        (row for row in rows if row.metric == REVENUE and row.parent_id is None and not row.segment), None
    )


def whole_company(rows: Iterable[Brief]) -> Objective | None:
    """The row of the company with all that it says. One query."""
    brief = company_row(rows)
    found = Objective.objects.select_related("team", "person", "engagement", "stage")
    return found.get(pk=brief.pk) if brief else None


def contexts(rows: Collection[Brief]) -> dict[UUID, Context]:
    """The effective context of each objective, by id. `rows`: all those of a cycle. No query.

    What says nothing itself shares the document of what is above it, and what says the same under the same shares one:
    few are made, however many the objectives.
    """
    by_id = {row.pk: row for row in rows}
    company = company_row(rows)
    found: dict[UUID, Context] = {}
    nothing: Context = {}
    made: dict[tuple[int, int], Context] = {}

    def of(row: Brief) -> Context:
        if row.pk not in found:
            found[row.pk] = nothing  # a circle, which nothing writes, would end here
            above = by_id.get(row.parent_id) if row.parent_id else None
            above = above or (company if row is not company else None)
            inherited = of(above) if above is not None else nothing
            alike = (id(row.context), id(inherited))
            if row.context and alike not in made:
                made[alike] = effective(row.context, inherited)
            found[row.pk] = made[alike] if row.context else inherited
        return found[row.pk]

    return {row.pk: of(row) for row in rows}


def clarity_lines(rows: Collection[Brief]) -> list[ClarityLine]:
    """The clarity of every objective, the least clear first. `rows`: all those of a cycle. No query."""
    said = contexts(rows)
    known: dict[tuple[int, bool, bool], Clarity] = {}
    lines = []
    for row in rows:
        alike = (id(said[row.pk]), row.target is None, bool(row.why))
        if alike not in known:
            known[alike] = clarity_of(row, said[row.pk])
        lines.append(ClarityLine(row, known[alike]))
    return sorted(lines, key=lambda line: (line.clarity.score, *_place(line.objective)))


def clarity_of(row: Objective | Brief, context: Context) -> Clarity:
    """Metric, period and owner are always there: the database asks for them."""
    return score(
        metric=True, target=row.target is not None, period=True, owner=True, context=context, why=row.why
    )


def _place(row: Brief) -> tuple[bool, bool, str, str]:
    """The company, then teams, then people, by name."""
    return row.person_id is not None, row.team_id is not None, row.owner.casefold(), row.metric
