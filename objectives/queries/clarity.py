"""How clear each objective of a cycle is, with what it inherits from above."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from objectives.domain.clarity import Clarity, score
from objectives.domain.context import Context, effective
from objectives.models import Cycle, Objective

REVENUE = "revenue_won"


@dataclass(frozen=True, slots=True)
class ClarityLine:
    objective: Objective
    clarity: Clarity


def cycle_objectives(cycle: Cycle, *, with_calibration: bool = False) -> list[Objective]:
    """Every objective of the cycle with its owner and stage. One query."""
    rows = Objective.objects.filter(cycle=cycle).defer("outcome")
    if not with_calibration:
        rows = rows.defer("calibration", "outcome")
    return list(rows.select_related("team", "person", "stage").order_by("id"))


def company_row(rows: Iterable[Objective]) -> Objective | None:
    """The company's revenue objective: what it says holds for everything below and beside it."""
    return next(
        (row for row in rows if row.metric == REVENUE and row.parent_id is None and not row.segment), None
    )


def ancestors(row: Objective, by_id: dict[UUID, Objective], company: Objective | None) -> list[Objective]:
    """What `row` inherits from: its parents from the nearest up, the company at the end."""
    chain: list[Objective] = []
    above = by_id.get(row.parent_id) if row.parent_id else None
    while above is not None and above not in chain:
        chain.append(above)
        above = by_id.get(above.parent_id) if above.parent_id else None
    if company is not None and row.pk != company.pk and company not in chain:
        chain.append(company)
    return chain


def contexts(rows: Collection[Objective]) -> dict[UUID, Context]:
    """The effective context of each objective, by id. `rows`: all those of a cycle. No query."""
    by_id = {row.pk: row for row in rows}
    company = company_row(rows)
    return {
        row.pk: effective(row.context, *(above.context for above in ancestors(row, by_id, company)))
        for row in rows
    }


def clarity_lines(rows: Collection[Objective]) -> list[ClarityLine]:
    """The clarity of every objective, the least clear first. `rows`: all those of a cycle. No query."""
    said = contexts(rows)
    lines = [ClarityLine(row, clarity_of(row, said[row.pk])) for row in rows]
    return sorted(lines, key=lambda line: (line.clarity.score, _place(line.objective)))


def clarity_of(row: Objective, context: Context) -> Clarity:
    """Metric, period and owner are always there: the database asks for them."""
    return score(
        metric=True, target=row.target is not None, period=True, owner=True, context=context, why=row.why
    )


def _place(row: Objective) -> tuple[bool, bool, str, str]:
    """The company, then teams, then people, by name."""
    name = str(row.team or row.person or "")
    return row.person_id is not None, row.team_id is not None, name.casefold(), row.metric
