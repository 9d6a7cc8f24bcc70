"""The limits of the probable causes, as people write them: percentages and points."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from reporting.domain.causes import RULES, Measure, Rule
from reporting.wording_causes import SETTINGS
from tenants.formatting import format_number


class ThresholdsForm(forms.Form):
    """A field a rule, named after it. Points that are lost are typed without their sign."""

    def __init__(self, *args: Any, limits: Mapping[str, float], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rule in RULES:
            low, high = sorted((abs(rule.low) * 100, abs(rule.high) * 100))
            bounds = {"low": format_number(low, language), "high": format_number(high, language)}
            usual = format_number(abs(rule.threshold) * 100, language)
            self.fields[rule.key] = forms.DecimalField(
                label=str(SETTINGS[rule.key]),
                initial=_typed(limits[rule.key]),
                min_value=_typed(low / 100),
                max_value=_typed(high / 100),
                max_digits=5,
                decimal_places=1,
                localize=True,
                help_text=_("%(usual)s by default; from %(low)s to %(high)s.") % {"usual": usual, **bounds},
            )

    def limits(self) -> dict[str, float]:
        """By rule, as the calculation takes them."""
        return {rule.key: _limit(rule, self.cleaned_data[rule.key]) for rule in RULES}


def _typed(limit: float) -> Decimal:
    return Decimal(str(round(abs(limit) * 100, 1))).normalize()


def _limit(rule: Rule, typed: Decimal) -> float:
    lost = rule.measure is Measure.POINTS and rule.threshold < 0
    return round(float(typed) / 100, 4) * (-1 if lost else 1)
