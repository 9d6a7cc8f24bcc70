"""The reverse funnel as rows ready to be written. No query."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from objectives.actions.plans import AVERAGE_VALUE, VOLUME
from objectives.domain.plan_document import Lever, Overrides, PlanInputs, PlanLink, PlanResult, Transition
from objectives.forms import VersionedForm, rate_text
from objectives.models import Plan
from objectives.wording import SOURCES, UNKNOWN_REASONS, language, rate_math, value_math, whole
from pipeline.amount_field import amount_text
from tenants.access import TenantRequest
from tenants.formatting import format_number, format_percent
from tenants.views.answers import tenant_url

Wrong = Mapping[str, VersionedForm]  # lever → the form that was refused


def funnel_table(
    request: TenantRequest, plan: Plan, names: Mapping[str, str], wrong: Wrong, *, editable: bool
) -> dict[str, Any]:
    inputs: PlanInputs = plan.inputs
    result: PlanResult = plan.result
    links = {link["stage"]: link for link in result["links"]}
    levers = {lever["key"]: lever for lever in (result["levers"] or {"values": []})["values"]}
    top = max((t["high"] or 0.0 for t in inputs["transitions"]), default=1.0)
    metrics_url = tenant_url(request, "objectives:metrics")

    def row(transition: Transition) -> dict[str, Any]:
        stage = transition["stage"]
        return {
            **_link_row(transition, links.get(stage), plan.overrides, names, top),
            "math": rate_math(transition, metrics_url),
            "lever": _editor(request, plan, stage, rate_shown(transition, links.get(stage)), wrong, editable),
        }

    return {
        "rows": [row(transition) for transition in inputs["transitions"]],
        "result": result,
        "open": inputs["open"],
        "value": inputs["average_value"],
        "value_math": value_math(inputs["average_value"], request.organisation.currency, metrics_url),
        "value_lever": _editor(
            request, plan, AVERAGE_VALUE, _value_shown(plan, request.organisation.currency), wrong, editable
        ),
        "wins": whole(result["wins"]) if result["wins"] is not None else None,
        "levers": _lever_rows(request, plan, result, names, levers, editable),
        "effort": result["levers"],
        "week_table": _week_table(result, names),
        "as_of": _day(inputs["as_of"]),
        "planned_on": _day(inputs["planned_on"]),
        "known_until": _day(result["remaining"]["day"]) if result["remaining"] else None,
        "is_past": inputs["as_of"] != inputs["planned_on"],
    }


def _link_row(
    transition: Transition,
    link: PlanLink | None,
    overrides: Overrides,
    names: Mapping[str, str],
    top: float,
) -> dict[str, Any]:
    typed = overrides.get("rates", {}).get(transition["stage"], {}).get("value")
    return {
        "from": names.get(transition["stage"], _("a former stage")),
        "to": names.get(transition["to"], _("a former stage")),
        "history": transition,
        "top": top,
        "unknown": UNKNOWN_REASONS.get(transition["unknown_because"], ""),
        "is_typed": typed is not None,
        "rate": link["rate"] if link else None,
        "source": SOURCES[link["source"]] if link and link["source"] != "history" else "",
        "in_chain": link is not None,
        "expected": whole(link["expected"]) if link else None,
        "safe": whole(link["safe"]) if link and link["safe"] is not None else None,
        "per_week": format_number(link["per_week"], language(), digits=1)
        if link and link["per_week"]
        else None,
    }


def _editor(
    request: TenantRequest, plan: Plan, lever: str, shown: str, wrong: Wrong, editable: bool
) -> dict[str, Any]:
    """What the field and the padlock of a lever need; a refused form keeps what was typed."""
    form = wrong.get(lever)
    rates = plan.overrides.get("rates", {})
    override = plan.overrides.get(lever, {}) if lever in (VOLUME, AVERAGE_VALUE) else rates.get(lever, {})
    refused = form is not None and "value" in form.data
    padlock = tenant_url(request, "objectives:lever_padlock", cycle=plan.cycle_id, lever=lever)
    return {
        "key": lever,
        "url": tenant_url(request, "objectives:lever", cycle=plan.cycle_id, lever=lever),
        "padlock_id": f"padlock-{lever}",
        "padlock_url": f"{padlock}?version={plan.version}",
        "shown": shown,
        "value": form.data["value"] if form is not None and refused else shown,
        "errors": [error for errors in form.errors.values() for error in errors] if form is not None else [],
        "locked": override.get("locked", lever != VOLUME),
        "is_typed": override.get("value") is not None,
        "editable": editable,
        "version": plan.version,
    }


def rate_shown(transition: Transition, link: PlanLink | None) -> str:
    rate = link["rate"] if link else transition["rate"]
    return "" if rate is None else rate_text(rate)


def _value_shown(plan: Plan, currency: str) -> str:
    value = plan.result["average_value"]
    return "" if value is None else amount_text(round(value), currency)


METRICS = {VOLUME: "opportunities_opened", AVERAGE_VALUE: "average_deal_value"}


def _lever_rows(
    request: TenantRequest,
    plan: Plan,
    result: PlanResult,
    names: Mapping[str, str],
    levers: Mapping[str, Lever],
    editable: bool,
) -> list[dict[str, Any]]:
    return [
        {
            "label": _lever_label(key, result, names),
            "padlock_id": f"share-padlock-{key}",
            "metric": METRICS.get(key, "stage_conversion_rate"),
            "kind": key if key in (VOLUME, AVERAGE_VALUE) else "rate",
            **{part: _lever_figure(key, lever, part) for part in ("current", "needed", "ceiling")},
            "moves": abs(lever["needed"] - lever["current"]) > 1e-9 * max(lever["current"], 1e-9),
            "at_ceiling": lever["at_ceiling"],
            "editor": _editor(request, plan, key, "", {}, editable),
        }
        for key, lever in levers.items()
    ]


def _lever_label(key: str, result: PlanResult, names: Mapping[str, str]) -> str:
    if key == VOLUME:
        return _("Entries in %(stage)s over the cycle") % {"stage": names.get(result["chain"][0], "")}
    if key == AVERAGE_VALUE:
        return _("Average value of a deal")
    return _("Rate out of %(stage)s") % {"stage": names.get(key, "")}


def _lever_figure(key: str, lever: Lever, part: str) -> Any:
    value = {"current": lever["current"], "needed": lever["needed"], "ceiling": lever["ceiling"]}[part]
    if key == AVERAGE_VALUE:
        return round(value)
    return (
        format_number(value, language(), digits=0)
        if key == VOLUME
        else format_percent(value, language(), digits=1)
    )


def _week_table(result: PlanResult, names: Mapping[str, str]) -> dict[str, Any] | None:
    """Starts at the first link, week by week: the same figures as the sentence, spread."""
    if not result["links"]:
        return None
    return {
        "stage": names.get(result["chain"][0], ""),
        "rows": [
            {
                "first": _day(week["first_day"]),
                "last": _day(week["last_day"]),
                "starts": format_number(week["starts"], language(), digits=1),
                "chance": format_percent(week["chance"], language()),
            }
            for week in result["weeks"]
        ],
    }


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
