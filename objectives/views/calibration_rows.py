"""The lines of the calibration step: objectives, constraints of the field, weeks of work."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from objectives.domain.calibration import MULTIPLIERS, Band, Unknown, is_out_of_reach, multipliers
from objectives.domain.context import FACTORS, Constraints
from objectives.forms import VersionedForm
from objectives.forms.calibration import ConstraintForm, JustificationForm
from objectives.models import Cycle, Objective, Plan
from objectives.queries.briefs import Brief
from objectives.queries.constraint_effects import Effect
from objectives.views.funnel_sourcing import METRICS
from objectives.views.funnel_sourcing import metric_name as link_name
from objectives.wording import language, metric_name, owner_text, target_text
from objectives.wording_calibration import (
    BAND_ICONS,
    BANDS,
    UNKNOWN,
    capacity_text,
    implied_text,
    landing_text,
    parts_text,
)
from objectives.wording_clarity import FACTOR_NAMES, LEVELS
from tenants.access import TenantRequest
from tenants.formatting import format_number, format_percent
from tenants.views.answers import tenant_url


def objective_line(
    request: TenantRequest,
    cycle: Cycle,
    brief: Brief,
    row: Objective,
    names: dict[str, str],
    form: VersionedForm | None,
    refused: Objective | None,
) -> dict[str, Any]:
    """An objective with its band and what it stands on; `form`: the refused justification of the row `refused`."""
    found, currency = row.calibration, request.organisation.currency
    band = Band(found.get("band", Band.UNKNOWN))
    target = None if row.target is None else float(row.target)
    wrong = form if isinstance(form, JustificationForm) and refused and refused.pk == row.pk else None
    because = found.get("because")
    return {
        "id": row.pk,
        "name": f"{metric_name(brief)} · {owner_text(brief, request.organisation.name)}",
        "url": tenant_url(request, "objectives:objective", objective=row.pk),
        "target": target_text(row, currency),
        "band": band.value,
        "band_text": str(BANDS[band]),
        "band_icon": BAND_ICONS[band],
        "probability": format_percent(found.get("probability"), language(), digits=0)
        if found.get("probability") is not None
        else "",
        "because": str(UNKNOWN[Unknown(because)]) if because else "",
        "landing": landing_text(row, currency),
        "bar": _bar(found, target),
        "implied": implied_text(row, names),
        "details": [
            text
            for text in (
                capacity_text(row),
                parts_text(row, currency),
                _multipliers_text(found.get("multipliers", {})),
            )
            if text
        ],
        "is_out_of_reach": is_out_of_reach(found),
        "justification": wrong["justification"].value() if wrong else found.get("justification") or "",
        "errors": wrong.errors.get("justification", []) if wrong else [],
        "justify_url": tenant_url(request, "objectives:justify", cycle=cycle.pk, objective=row.pk),
        "version": row.version,
    }


def constraint_rows(
    company: Objective, constraints: Constraints, form: VersionedForm | None
) -> list[dict[str, Any]]:
    """The five factors: level, documented and own multiplier."""
    own = constraints.get("multipliers", {})
    in_force = multipliers(constraints)
    wrong = form if isinstance(form, ConstraintForm) and (form.errors or form.stale) else None
    rows = []
    for factor in FACTORS:
        level = int(constraints.get(factor) or 0)  # type: ignore[call-overload]
        is_wrong = wrong is not None and wrong.data.get("factor") == factor
        multiplier = format_number(own[factor], language()) if factor in own else ""
        rows.append(
            {
                "factor": factor,
                "name": str(FACTOR_NAMES[factor]),
                "own_label": _("Own multiplier: %(name)s") % {"name": FACTOR_NAMES[factor]},
                "levels": [
                    {
                        "value": value,
                        "label": f"{label} (×{format_number(MULTIPLIERS[factor][value], language())})",
                        "selected": value == level,
                    }
                    for value, label in LEVELS.items()
                ],
                "multiplier": wrong.data.get("multiplier", "") if wrong and is_wrong else multiplier,
                "in_force": format_number(in_force[factor], language()),
                "acts_on": _("openings") if factor == "team_capacity" else _("odds of the rates"),
                "errors": [text for texts in wrong.errors.values() for text in texts]
                if wrong and is_wrong
                else [],
                "version": company.version,
            }
        )
    return rows


def effect_lines(found: Sequence[Effect]) -> list[str]:
    """Each constraint's effect in a sentence."""
    text = _("%(factor)s ×%(multiplier)s: %(with)s likely instead of %(without)s without it.")
    return [
        text
        % {
            "factor": FACTOR_NAMES[effect.factor],
            "multiplier": format_number(effect.multiplier, language()),
            "with": format_percent(effect.probability, language(), digits=0),
            "without": format_percent(effect.without, language(), digits=0),
        }
        for effect in found
    ]


def slot_lines(plan: Plan, names: dict[str, str]) -> list[dict[str, Any]]:
    """Starts a week at each link for what the open pipeline does not bring, beside the own best weeks. No query."""
    result = plan.result
    weeks, to_close = len(result.get("weeks", [])), result.get("to_close")
    if not weeks or not to_close or not plan.revenue_minor:
        return []
    moves = [*plan.inputs.get("sourcing", []), *plan.inputs.get("transitions", [])]
    pace = {move["stage"]: move["weekly_p80"] for move in moves}
    lines = []
    for link in [*result.get("sourcing", []), *result["links"]]:
        needed, best = link["expected"] * to_close / plan.revenue_minor / weeks, pace.get(link["stage"])
        if best is None:
            continue
        lines.append(
            {
                "stage": link_name(link["stage"])
                if link["stage"] in METRICS
                else names.get(link["stage"], ""),
                "needed": format_number(needed, language(), digits=1),
                "best": format_number(best, language(), digits=1),
                "fits": needed <= best,
            }
        )
    return lines


def _bar(found: dict[str, Any], target: float | None) -> dict[str, Any] | None:
    """Each row has its own axis: what is compared is the target with the interval, not the rows."""
    if found.get("low") is None or target is None:
        return None
    top = max(found["high"], target) * 1.05
    return {
        "low": found["low"],
        "high": found["high"],
        "value": found["mean"],
        "target": target,
        "top": top or 1,
    }


def _multipliers_text(found: dict[str, float]) -> str:
    return " · ".join(
        f"{FACTOR_NAMES[factor]} ×{format_number(value, language())}"
        for factor, value in found.items()
        if value != 1
    )
