"""A what-if in the reader's words: its columns, its levers, what each has in the change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from objectives.domain import scenario as domain
from objectives.domain.calibration import Band, band_of
from objectives.domain.catalogue import Unit
from objectives.wording_calibration import BAND_ICONS, BANDS
from reporting.domain.lever_actions import LeverKind
from reporting.domain.scenario_answer import MIX, Answer
from reporting.domain.what_if_cost import Spending, cost
from reporting.forms.what_if import WhatIfForm, text_of
from reporting.queries.what_if import Situation
from reporting.queries.what_if_own import Lever
from reporting.views.asked import here
from reporting.views.figures import Writer
from tenants.access import TenantRequest
from tenants.formatting import format_number

# What somebody works on who moves a lever: a proposal, which the action's form lets change.
WORKED_ON = {
    domain.VOLUME: LeverKind.PRIORITISATION,
    domain.CAPACITY: LeverKind.CAPACITY,
    domain.AVERAGE_VALUE: LeverKind.VALUE,
    domain.CYCLE_DAYS: LeverKind.FOLLOW_UP,
    MIX: LeverKind.TARGETING,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A scenario beside the others."""

    name: str
    answer: Answer
    target: float | None
    document: domain.Scenario
    situation: Situation
    spending: Spending

    def cost(self) -> int:
        """What the rest of the cycle costs, minor units."""
        keys = [one.key for one in self.situation.levers]
        today = {one.key: one.today for one in self.situation.levers}

        def factor(key: str) -> float:
            now = today[key]
            return float(self.answer.values[keys.index(key)]) / now if now else 1.0

        mix: dict[str, float] = {}
        if self.document["mix"]:
            now, then = ({}, {})  # type: dict[str, float], dict[str, float]
            for channel in self.situation.channels:
                if channel.key:
                    now[channel.key] = now.get(channel.key, 0.0) + channel.share
                    then[channel.key] = then.get(channel.key, 0.0) + self.document["mix"].get(
                        channel.name, 0.0
                    )
            mix = {key: then[key] / share for key, share in now.items() if share > 0}
        capacity = factor(domain.CAPACITY)
        return cost(self.spending, capacity=capacity, opened=capacity * factor(domain.VOLUME), mix=mix)

    @property
    def is_priced(self) -> bool:
        """Whether anything has a price."""
        return self.spending.day is not None or bool(self.spending.efforts) or self.spending.fees > 0

    @property
    def band(self) -> Band:
        return band_of(self.answer.probability)


def columns(shown: Sequence[Column], writer: Writer) -> list[dict[str, Any]]:
    """Each scenario's figures, written; the first is today."""
    spent = [one.cost() for one in shown]
    return [
        {
            "name": one.name,
            "mean": writer.short(one.answer.mean, Unit.MONEY),
            "exact": writer.figure(one.answer.mean, Unit.MONEY),
            "interval": writer.interval(one.answer.low, one.answer.high, Unit.MONEY),
            "change": writer.short(one.answer.change, Unit.MONEY, signed=True) if i else "",
            "target": writer.short(one.target, Unit.MONEY),
            "probability": writer.percent(one.answer.probability),
            "band": one.band.value,
            "band_name": BANDS[one.band],
            "band_icon": BAND_ICONS[one.band],
            "cost": writer.short(spent[i], Unit.MONEY),
            "more": writer.short(spent[i] - spent[0], Unit.MONEY, signed=True)
            if i and spent[i] != spent[0]
            else "",
            "levers": _moved(one, writer) if i else "",
        }
        for i, one in enumerate(shown)
    ]


def sentence(today: Column, own: Column, writer: Writer) -> str:
    """Where it lands, how likely that is enough, and what it costs more. ``own``: the column of what was typed, or today's."""
    answer = own.answer
    words = {
        "mean": writer.short(answer.mean, Unit.MONEY),
        "interval": writer.interval(answer.low, answer.high, Unit.MONEY),
        "target": writer.short(own.target, Unit.MONEY),
        "probability": writer.percent(answer.probability),
        "band": BANDS[own.band],
        "change": writer.short(answer.change, Unit.MONEY, signed=True),
        "more": writer.short(own.cost() - today.cost(), Unit.MONEY, signed=True),
    }
    if not answer.parts:
        text = (
            _("Landing at %(mean)s (%(interval)s): no revenue objective to compare it with.")
            if own.target is None
            else _(
                "Landing at %(mean)s (%(interval)s) for %(target)s, %(probability)s likely: %(band)s. Move a lever to see."
            )
        )
        return text % words
    text = (
        _("With these levers: %(mean)s (%(interval)s), %(change)s.")
        if own.target is None
        else _(
            "With these levers: %(mean)s (%(interval)s) for %(target)s, %(probability)s likely: %(band)s. That is %(change)s against today."
        )
    )
    told = text % words
    return f"{told} {_('Cost to the end, against today: %(more)s.') % words}" if own.is_priced else told


def lever_name(one: Lever) -> str:
    match one.key:
        case domain.VOLUME:
            return _("New deals a week, each full-time salesperson")
        case domain.CAPACITY:
            return _("Full-time salespeople at work")
        case domain.AVERAGE_VALUE:
            return _("Average value of a deal")
        case domain.CYCLE_DAYS:
            return _("Days from the opening to the win")
    return f"{one.stage} → {one.to}" if one.to else one.stage


def figure(key: str, value: float | None, writer: Writer) -> str:
    if value is None:
        return _("cannot be known from this data")
    if key == domain.AVERAGE_VALUE:
        return writer.figure(value, Unit.MONEY)
    if domain.is_rate(key):
        return writer.percent(value)
    return format_number(value, writer.language, digits=0 if key == domain.CYCLE_DAYS else 1)


# What the figure of a lever is; a rate's is the stage conversion rate.
METRICS = {
    domain.VOLUME: "opportunities_opened", domain.CAPACITY: "opportunities_opened",
    domain.AVERAGE_VALUE: "average_deal_value", domain.CYCLE_DAYS: "sales_cycle_days",
}  # fmt: skip


def lever_rows(
    request: TenantRequest, situation: Situation, form: WhatIfForm, document: domain.Scenario, then: Answer,
    writer: Writer, state: str, *, may_steer: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    """A row a lever: today, typed, padlock, what it becomes, and its part of the change."""
    rows = []
    for position, one in enumerate(situation.levers):
        setting = document["levers"].get(one.key)
        value = float(then.values[position])
        part = then.parts.get(one.key)
        is_open = setting is not None and not setting["locked"]
        typed = None if setting is None else setting["value"]
        field = form[f"value-{one.key}"] if one.today is not None else None
        rows.append(
            {
                "key": one.key,
                "name": lever_name(one),
                "metric": METRICS.get(one.key, "stage_conversion_rate"),
                "today": figure(one.key, one.today, writer) if one.today is not None else "–",
                "detail": _rate_detail(one, writer)
                if one.today is not None
                else figure(one.key, None, writer),
                "best": figure(one.key, one.best, writer) if one.today is not None else "",
                "field": field,
                "value": field.value() or ""
                if field is not None and (typed is not None or field.errors)
                else "",
                "shown": "" if typed is None else text_of(one.key, typed, writer.currency),
                "unit": _unit(one.key, writer),
                "open": is_open,
                "becomes": figure(one.key, value, writer) if part is not None else "",
                "at_best": one.key in then.at_best,
                "part": writer.short(part, Unit.MONEY, signed=True) if part is not None else "",
                "act_url": _act_url(request, one.key, part, state) if part is not None and may_steer else "",
            }
        )
    return rows


def waterfall(situation: Situation, today: Answer, then: Answer, writer: Writer) -> dict[str, Any] | None:
    """From today's landing to the scenario's, lever by lever; None when nothing moved."""
    if not then.parts:
        return None
    names = {one.key: lever_name(one) for one in situation.levers} | {MIX: _("Mix of channels")}
    return {
        "data": {
            "format": writer.chart_format(Unit.MONEY),
            "start": {"label": _("Today"), "value": today.mean},
            "items": [
                {"label": names[key], "value": value, "muted": False} for key, value in then.parts.items()
            ],
            "end": {"label": _("With these levers"), "value": then.mean},
        },
        "table": {
            "columns": [{"label": _("Lever")}, {"label": _("Part of the change"), "metric": "landing"}],
            "rows": [
                [_("Today"), writer.figure(round(today.mean), Unit.MONEY)],
                *(
                    [names[key], writer.figure(value, Unit.MONEY, signed=True)]
                    for key, value in then.parts.items()
                ),
            ],
            "footer": [[_("With these levers"), writer.figure(round(then.mean), Unit.MONEY)]],
        },
    }


def worked_on(key: str) -> LeverKind:
    """Which lever an action about this figure works on, to begin with."""
    return WORKED_ON.get(key, LeverKind.QUALIFICATION)


def _moved(one: Column, writer: Writer) -> str:
    """The levers of a scenario in a few words: "Engaging → Won 45 % (38 %)"."""
    values = one.answer.values
    told = [
        _("%(lever)s %(then)s (today %(now)s)")
        % {
            "lever": lever_name(lever),
            "then": figure(lever.key, float(values[i]), writer),
            "now": figure(lever.key, lever.today, writer),
        }
        for i, lever in enumerate(one.situation.levers)
        if lever.key in one.answer.parts
    ]
    return " · ".join([*told, *([_("mix of channels")] if MIX in one.answer.parts else [])])


def _rate_detail(one: Lever, writer: Writer) -> str:
    if one.low is None or not one.entered:
        return ""
    interval = writer.interval(one.low, one.high, Unit.RATE)
    counts = _("%(some)s of %(all)s") % {
        "some": writer.number(one.advanced),
        "all": writer.number(one.entered),
    }
    return f"{interval} · {counts}"


def _unit(key: str, writer: Writer) -> str:
    """Beside the field, where the lever's name does not say it."""
    if key == domain.AVERAGE_VALUE:
        return writer.currency
    return "%" if domain.is_rate(key) else ""


def _act_url(request: TenantRequest, key: str, part: int, state: str) -> str:
    """The form of a lever action about this lever, filled in."""
    query = {"lever": worked_on(key).value, "expected": part}
    if domain.is_rate(key):
        query["stage"] = key
    return f"{here(request, 'action_new')}{state}&{urlencode(query)}"
