"""What a context could say, in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives.models import Cycle, Objective
from objectives.queries.proposals import Proposal
from objectives.wording import days_text, language, target_text
from tenants.formatting import format_number


def proposal_value(cycle: Cycle, company: Objective, field: str, one: Proposal, currency: str) -> Any:
    """A proposal as it is typed into the field: a list of names, or a text."""
    match field, one.value:
        case "account_profile", {"least": least, "most": most}:
            text = _(
                "Companies of %(least)s to %(most)s people, like those that bought in the last two years."
            )
            return text % {"least": _count(least), "most": _count(most)}
        case "maturity", int():
            text = ngettext(
                "Has a need now and can decide within %(days)s day, the time that our deals take.",
                "Has a need now and can decide within %(days)s days, the time that our deals take.",
                one.value,
            )
            return text % {"days": _count(one.value)}
        case "qualification", None:
            return _(
                "A need that we meet, somebody at the table who decides, a budget or a way to one, a date."
            )
        case "not_segments", None:
            return _("No segment is recorded with the deals: the whole market is aimed at.")
        case "success", None:
            words = {"amount": target_text(company, currency), "days": days_text(cycle)}
            return _("%(amount)s of deals won, %(days)s.") % words
    return one.value


def _count(value: float) -> str:
    return format_number(value, language(), digits=0)
