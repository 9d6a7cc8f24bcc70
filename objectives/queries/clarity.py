"""How clear each objective of a cycle is, with what it inherits from above."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from objectives.domain.clarity import WHOLE, Clarity, score
from objectives.domain.context import Context, effective, handed_down
from objectives.models import Objective
from objectives.queries.briefs import Brief
from tenants.reading import one_of

REVENUE = "revenue_won"
ALL = WHOLE + 1  # more than any score


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
    return one_of(Objective, "AND t.id = %(key)s", key=brief.pk) if brief else None


def contexts(rows: Sequence[Brief]) -> list[Context]:
    """The effective context of each objective. `rows`: all those of a cycle. No query.

    What has nothing above it inherits from the company's revenue objective.
    """
    company = company_row(rows)
    top = None if company is None else rows.index(company)
    above = [top if row.above is None and place != top else row.above for place, row in enumerate(rows)]
    return handed_down(above, [row.context for row in rows], effective, Context())


def clarities(rows: Sequence[Brief]) -> list[Clarity]:
    """The clarity of each objective. `rows`: all those of a cycle. No query."""
    known: dict[tuple[int, bool, bool], Clarity] = {}
    found = []
    for row, context in zip(rows, contexts(rows), strict=True):
        alike = (id(context), row.target is None, bool(row.why.strip()))
        if alike not in known:
            known[alike] = clarity_of(row, context)
        found.append(known[alike])
    return found


def clarity_lines(rows: Sequence[Brief], below: int = ALL) -> list[ClarityLine]:
    """The clarity of every objective that scores less than `below`, the least clear first. No query.

    `rows`: all those of a cycle.
    """
    known = zip(rows, clarities(rows), strict=True)
    lines = [ClarityLine(row, clarity) for row, clarity in known if not clarity.is_enough(below)]
    return sorted(lines, key=lambda line: (line.clarity.score, *_place(line.objective)))


def clarity_of(row: Objective | Brief, context: Context) -> Clarity:
    """Metric, period and owner are always there: the database asks for them."""
    return score(
        metric=True, target=row.target is not None, period=True, owner=True, context=context, why=row.why
    )


def _place(row: Brief) -> tuple[bool, bool, str, str]:
    """The company, then teams, then people, by name."""
    return row.person_id is not None, row.team_id is not None, row.owner.casefold(), row.metric
