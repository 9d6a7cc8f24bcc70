"""How clear each objective of a cycle is, with what it inherits from above."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from objectives.domain.clarity import Clarity, score
from objectives.domain.context import Context, effective, handed_down, is_said
from objectives.models import Objective
from objectives.queries.briefs import Brief

REVENUE = "revenue_won"


@dataclass(frozen=True, slots=True)
class ClarityLine:
    objective: Brief
    clarity: Clarity


def company_row[R: (Objective, Brief)](rows: Iterable[R]) -> R | None:
    """The company's revenue objective: what it says holds for everything below and beside it."""
    return next((row for row in rows if row.metric == REVENUE and is_top(row) and not row.segment), None)


def is_top(row: Objective | Brief) -> bool:
    """Whether nothing is above it."""
    return (row.above if isinstance(row, Brief) else row.parent_id) is None


def whole_company(rows: Iterable[Brief]) -> Objective | None:
    """The row of the company with all that it says. One query."""
    brief = company_row(rows)
    found = Objective.objects.select_related("team", "person", "engagement", "stage")
    return found.get(pk=brief.pk) if brief else None


def contexts(rows: Sequence[Brief]) -> list[Context]:
    """The effective context of each objective. `rows`: all those of a cycle. No query.

    What has nothing above it inherits from the company's revenue objective.
    """
    company = company_row(rows)
    top = None if company is None else rows.index(company)
    above = [top if row.above is None and place != top else row.above for place, row in enumerate(rows)]
    return handed_down(above, [row.context for row in rows], effective, Context())


def clarity_lines(rows: Sequence[Brief]) -> list[ClarityLine]:
    """The clarity of every objective, the least clear first. `rows`: all those of a cycle. No query."""
    said = contexts(rows)
    known: dict[tuple[int, bool, bool], Clarity] = {}
    lines = []
    for row, context in zip(rows, said, strict=True):
        alike = (id(context), row.target is None, is_said(row.why))
        if alike not in known:
            known[alike] = clarity_of(row, context)
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
