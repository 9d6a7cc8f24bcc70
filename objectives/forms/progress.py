"""The small form in which somebody types how far an objective is."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tenants.domain.amounts import UnreadableAmount, parse_amount
from tenants.forms.base import DayField


class CountField(forms.CharField):
    """A count as people write it: "1 200", "1,200"; gives a Decimal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs.update({"inputmode": "numeric", "autocomplete": "off", "class": "numeric"})

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_amount(text, digits=0, symbols=())
        except UnreadableAmount:
            raise ValidationError(_("This is not a whole number above nothing. Write it like 12.")) from None


class ProgressForm(forms.Form):
    value = CountField(
        label=_("Done so far"), help_text=_("In all since the cycle began, not this week alone.")
    )
    day = DayField(label=_("By the end of"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
