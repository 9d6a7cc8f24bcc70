"""What an objective says about whom, how and why; and what an owner says holds for everything below."""

from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.actions import drafts
from objectives.actions.errors import refuse_stale
from objectives.domain.context import EASIEST, FACTORS, FIELDS, HARDEST, Context
from objectives.models import Cycle, Objective
from objectives.queries.clarity import REVENUE, company_row
from objectives.queries.proposals import NO_SEGMENT, offered, proposals
from objectives.wording_proposals import proposal_value
from pipeline.queries.stays import frontier
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

LISTS = ("segments", "channels")
LONGEST_TEXT, LONGEST_NAME, MOST_NAMES = 500, 120, 50


@drafts.remembers("objective.context")
def say(*, cycle: Cycle, objective: Objective, context: Context, version: int, by: Actor) -> Objective:
    """Replace the own context of a draft objective; the multipliers of its constraints stay.

    An empty field takes what is said above. Raises StaleVersion, Locked, or ValidationError at a field.
    """
    by.require(Permission.SET_OBJECTIVES)
    row: Objective = Objective.objects.select_for_update().get(pk=objective.pk, cycle=cycle)
    wanted = _checked(context)
    multipliers = row.context.get("constraints", {}).get("multipliers")
    if multipliers:
        wanted.setdefault("constraints", {})["multipliers"] = multipliers
    if wanted == row.context:  # wished twice, or by two people: no conflict
        return row
    refuse_stale(row, version)
    fields = sorted(name for name in {*wanted, *row.context} if wanted.get(name) != row.context.get(name))
    row.context = wanted
    row.version += 1
    row.save(update_fields=["context", "version"])
    audit.record(by=by, verb="objective.context", obj=row, detail={"fields": fields})
    return row


@drafts.remembers("objective.context")
def accept(*, cycle: Cycle, by: Actor) -> Objective | None:
    """Take what is proposed for every field about which the company says nothing; None without a revenue objective.

    What a person does who goes on from the clarity step without changing anything. Raises Locked.
    """
    by.require(Permission.SET_OBJECTIVES)
    company = company_row(Objective.objects.filter(cycle=cycle, metric=REVENUE).select_related("cycle"))
    if company is None:
        return None
    currency = cycle.organisation.currency
    front = frontier()
    found = {
        name: proposal_value(cycle, company, name, one, currency)
        for name, one in proposals(cycle, company, offered(front), front).items()
    }
    reasons = {**company.context.get("not_applicable", {})}
    if NO_SEGMENT in found:
        reasons["segments"] = found.pop(NO_SEGMENT)
    context = cast(Context, {**company.context, **found, "not_applicable": reasons})
    return say(cycle=cycle, objective=company, context=context, version=company.version, by=by)


def _checked(said: Context) -> Context:
    """Only what is said, trimmed. Raises ValidationError at what is too long or unknown."""
    context = cast("Mapping[str, Any]", said)
    errors: dict[str, str] = {}
    kept: dict[str, Any] = {}
    for name in LISTS:
        names = list(dict.fromkeys(" ".join(one.split()) for one in context.get(name, [])))
        names = [one for one in names if one]
        if len(names) > MOST_NAMES or any(len(one) > LONGEST_NAME for one in names):
            errors[name] = _("Fifty names of 120 characters at most.")
        if names:
            kept[name] = names
    for name in ("account_profile", "maturity", "qualification", "success", "reason"):
        text = str(context.get(name, "")).strip()
        if len(text) > LONGEST_TEXT:
            errors[name] = _("500 characters at most.")
        if text:
            kept[name] = text
    factors = {
        name: int(value)
        for name, value in context.get("constraints", {}).items()
        if name in FACTORS and value is not None
    }
    if any(not HARDEST <= value <= EASIEST for value in factors.values()):
        errors["constraints"] = _("A constraint is between −2 and 2.")
    if factors:
        kept["constraints"] = factors
    if context.get("constraints_reviewed"):
        kept["constraints_reviewed"] = True
    reasons = {
        name: text.strip()[:LONGEST_TEXT]
        for name, text in context.get("not_applicable", {}).items()
        if name in FIELDS and text.strip() and name not in kept
    }
    if reasons:
        kept["not_applicable"] = reasons
    if errors:
        raise ValidationError(errors)
    return cast(Context, kept)
