"""Lever actions in the reader's words."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives.domain.catalogue import Unit
from reporting.domain.effect import CELLS, Verdict
from reporting.domain.lever_actions import OPEN, LeverKind, State, due_on, week_of
from reporting.models import LeverAction, Run
from reporting.queries.action_effects import NOT_A_RATE, Measured
from reporting.queries.lever_actions import of_owner
from reporting.views.asked import carried, here
from reporting.views.figures import Writer
from tenants.access import TenantRequest
from tenants.domain.roles import Permission
from tenants.formatting import format_number

VERDICTS: dict[Verdict, tuple[str, Promise]] = {
    Verdict.HELPED: ("trending-up", gettext_lazy("helped")),
    Verdict.CANNOT_TELL: ("help", gettext_lazy("cannot tell")),
    Verdict.HURT: ("trending-down", gettext_lazy("hurt")),
}
CELL_NAMES = {
    "before": gettext_lazy("Before, in its scope"),
    "after": gettext_lazy("Since, in its scope"),
    "others_before": gettext_lazy("Before, in the untouched scopes"),
    "others_after": gettext_lazy("Since, in the untouched scopes"),
}


def row_of(
    request: TenantRequest, one: LeverAction, effect: Measured | None, today: date, writer: Writer
) -> dict[str, Any]:
    due = due_on(State(one.state), one.start_on, one.review_on)
    done = sum(step["done"] for step in one.steps)
    icon, verdict = VERDICTS[effect.verdict] if effect is not None else ("", "")
    return {
        "title": title(one),
        "lever": one.get_lever_display(),
        "url": here(request, "action", action=one.pk) + carried(request)
        if request.membership.allows(Permission.VIEW_OWN)
        else "",
        "scope": scope_text(one),
        "rate": one.stage.name if one.stage else "",
        "owner": one.owner.name,
        "state": one.state,
        "state_name": one.get_state_display(),
        "start": one.start_on,
        "review": one.review_on,
        "due": due,
        "is_due": due is not None and due <= week_of(today)[1],
        "is_late": due is not None and due < today,
        "expected": writer.short(one.expected_minor, Unit.MONEY, signed=True),
        "steps": f"{done}/{len(one.steps)}" if one.steps else "",
        "is_open": State(one.state) in OPEN,
        "verdict": verdict,
        "verdict_icon": icon,
        "money": writer.short(effect.money[0], Unit.MONEY, signed=True) if effect else "",
        "interval": writer.interval(effect.money[1], effect.money[2], Unit.MONEY) if effect else "",
    }


def own_actions(request: TenantRequest, person_id: UUID) -> list[dict[str, Any]]:
    """What somebody answers for and is not over, in a few words. One query."""
    return [
        {
            "title": title(one),
            "url": here(request, "action", action=one.pk) + carried(request),
            "state": one.get_state_display(),
            "due": due_on(State(one.state), one.start_on, one.review_on),
        }
        for one in of_owner(person_id)
    ]


def title(one: LeverAction) -> str:
    words = {"lever": one.get_lever_display(), "scope": scope_text(one)}
    text = _("%(lever)s, %(scope)s") % words
    return text[:1].upper() + text[1:]


def scope_text(one: LeverAction) -> str:
    """ "North · Industry": whose, and which part of the deals."""
    who = one.person.name if one.person else one.team.name if one.team else _("the company")
    return " · ".join(part for part in (who, one.segment, one.channel) if part)


def effect_text(
    one: LeverAction, found: Measured | None, run: Run | None, writer: Writer
) -> dict[str, Any] | None:
    """The measured effect with what it stands on; `why` says why there is none."""
    if State(one.state) is State.PLANNED:
        return {"why": _("Its effect is measured once it has begun.")}
    if LeverKind(one.lever) in NOT_A_RATE:
        return {
            "why": _("What this lever changes is not a rate: look at the landing and at the value instead.")
        }
    if run is None or one.start_on > run.as_of:
        return {"why": _("Nothing is computed since it began.")}
    if found is None:
        return {"why": _("It was abandoned: no effect is measured.")}
    icon, verdict = VERDICTS[found.verdict]
    return {
        "icon": icon,
        "verdict": verdict,
        "state": found.verdict.value,
        "money": writer.short(found.money[0], Unit.MONEY, signed=True),
        "interval": writer.interval(found.money[1], found.money[2], Unit.MONEY),
        "points": _points(found.rate[0], writer),
        "points_interval": f"{_points(found.rate[1], writer)} … {_points(found.rate[2], writer)}",
        "helped": writer.percent(found.helped),
        "horizon": writer.number(found.horizon),
        "entries": writer.number(found.entries),
        "as_of": run.as_of,
        "rows": [_cell(name, *found.counts[name], writer) for name in CELLS],
        "why": _nothing(found),
    }


def _cell(name: str, advanced: int, entered: int, writer: Writer) -> dict[str, Any]:
    return {
        "name": CELL_NAMES[name],
        "advanced": writer.number(advanced),
        "entered": writer.number(entered),
        "rate": writer.percent(advanced / entered if entered else None),
    }


def _nothing(found: Measured) -> str:
    if not found.counts["after"][1]:
        return _("No entry since the start has had its time yet: a young entry is incomplete, not lost.")
    if not found.counts["others_after"][1] or not found.counts["others_before"][1]:
        return _("No untouched scope to compare with: what happened cannot be told from what the action did.")
    if not found.counts["before"][1]:
        return _("Nothing entered before the start: there is nothing to compare with.")
    return ""


def _points(difference: float, writer: Writer) -> str:
    return format_number(difference * 100, writer.language, digits=1, signed=True)
