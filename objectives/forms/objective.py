"""The form of one objective: who carries what, how much, and how it weighs."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from objectives.domain.catalogue import CATALOGUE, Metric, Unit
from objectives.forms import (
    RATE_FLAWS,
    VersionedForm,
    rate_text,
)  # fmt: skip
from pipeline.amount_field import AMOUNT_FLAWS, amount_text, refuse_other_currency
from tenants.domain.amounts import Flaw, UnreadableAmount, parse_amount, parse_percent
from tenants.formatting import format_number, number_locale
from tenants.money import currency_exponent, to_minor

LEVELS = ("target", "commitment", "stretch")
COMPANY = "company"
UNIT_WORDS = ("jours", "jour", "days", "day", "mois", "months", "month")

Choices = Sequence[tuple[str, Any]]


def _level(label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    field = forms.CharField(label=label, help_text=help_text, required=required, max_length=60)
    field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "numeric"}
    return field


class LevelsForm(VersionedForm):
    """What may be said of any objective, a share of the cascade included. `metric_key`: whose unit levels are typed in."""

    commitment = _level(
        gettext_lazy("Commitment"), gettext_lazy("The least that is promised; empty when there is one level.")
    )
    stretch = _level(gettext_lazy("Stretch"), gettext_lazy("What would be remarkable."))
    importance = forms.IntegerField(
        label=gettext_lazy("Importance, in %"),
        required=False,
        help_text=gettext_lazy("Of the owner’s attention."),
    )
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        coerce=int,
        choices=[
            (1, gettext_lazy("1: gives way last")),
            *((number, str(number)) for number in (2, 3, 4)),
            (5, gettext_lazy("5: gives way first")),
        ],
        help_text=gettext_lazy("What gives way to what when time is short."),
    )
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What it serves, in words."),
    )

    def __init__(self, *args: Any, metric_key: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.metric_key = metric_key

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        metric = CATALOGUE.get(data.get("metric", self.metric_key))
        for name in LEVELS:
            if metric is None or name not in data:
                continue
            try:
                data[name] = parse_level(data[name], metric, self.currency)
            except ValidationError as error:
                self.add_error(name, error)
        return data

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("commitment", "stretch", "priority", "why")} | {
            "importance": self.cleaned_data["importance"]
        }


class ObjectiveForm(LevelsForm):
    """`choices`: by field, what may be chosen as metric, owner, stage and parent."""

    metric = forms.ChoiceField(label=gettext_lazy("Metric"))
    owner = forms.ChoiceField(
        label=gettext_lazy("Owner"), error_messages={"required": gettext_lazy("Say who carries it.")}
    )
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), required=False)
    segment = forms.CharField(
        label=gettext_lazy("Segment"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Measured in this segment only; empty: everywhere."),
    )
    parent = forms.ChoiceField(label=gettext_lazy("Part of"), required=False)
    target = _level(
        gettext_lazy("Target"), gettext_lazy("In the unit of the metric: 600k, 25 %, 40, 60 days…")
    )

    field_order = ("metric", "stage", "owner", "target", "commitment", "stretch", "segment", "parent")

    def __init__(self, *args: Any, choices: dict[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(offered)

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        kind, _colon, key = data["owner"].partition(":")
        return super().values() | {
            "metric": data["metric"],
            "target": data["target"],
            "segment": " ".join(data["segment"].split()),
            "team_id": UUID(key) if kind == "team" else None,
            "person_id": UUID(key) if kind == "person" else None,
            "engagement_id": UUID(key) if kind == "engagement" else None,
            "stage_id": UUID(data["stage"]) if data["stage"] else None,
            "parent_id": UUID(data["parent"]) if data["parent"] else None,
        }


def parse_level(text: str | None, metric: Metric, currency: str) -> Decimal | None:
    """A target as it was typed, in the unit of the metric (minor units for money). Raises ValidationError."""
    text = (text or "").strip()
    if not text:
        return None
    try:
        if metric.unit is Unit.RATE:
            return parse_percent(text)
        if metric.unit is not Unit.MONEY:
            return parse_amount(text, digits=2, symbols=UNIT_WORDS)
        refuse_other_currency(text, currency)
        symbols = (currency, get_currency_symbol(currency, locale=number_locale(get_language() or "en")))
        return Decimal(
            to_minor(parse_amount(text, digits=currency_exponent(currency), symbols=symbols), currency)
        )
    except UnreadableAmount as error:
        raise ValidationError(_flaw_text(error.flaw, metric)) from None


def level_text(value: Decimal | None, metric: Metric, currency: str) -> str:
    """A target as a person would type it."""
    if value is None:
        return ""
    if metric.unit is Unit.MONEY:
        return amount_text(value, currency)
    if metric.unit is Unit.RATE:
        return rate_text(float(value))
    return format_number(value, get_language() or "en")


def _flaw_text(flaw: Flaw, metric: Metric) -> str:
    if flaw is Flaw.NEGATIVE:
        return _("A target is not negative.")
    if metric.unit is Unit.RATE:
        return str(RATE_FLAWS.get(flaw, RATE_FLAWS[Flaw.UNREADABLE]))
    if metric.unit is Unit.MONEY:
        return str(AMOUNT_FLAWS.get(flaw, AMOUNT_FLAWS[Flaw.UNREADABLE]))
    if flaw is Flaw.TOO_LARGE:
        return _("This target is too large to be meant.")
    return _("This is not a number. Write it like 40 or 40.5.")
