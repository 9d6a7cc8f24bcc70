"""The levers of a what-if as they are typed: a form whose state is the URL."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from objectives.domain import scenario as domain
from objectives.forms import RateField, rate_text
from pipeline.amount_field import AmountField, amount_text
from reporting.domain.channel_mix import Channel
from tenants.domain.amounts import Flaw, UnreadableAmount, parse_amount
from tenants.formatting import format_number

DIGITS = 2
FLAWS: dict[Flaw, Promise] = {
    Flaw.UNREADABLE: gettext_lazy("This is not a number. Write it like 12 or 1.5."),
    Flaw.NEGATIVE: gettext_lazy("A number here is not negative."),
    Flaw.TOO_PRECISE: gettext_lazy("Two decimals at most."),
}
WHOLE = 0.005  # shares that add up to 100 % but for their rounding


class NumberField(forms.CharField):
    """A count or a number of days, typed the reader's way; gives a float."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "class": "numeric"})

    def clean(self, value: Any) -> float | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return float(parse_amount(text, digits=DIGITS))
        except UnreadableAmount as error:
            raise ValidationError(str(FLAWS.get(error.flaw, FLAWS[Flaw.UNREADABLE]))) from None


class WhatIfForm(forms.Form):
    """Fields: target, value-<lever>, and share-<n> of each channel; a padlock is open when its key is in `open`.

    An empty field takes today's figure. Typing a value closes the lever's padlock; opening the padlock of a lever that was
    typed takes its value back. ``levers``: key → name. `shown-<lever>` says what was typed before, which tells the one from the other.
    """

    TARGET = "target"

    def __init__(
        self, data: Any, *, levers: Mapping[str, str], channels: Sequence[Channel], currency: str
    ) -> None:
        super().__init__(data)
        self.levers, self.channels, self.currency = list(levers), list(channels), currency
        self.fields[self.TARGET] = _amount(currency, _("Target"))
        for lever, name in levers.items():
            self.fields[f"value-{lever}"] = _field(lever, name, currency)
        for number, channel in enumerate(channels):
            self.fields[f"share-{number}"] = RateField(
                label=channel.name or _("no channel said"), required=False
            )
        self.opened = set(data.getlist("open"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get(f"value-{domain.CYCLE_DAYS}") == 0:
            self.add_error(f"value-{domain.CYCLE_DAYS}", _("At least one day."))
        shares = [cleaned.get(f"share-{number}") for number in range(len(self.channels))]
        if any(share is not None for share in shares) and not self._has_wrong_share():
            total = sum(share or 0.0 for share in shares)
            if abs(total - 1.0) > WHOLE:
                words = {"total": format_number(round(total * 100, 1), get_language() or "en", digits=1)}
                self.add_error("share-0", _("The shares add up to %(total)s %%, not 100 %%.") % words)
        return cleaned

    def document(self) -> domain.Scenario:
        """The scenario of what was typed; a field that is wrong counts as empty, a mix with a wrong share as today's."""
        given = self.cleaned_data
        typed = {lever: given.get(f"value-{lever}") for lever in self.levers}
        settings: dict[str, domain.Setting] = {}
        for lever, value in typed.items():
            is_open = lever in self.opened
            if is_open and value is not None and not self._is_new(lever):
                value = None  # the padlock was opened
            settings[lever] = domain.Setting(value=value, locked=value is not None or not is_open)
        shares = {
            channel.name: given.get(f"share-{number}") or 0.0 for number, channel in enumerate(self.channels)
        }
        if self._has_wrong_share():
            shares = {}
        total = sum(shares.values())
        return domain.checked(
            {
                "target": {"value": given.get(self.TARGET), "locked": self.TARGET not in self.opened},
                "levers": settings,
                "mix": {name: share / total for name, share in shares.items()} if total else {},
            }
        )

    def _has_wrong_share(self) -> bool:
        return any(field.startswith("share-") for field in self.errors)

    def _is_new(self, lever: str) -> bool:
        return (
            str(self.data.get(f"value-{lever}", "")).strip()
            != str(self.data.get(f"shown-{lever}", "")).strip()
        )


def as_query(document: domain.Scenario, channels: Sequence[Channel], currency: str) -> dict[str, Any]:
    """The query string's values that bring a scenario back to the form."""
    query: dict[str, Any] = {"open": [key for key, one in document["levers"].items() if not one["locked"]]}
    if not document["target"]["locked"]:
        query["open"].append(WhatIfForm.TARGET)
    if (target := document["target"]["value"]) is not None:
        query[WhatIfForm.TARGET] = amount_text(target, currency)
    for lever, one in document["levers"].items():
        if one["value"] is not None:
            query[f"value-{lever}"] = query[f"shown-{lever}"] = text_of(lever, one["value"], currency)
    for number, channel in enumerate(channels):
        if document["mix"]:
            query[f"share-{number}"] = rate_text(document["mix"].get(channel.name, 0.0))
    return query


def text_of(lever: str, value: float, currency: str) -> str:
    """A lever's figure as a person would type it."""
    if lever == domain.AVERAGE_VALUE:
        return amount_text(round(value), currency)
    if domain.is_rate(lever):
        return rate_text(value)
    return format_number(Decimal(str(round(value, DIGITS))), get_language() or "en")


def _amount(currency: str, name: str) -> AmountField:
    field = AmountField(label=name, required=False, positive=True)
    field.currency = currency
    return field


def _field(lever: str, name: str, currency: str) -> forms.Field:
    if lever == domain.AVERAGE_VALUE:
        return _amount(currency, name)
    kind = RateField if domain.is_rate(lever) else NumberField
    return kind(label=name, required=False)
