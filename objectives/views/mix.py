"""The table of the mix: what the orientation asks for, what the draft has taken, what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from objectives.actions.strategies import MixRow
from objectives.domain.catalogue import CATALOGUE
from objectives.domain.strategy import WHOLE, Basis, Mix, Orientation, Proposal
from objectives.forms.objective import level_text
from objectives.forms.strategy import TargetRow
from objectives.models import Objective, Strategy
from objectives.wording import owner_text, target_text, value_text
from objectives.wording_reasons import reason_text, why_text
from objectives.wording_strategy import (
    FAMILIES,
    LEFT_OUT,
    ORIENTATIONS,
    basis_text,
    metric_text,
    unit_text,
)
from tenants.access import TenantRequest
from tenants.views.answers import ROWS, tenant_url

Place = tuple[str, str]  # metric, segment
# An objective that the director keeps although the orientation does not ask for it.
USUAL_IMPORTANCE, USUAL_PRIORITY = 10, 3


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: a proposal, what the draft has, what was typed; at least one of the first two."""

    place: Place
    proposal: Proposal | None
    objective: Objective | None
    typed: TargetRow | None
    is_taken: bool
    text: str  # of the target's field

    @property
    def shown(self) -> str:
        """What the field holds as long as nobody types."""
        return self.typed.shown if self.typed is not None else self.text


def mix_lines(
    mix: Mix,
    objectives: Sequence[Objective],
    typed: Sequence[TargetRow],
    currency: str,
    *,
    is_new: bool,
    keep_typed: bool,
) -> list[Line]:
    """What the orientation asks for, then what else the draft has.

    ``is_new``: another orientation than the one that the draft was set by: all that it asks for is ticked, nothing
    else. ``keep_typed``: rows stay as they were sent (a refused form), not only the targets that were typed.
    """
    proposals = {(one.metric, one.segment): one for one in mix.proposals}
    taken = {(row.metric, row.segment): row for row in objectives}
    sent = {(row.metric, row.segment): row for row in typed}
    lines = []
    for place in dict.fromkeys([*proposals, *taken]):
        proposal, row, was = proposals.get(place), taken.get(place), sent.get(place)
        if keep_typed and was is not None:
            lines.append(Line(place, proposal, row, was, was.is_taken, was.text))
            continue
        value = _value(proposal, row, is_new=is_new)
        text = level_text(value, CATALOGUE[place[0]], currency)
        asked = proposal is not None and value is not None
        if was is not None and was.is_typed:
            text, asked = was.text, was.is_taken and proposal is not None
        lines.append(Line(place, proposal, row, None, asked if is_new else row is not None, text))
    return lines


def _value(proposal: Proposal | None, row: Objective | None, *, is_new: bool) -> Decimal | None:
    """The target that the field holds: one that was typed stays, a computed one follows the orientation."""
    computed = None if proposal is None or proposal.target is None else decimal(proposal.target)
    if row is None:
        return computed
    is_typed = row.target != row.computed_target
    return row.target if is_typed or not is_new or computed is None else computed


def rows_of(typed: Sequence[TargetRow], mix: Mix, *, is_new: bool) -> list[MixRow]:
    """What was sent, as the action takes it; a row that the orientation asks for carries its reason."""
    proposals = {(one.metric, one.segment): one for one in mix.proposals}
    rows = []
    for row in typed:
        one = proposals.get((row.metric, row.segment))
        rows.append(
            MixRow(
                metric=row.metric,
                segment=row.segment,
                is_taken=row.is_taken,
                target=row.target,
                computed=None if one is None or one.target is None else decimal(one.target),
                orientation=one.orientation.value if one else row.orientation,
                why=reason_text(one.reason) if one else "",
                importance=one.importance if one else USUAL_IMPORTANCE,
                priority=one.priority if one else USUAL_PRIORITY,
                version=row.version,
                is_reweighed=is_new and one is not None,
            )
        )
    return rows


def decimal(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))


def mix_table(
    request: TenantRequest, lines: Sequence[Line], currency: str, *, is_new: bool
) -> list[dict[str, Any]]:
    """The lines as the template draws them."""
    metrics_url = tenant_url(request, "objectives:metrics")
    return [
        _drawn(request, place, line, currency, f"{metrics_url}#{line.place[0]}", is_new)
        for place, line in enumerate(lines)
    ]


def _drawn(
    request: TenantRequest, place: int, line: Line, currency: str, definition_url: str, is_new: bool
) -> dict[str, Any]:
    (metric, segment), proposal, row = line.place, line.proposal, line.objective
    orientation = proposal.orientation.value if proposal else row.orientation if row else ""
    asked = proposal.importance if proposal else None
    importance = asked if row is None or (is_new and proposal is not None) else row.importance
    return {
        "place": place,
        "metric": metric,
        "segment": segment,
        "name": metric_text(metric, segment),
        "definition_url": definition_url,
        "family": FAMILIES[CATALOGUE[metric].family],
        "orientation": orientation,
        "serves": ORIENTATIONS.get(orientation, ""),
        "reason": reason_text(proposal.reason) if proposal else why_text(row.why) if row else "",
        "basis": basis_text(proposal, currency) if proposal else "",
        "is_asked": proposal is not None,
        "needs_target": proposal is not None and proposal.basis is Basis.NONE,
        "importance": None if importance is None else importance / WHOLE,
        "target": value_text(float(row.target), metric, currency) if row and row.target is not None else "",
        "text": line.text,
        "shown": line.shown,
        "unit": unit_text(metric, currency),
        "is_taken": line.is_taken,
        "error": line.typed.error if line.typed else "",
        "version": row.version if row else None,
        "url": tenant_url(request, "objectives:objective", objective=row.pk) if row else "",
    }


def added_lines(request: TenantRequest, rows: Sequence[Objective]) -> list[dict[str, Any]]:
    """What was added by hand for the company or a team, 50 at most; what people have is on the step of the profiles."""
    currency, company = request.organisation.currency, request.organisation.name
    shown = [row for row in rows if row.person_id is None][:ROWS]
    return [
        {
            "name": f"{metric_text(row.metric, row.segment)} · {owner_text(row, company)}",
            "target": target_text(row, currency),
            "url": tenant_url(request, "objectives:objective", objective=row.pk),
        }
        for row in shown
    ]


def left_out(mix: Mix) -> list[dict[str, Any]]:
    """What the orientation would ask for and is not proposed, by reason."""
    by_reason: dict[str, list[str]] = {}
    for one in mix.left_out:
        name = metric_text(one.metric)
        if name not in by_reason.setdefault(one.because, []):
            by_reason[one.because].append(name)
    return [{"because": LEFT_OUT[reason], "names": ", ".join(names)} for reason, names in by_reason.items()]


def parts_of(weights: Mapping[str, int]) -> list[dict[str, Any]]:
    """The orientation for readers: the parts that weigh something, the weightiest first."""
    parts = sorted((part for part in Orientation if weights.get(part)), key=lambda part: -weights[part])
    return [{"name": ORIENTATIONS[part], "share": weights[part] / WHOLE} for part in parts]


def version_lines(known: Sequence[Strategy], current: Strategy | None) -> list[dict[str, Any]]:
    """The versions of the strategy as the template draws them."""
    return [
        {
            "number": one.number,
            "starts_on": one.starts_on,
            "created_at": one.created_at,
            "statement": one.statement,
            "is_current": one == current,
            "parts": [
                {"name": ORIENTATIONS[part], "share": one.weights[part] / WHOLE} for part in Orientation
            ],
        }
        for one in known
    ]
