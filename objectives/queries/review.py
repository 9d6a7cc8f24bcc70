"""What stands between a draft and its activation."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives.domain.cascade import mismatch
from objectives.models import Cycle, Objective, Plan
from tenants.models import Person


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to look at before activating; `step` is the page where it can be put right."""

    text: str
    step: str  # ambition, funnel, cascade
    blocks: bool = True


def problems(plan: Plan, cycle: Cycle, rows: Sequence[Objective]) -> list[Problem]:
    """What is missing (blocking) or worth a look. `rows`: the revenue objectives with team and person. No query."""
    if plan.revenue_minor is None:
        return [Problem(_("The cycle has no revenue objective yet."), "ambition")]
    found = []
    company = next((row for row in rows if row.parent_id is None), None)
    if company is None or company.target != plan.revenue_minor:
        found.append(Problem(_("The objective is not shared out yet."), "cascade"))
    without = sorted(_owner(row) for row in rows if row.target is None)
    if without:
        found.append(Problem(_("No target yet: %(names)s.") % {"names": ", ".join(without)}, "cascade"))
    away = sorted(_owner(row) for row in rows if row.person is not None and not _works_in(row.person, cycle))
    if away:
        text = _("Not here in this cycle: %(names)s. Share out again.")
        found.append(Problem(text % {"names": ", ".join(away)}, "cascade"))
    return found + _worth_a_look(plan, rows)


def _worth_a_look(plan: Plan, rows: Sequence[Objective]) -> list[Problem]:
    found = []
    if len(rows) < 2:
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
    return found


def _uneven(rows: Sequence[Objective]) -> int:
    """How many parents have children that do not add up to them."""
    children: dict[UUID, list[int | None]] = defaultdict(list)
    for row in rows:
        if row.parent_id is not None:
            children[row.parent_id].append(None if row.target is None else int(row.target))
    target_of = {row.pk: None if row.target is None else int(row.target) for row in rows}
    return sum(bool(mismatch(shares, target_of.get(parent))) for parent, shares in children.items())


def _works_in(person: Person, cycle: Cycle) -> bool:
    began = person.start_on is None or person.start_on < cycle.end_on
    return began and (person.end_on is None or person.end_on > cycle.start_on)


def _owner(row: Objective) -> str:
    return str(row.team or row.person or _("the company"))
