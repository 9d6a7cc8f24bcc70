"""Forms of the guided setting: rates typed the reader's way, refusals of actions at their fields."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from objectives.actions.errors import StaleVersion
from objectives.domain.cascade import Infeasible
from objectives.wording import infeasible_text
from pipeline.amount_field import AmountField
from tenants.domain.amounts import Flaw, UnreadableAmount, parse_percent
from tenants.formatting import format_number
from tenants.forms.base import DayField, errors_in

RATE_FLAWS: dict[Flaw, Promise] = {
    Flaw.UNREADABLE: _("This is not a percentage. Write it like 25, 25 % or 7,5."),
    Flaw.NEGATIVE: _("A rate is not negative."),
    Flaw.TOO_LARGE: _("A rate is at most 100 %."),
}


class RateField(forms.CharField):
    """A percentage; gives a ratio."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "class": "numeric"})

    def clean(self, value: Any) -> float | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return float(parse_percent(text))
        except UnreadableAmount as error:
            raise ValidationError(str(RATE_FLAWS.get(error.flaw, RATE_FLAWS[Flaw.UNREADABLE]))) from None


class CycleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    start = forms.ChoiceField(label=_("Start from"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, starts: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["start"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = starts


class VersionedForm(forms.Form):
    """A change of something that others may change: it carries the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stale: StaleVersion | None = None
        self.currency = currency
        for field in self.fields.values():
            if isinstance(field, AmountField):
                field.currency = currency


class AmbitionForm(VersionedForm):
    revenue = AmountField(
        label=_("Revenue to win in the cycle"),
        positive=True,
        help_text=_(
            "Amount of the deals to be won between the first and the last day. You can write 600k or 1.2M."
        ),
    )


class RateForm(VersionedForm):
    value = RateField(label=_("Rate"), required=False)


class SourcingRateForm(RateForm):
    """A rate before the pipeline: typed with where it comes from."""

    reason = forms.CharField(label=_("Where it comes from"), max_length=300, required=False)


class AverageValueForm(VersionedForm):
    value = AmountField(label=_("Average value of a deal"), required=False, positive=True)


class ShareForm(VersionedForm):
    target = AmountField(label=_("Share"))
    low = AmountField(label=_("At least"), required=False)
    high = AmountField(label=_("At most"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class PadlockForm(VersionedForm):
    locked = forms.TypedChoiceField(choices=[("0", "0"), ("1", "1")], coerce=lambda value: value == "1")


class CoverForm(VersionedForm):
    ratio = RateField(
        label=_("Cover ratio"),
        help_text=_("Above 100 %, the shares hold a margin of safety over the objective."),
    )


@contextmanager
def refusals_in(form: VersionedForm, field: str) -> Iterator[None]:
    """Run an action; what it refuses is written at the form's fields, `field` for shares that cannot hold.

    Somebody else's change in the meantime is kept as `form.stale`.
    """
    try:
        with errors_in(form):
            yield
    except StaleVersion as stale:
        form.stale = stale
    except Infeasible as error:
        form.add_error(field, infeasible_text(error, form.currency))


def rate_text(ratio: float) -> str:
    """A rate as a person would type it, without the sign: at most two decimals of a percent."""
    return format_number(Decimal(str(round(ratio * 100, 2))), get_language() or "en")
