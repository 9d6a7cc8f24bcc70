"""Step 1: where the company wants to go, and the mix of objectives that follows from it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from objectives.actions import strategies
from objectives.actions.errors import Locked
from objectives.actions.strategies import Version
from objectives.domain.evolution import GUIDES
from objectives.domain.strategy import WHOLE, Mix
from objectives.forms import refusals_in
from objectives.forms.strategy import PARTS, StrategyForm, TargetRow, target_rows
from objectives.models import Cycle, Objective, Strategy
from objectives.queries.strategies import MixInputs, in_force, mix_inputs, own_objectives, versions
from objectives.views.mix import added_lines, left_out, mix_lines, mix_table, parts_of, rows_of, version_lines
from objectives.views.shared import answer, cycle_or_404, go_on, page_context, plan_of, stale_text
from objectives.wording import value_text
from objectives.wording_reasons import reason_text
from objectives.wording_strategy import STAGES, market_text, metric_text, mix_sentence
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import go

TEMPLATE = "objectives/strategy.html"
YEARS = 3
# A first orientation to begin with: most of it growth, and nothing forgotten.
USUAL = {"growth": 40, "profitability": 30, "new_markets": 10, "retention": 20}


@tenant_view(Permission.VIEW_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def strategy(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """Look at the strategy; a POST writes it, takes the mix that was ticked, and goes on."""
    found = cycle_or_404(request, cycle)
    page = _Page(request, found)
    if request.method != "POST":
        return answer(request, TEMPLATE, "strategy", page.context())
    Actor.of(request).require(Permission.SET_OBJECTIVES)
    form, typed = page.form, page.typed
    if form.is_valid() and not any(row.error for row in typed):
        try:
            with refusals_in(form, "growth"):
                strategies.set_out(
                    cycle=found,
                    version=_version(form),
                    after=form.cleaned_data["version"],
                    rows=rows_of(typed, page.mix(), is_new=page.is_new()),
                    by=Actor.of(request),
                )
        except Locked:
            messages.error(request, _("This cycle is active: its strategy is locked."))
            return go(request, "objectives:review", cycle=found.pk)
        if not form.errors and form.stale is None:
            return go_on(request, found, "strategy")
    elif form.is_valid():
        form.add_error(None, _("Some targets of the mix cannot be kept: see the table."))
    return answer(request, TEMPLATE, "strategy", page.context(keep_typed=True), form)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def strategy_preview(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """The mix that other weights would ask for; nothing is written."""
    page = _Page(request, cycle_or_404(request, cycle))
    page.form.is_valid()
    return answer(request, TEMPLATE, "mix", page.context(), page.form)


class _Page:
    """What the page is made of; nothing is read twice."""

    def __init__(self, request: TenantRequest, cycle: Cycle) -> None:
        self.request, self.cycle = request, cycle
        self.currency = request.organisation.currency
        self.versions = versions()
        self.current = _current(cycle, self.versions)
        self.inputs: MixInputs = mix_inputs(cycle, plan_of(cycle))
        rows = own_objectives(cycle, Objective.Source.MIX, Objective.Source.TYPED)
        self.taken = [row for row in rows if row.source == Objective.Source.MIX]
        self.added = [row for row in rows if row.source == Objective.Source.TYPED]
        self.typed: list[TargetRow] = target_rows(request.POST, self.currency)
        self.form = StrategyForm(
            request.POST if request.method == "POST" else None,
            initial=self._initial(),
            currency=self.currency,
            segments=self._segments(),
        )

    def mix(self) -> Mix:
        return self.inputs.mix(self._weights(), self._new_segments())

    def is_new(self) -> bool:
        """Whether the orientation is another one than that which the draft was set by."""
        return (
            self.cycle.strategy_id is None or self.current is None or self._weights() != self.current.weights
        )

    def context(self, *, keep_typed: bool = False) -> dict[str, Any]:
        context = page_context(self.request, self.cycle, "strategy")
        form, weights, mix = self.form, self._weights(), self.mix()
        if form.stale is not None:
            context["stale"] = stale_text(self.request, form.stale, self._now(form.stale.current))
        is_new = self.is_new()
        lines = mix_lines(mix, self.taken, self.typed, self.currency, is_new=is_new, keep_typed=keep_typed)
        drawn = mix_table(self.request, lines, self.currency, is_new=is_new)
        guide = GUIDES[self.inputs.stage]
        asked = _day(self.request.GET.get("on", ""))
        return context | {
            "form": form,
            "strategy": self.current,
            "number": self.versions[0].number if self.versions else 0,
            "orientation": parts_of(weights),
            "weights": [form[part] for part in PARTS],
            "sentence": mix_sentence(weights, sum(line.is_taken for line in lines)),
            "lines": drawn,
            "taken": [line for line in drawn if line["url"]],
            "added": added_lines(self.request, self.added),
            "left_out": left_out(mix),
            "stage": STAGES[self.inputs.stage],
            "stage_reason": reason_text(guide.count_reason),
            "as_of": self.inputs.levels.day,
            "versions": version_lines(self.versions, self.current),
            "on": asked,
            "on_version": None if asked is None else in_force(self.versions, asked),
        }

    def _weights(self) -> dict[str, int]:
        """Those that were sent when they are an orientation, else those in force, else the usual ones."""
        sent = getattr(self.form, "cleaned_data", {})
        if all(part in sent for part in PARTS) and sum(sent[part] for part in PARTS) == WHOLE:
            return self.form.weights
        return self.current.weights if self.current is not None else USUAL

    def _new_segments(self) -> list[str]:
        return self.form.new_segments if hasattr(self.form, "cleaned_data") else self._entered()

    def _entered(self) -> list[str]:
        """The markets that the draft enters; before anything was taken, those that are new by the own wins."""
        entered = [row.segment for row in self.taken if row.segment]
        return list(dict.fromkeys(entered)) if self.taken else self.inputs.new_segments

    def _segments(self) -> list[tuple[str, str]]:
        known = {one.segment: f"{one.segment} ({market_text(one)})" for one in self.inputs.levels.markets}
        return [*known.items(), *((name, name) for name in self._entered() if name not in known)]

    def _initial(self) -> dict[str, Any]:
        current = self.current
        weights = current.weights if current is not None else USUAL
        begins = self.cycle.start_on
        return {
            "version": self.versions[0].number if self.versions else 0,
            "statement": current.statement
            if current
            else _("Grow with profitable deals, and keep the customers."),
            "starts_on": current.starts_on if current else begins,
            "horizon_on": current.horizon_on if current else date(begins.year + YEARS - 1, 12, 31),
            "ambition": current.ambition_minor if current else None,
            "segments": self._entered(),
            **weights,
        }

    def _now(self, row: Model) -> str:
        """What somebody else has put in place."""
        if isinstance(row, Strategy):
            return row.statement
        assert isinstance(row, Objective)
        value = None if row.target is None else float(row.target)
        return f"{metric_text(row.metric, row.segment)}: {value_text(value, row.metric, self.currency)}"


def _current(cycle: Cycle, known: list[Strategy]) -> Strategy | None:
    """The version that the cycle stands on; before it has one, that in force on its first day, or the latest."""
    own = next((one for one in known if one.pk == cycle.strategy_id), None)
    return own or in_force(known, cycle.start_on) or next(iter(known), None)


def _version(form: StrategyForm) -> Version:
    data = form.cleaned_data
    return Version(
        starts_on=data["starts_on"],
        horizon_on=data["horizon_on"],
        statement=" ".join(data["statement"].split()),
        ambition_minor=data["ambition"],
        weights=form.weights,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
