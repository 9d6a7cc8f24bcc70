"""What stands between a draft and its activation."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives.domain.cascade import mismatch
from objectives.models import Cycle, Objective, Plan
from objectives.queries.briefs import Brief
from objectives.queries.calibrating import unjustified
from objectives.queries.clarity import ClarityLine, clarity_lines
from objectives.queries.negotiations import open_counters
from objectives.queries.tree import REVENUE, integer
from objectives.wording import metric_name
from objectives.wording_clarity import TO_DO
from tenants.models import Person

NAMED = 5  # objectives that are named one by one; the others are counted
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to look at before activating; `step` is the page where it can be put right, `anchor` the place on it."""

    text: str
    step: str  # ambition, funnel, cascade, clarity, calibration, negotiation, or objective with its id
    blocks: bool = True
    anchor: str = ""
    objective: UUID | None = None


def problems(plan: Plan, cycle: Cycle, rows: Sequence[Brief]) -> list[Problem]:
    """What is missing (blocking) or worth a look. `rows`: every objective of the cycle. One query."""
    if plan.revenue_minor is None:
        return [Problem(_("The cycle has no revenue objective yet."), "ambition")]
    shares = [row for row in rows if _is_share(row)]
    found = []
    company = next((row for row in shares if row.above is None), None)
    if company is None or company.target != plan.revenue_minor:
        found.append(Problem(_("The objective is not shared out yet."), "cascade"))
    found += _without_target(rows)
    found += _away(cycle, rows)
    found += _unclear(rows, cycle.organisation.clarity_threshold)
    found += _out_of_reach(rows)
    found += _unanswered(cycle, rows)
    return found + _worth_a_look(plan, shares, rows)


def _without_target(rows: Sequence[Brief]) -> list[Problem]:
    without = [row for row in rows if row.target is None]
    shares = sorted(_owner(row) for row in without if row.source == Objective.Source.CASCADE)
    found = []
    if shares:
        found.append(Problem(_("No target yet: %(names)s.") % {"names": ", ".join(shares)}, "cascade"))
    return found + [
        Problem(
            _("No target yet: %(names)s.") % {"names": _name(row)}, "objective", True, "id_target", row.pk
        )
        for row in without
        if row.source != Objective.Source.CASCADE
    ]


def _away(cycle: Cycle, rows: Sequence[Brief]) -> list[Problem]:
    """Nobody carries an objective without being there."""
    away = [row for row in rows if row.person_id is not None and not works_in(row, cycle)]
    shares = sorted(_owner(row) for row in away if row.source == Objective.Source.CASCADE)
    found = []
    if shares:
        text = _("Not here in this cycle: %(names)s. Share out again.")
        found.append(Problem(text % {"names": ", ".join(shares)}, "cascade"))
    text = _("%(name)s: its owner is not here in this cycle. Choose another one.")
    return found + [
        Problem(text % {"name": _name(row)}, "objective", True, "id_owner", row.pk)
        for row in away
        if row.source != Objective.Source.CASCADE
    ]


def works_in(person: Person | Brief, cycle: Cycle) -> bool:
    """Whether the person is there on at least one day of the cycle."""
    began = person.start_on is None or person.start_on < cycle.end_on
    return began and (person.end_on is None or person.end_on > cycle.start_on)


def _unclear(rows: Sequence[Brief], threshold: int) -> list[Problem]:
    """Objectives below the threshold with what to do; what many of them lack is said once."""
    lacking: dict[tuple[str, ...], list[ClarityLine]] = defaultdict(list)
    for line in clarity_lines(rows, threshold):
        lacking[line.clarity.missing].append(line)
    found = []
    for missing, alike in lacking.items():
        first = min(
            alike, key=lambda line: (line.objective.person_id is not None, line.objective.team_id is not None)
        )
        words = {
            "name": _name(first.objective),
            "count": len(alike) - 1,
            "score": first.clarity.score,
            "threshold": threshold,
            "missing": ", ".join(str(TO_DO[item]) for item in missing),
        }
        if len(alike) == 1:
            text = _("%(name)s is not clear enough (%(score)s of 100, %(threshold)s needed): %(missing)s.")
        else:
            text = ngettext(
                "%(name)s and %(count)s other are not clear enough (%(score)s of 100, %(threshold)s needed): %(missing)s.",
                "%(name)s and %(count)s others are not clear enough (%(score)s of 100, %(threshold)s needed): %(missing)s.",
                len(alike) - 1,
            )
        found.append(Problem(text % words, "clarity", anchor=f"field-{missing[0]}"))
    return found


def _out_of_reach(rows: Sequence[Brief]) -> list[Problem]:
    """Each by its name, up to five, then how many more."""
    out = unjustified(rows)
    text = _("%(name)s is out of reach: write why it is kept, or change it.")
    found = [
        Problem(text % {"name": _name(row)}, "calibration", anchor=f"objective-{row.pk}")
        for row in out[:NAMED]
    ]
    if len(out) > NAMED:
        rest = len(out) - NAMED
        text = ngettext(
            "%(count)s other objective is out of reach.", "%(count)s other objectives are out of reach.", rest
        )
        found.append(Problem(text % {"count": rest}, "calibration"))
    return found


def _unanswered(cycle: Cycle, rows: Sequence[Brief]) -> list[Problem]:
    waiting = open_counters(cycle)
    names = sorted(_owner(row) for row in rows if waiting and row.pk in waiting)
    if not names:
        return []
    text = _("Counter-proposals wait for an answer: %(names)s.") % {"names": ", ".join(names)}
    return [Problem(text, "negotiation")]


def _worth_a_look(plan: Plan, shares: Sequence[Brief], rows: Sequence[Brief]) -> list[Problem]:
    found = []
    if len(shares) < 2:
        text = _("Nobody has a share: the company alone carries the objective.")
        found.append(Problem(text, "cascade", blocks=False))
    uneven = _uneven(rows)
    if uneven:
        text = ngettext(
            "In one place the shares do not add up to what is above them.",
            "In %(count)s places the shares do not add up to what is above them.",
            uneven,
        )
        found.append(Problem(text % {"count": uneven}, "cascade", blocks=False))
    if not plan.result.get("chain"):
        text = _(
            "No conversion rate is known: the path follows the working days, and no rate gets an objective."
        )
        found.append(Problem(text, "funnel", blocks=False))
    crowded = _crowded(rows)
    if crowded:
        text = _("More than 100 %% of the attention is asked of: %(names)s.") % {"names": ", ".join(crowded)}
        found.append(Problem(text, "profiles", blocks=False))
    return found


def _crowded(rows: Sequence[Brief]) -> list[str]:
    """Owners of objectives whose importance adds up to more than the whole."""
    asked: dict[tuple[str | None, str | None], int] = defaultdict(int)
    for row in rows:
        asked[row.team_id, row.person_id] += row.importance or 0
    crowded = {owner for owner, total in asked.items() if total > WHOLE}
    return sorted({_owner(row) for row in rows if (row.team_id, row.person_id) in crowded}) if crowded else []


def _uneven(rows: Sequence[Brief]) -> int:
    """How many parents have children that do not add up to them."""
    children: dict[int, list[int | None]] = defaultdict(list)
    for row in rows:
        if row.above is not None and _is_share(row) and _is_share(rows[row.above]):
            children[row.above].append(integer(row.target))
    return sum(bool(mismatch(shares, integer(rows[place].target))) for place, shares in children.items())


def _is_share(row: Brief) -> bool:
    return row.metric == REVENUE and row.source == Objective.Source.CASCADE


def _name(row: Brief) -> str:
    return f"{metric_name(row)} · {_owner(row)}"


def _owner(row: Brief) -> str:
    return row.owner or _("the company")
