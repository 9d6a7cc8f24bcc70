"""The reverse funnel before the pipeline: prospects, meetings, and whether the hours on offer hold them. No query."""

from typing import Any

from django.utils.translation import gettext as _

from objectives.domain.catalogue import CATALOGUE
from objectives.domain.plan_document import PlanInputs, PlanLink, PlanResult, Transition
from objectives.models import Plan
from objectives.queries.sourcing import OPENING
from objectives.views.funnel_table import Wrong, rate_shown
from objectives.wording import SOURCES, UNKNOWN_REASONS, language, rate_math, whole
from prospecting.queries.rates import ACCEPTANCE, CONTACT, MEETING
from tenants.access import TenantRequest
from tenants.formatting import format_number
from tenants.views.answers import tenant_url

METRICS = {
    CONTACT: "prospects_contacted",
    MEETING: "meetings_held",
    ACCEPTANCE: "meetings_accepted",
    OPENING: "opportunities_opened",
}


def sourcing_table(request: TenantRequest, plan: Plan, wrong: Wrong, *, editable: bool) -> dict[str, Any]:
    """{sourcing, meeting_slots}: the rows from a first contact to an opportunity; nothing of a plan made before they were."""
    inputs: PlanInputs = plan.inputs
    result: PlanResult = plan.result
    links = {link["stage"]: link for link in result.get("sourcing", [])}
    rows = [
        _row(request, plan, transition, links.get(transition["stage"]), wrong, editable)
        for transition in inputs.get("sourcing", [])
    ]
    return {"sourcing": rows, "meeting_slots": meeting_slots(plan)}


def metric_name(link: str) -> str:
    return CATALOGUE[METRICS[link]].name(language())


def meeting_slots(plan: Plan) -> dict[str, Any] | None:
    """Whether the working hours on offer hold the meetings that the plan asks for. None without meetings or without hours."""
    slots = plan.inputs.get("slots")
    needed = next((link for link in plan.result.get("sourcing", []) if link["stage"] == MEETING), None)
    if needed is None or not slots or not slots["hosts"]:
        return None
    asked = whole(needed["safe"]) if needed["safe"] is not None else whole(needed["expected"])
    return {
        "hosts": slots["hosts"],
        "slots": format_number(slots["slots"], language(), digits=0),
        "needed": asked,
        "fits": slots["slots"] >= (needed["safe"] or needed["expected"]),
    }


def _row(
    request: TenantRequest, plan: Plan, transition: Transition, link: PlanLink | None, wrong: Wrong, editable: bool
) -> dict[str, Any]:  # fmt: skip
    key = transition["stage"]
    override = plan.overrides.get("rates", {}).get(key, {})
    form = wrong.get(key)
    metrics_url = tenant_url(request, "objectives:metrics")
    refused = form is not None and "value" in form.data
    return {
        "key": key,
        "from": metric_name(key),
        "to": metric_name(transition["to"]),
        "definition_url": f"{metrics_url}#{METRICS[key]}",
        "history": transition,
        "top": transition["high"] or 1.0,
        "unknown": UNKNOWN_REASONS.get(transition["unknown_because"], ""),
        "math": rate_math(transition, metrics_url),
        "rate": link["rate"] if link else None,
        "source": SOURCES[link["source"]] if link and link["source"] != "history" else "",
        "in_chain": link is not None,
        "expected": whole(link["expected"]) if link else None,
        "safe": whole(link["safe"]) if link and link["safe"] is not None else None,
        "per_week": format_number(link["per_week"], language(), digits=1)
        if link and link["per_week"]
        else None,
        "too_late": link["too_late"] if link else None,
        "url": tenant_url(request, "objectives:lever", cycle=plan.cycle_id, lever=key),
        "editable": editable,
        "is_typed": override.get("value") is not None,
        "value": form.data["value"] if form is not None and refused else rate_shown(transition, link),
        "reason": form.data.get("reason", "") if form is not None and refused else override.get("reason", ""),
        "errors": [error for errors in form.errors.values() for error in errors] if form is not None else [],
        "version": plan.version,
        "label": _("Rate from %(from)s to %(to)s, in percent")
        % {"from": metric_name(key), "to": metric_name(transition["to"])},
    }
