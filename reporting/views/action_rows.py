"""Lever actions in the reader's words."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from objectives.domain.catalogue import Unit
from reporting.domain.lever_actions import OPEN, State, due_on, week_of
from reporting.models import LeverAction
from reporting.queries.action_effects import Measured
from reporting.queries.lever_actions import of_owner
from reporting.views.asked import carried, here
from reporting.views.effect_words import VERDICTS, unknown
from reporting.views.figures import Writer
from tenants.access import TenantRequest
from tenants.domain.roles import Permission


def row_of(
    request: TenantRequest, one: LeverAction, effect: Measured | None, today: date, writer: Writer
) -> dict[str, Any]:
    due = due_on(State(one.state), one.start_on, one.review_on)
    done = sum(step["done"] for step in one.steps)
    icon, verdict = VERDICTS[effect.verdict] if effect is not None else ("", "")
    told = effect if effect is not None and not unknown(effect) else None
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
        "money": writer.short(told.money[0], Unit.MONEY, signed=True) if told else "",
        "interval": writer.interval(told.money[1], told.money[2], Unit.MONEY) if told else "",
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
