"""Forms of the runs' pages, and of the cycle that follows a closed one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.models import Cycle
from pipeline.amount_field import AmountField
from tenants.forms.base import DayField


class RecomputeForm(forms.Form):
    """Which day to recompute."""

    as_of = DayField(label=_("As of"))


class NextCycleForm(forms.Form):
    """The next cycle beside its table of objectives."""

    name = forms.CharField(label=_("Name"), max_length=60)
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    revenue = AmountField(label=_("Revenue to win in the cycle"), positive=True)
    rhythm = forms.ChoiceField(
        label=_("Review rhythm"), choices=Cycle.Rhythm.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        revenue = self.fields["revenue"]
        assert isinstance(revenue, AmountField)
        revenue.currency = currency
