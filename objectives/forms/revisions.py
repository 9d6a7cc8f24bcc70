"""What is typed to propose a revision, and to decide one."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from objectives.domain.cascade import Infeasible
from objectives.domain.catalogue import CATALOGUE, Unit
from objectives.domain.metric import LARGEST_TARGET
from objectives.domain.revising import BelowZero
from objectives.forms.objective import parse_level
from objectives.models import Revision
from objectives.wording import infeasible_text
from tenants.forms.base import DayField, errors_in
from tenants.money import currency_exponent

BEHIND = "behind"  # no reason for a revision: it leads to the levers
STAYS, MOVES = "stays", "moves"
KINDS = [
    (Revision.Kind.STRATEGY.value, _("The strategy has changed")),
    (Revision.Kind.SCOPE.value, _("The scope has changed: people, teams, territories, offer")),
    (Revision.Kind.DATA_ERROR.value, _("The target stood on wrong data")),
    (Revision.Kind.MARKET_EVENT.value, _("An event in the market")),
    (BEHIND, _("We are behind")),
]


class ReasonForm(forms.Form):
    """`seen`: the digest of the effect that was looked at; empty the first time."""

    text = forms.CharField(
        label=_("What happened"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever decides reads it, and so does everybody who looks back."),
    )
    effective_on = DayField(label=_("In force from"), help_text=_("What was due before that day stays."))
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency


class RevisionForm(ReasonForm):
    kind = forms.ChoiceField(label=_("What has changed"), choices=KINDS, widget=forms.RadioSelect)
    target = forms.CharField(
        label=_("New target"),
        max_length=60,
        help_text=_("In the unit of the metric: 600k, 25 %, 40, 60 days…"),
    )
    below = forms.BooleanField(
        label=_("Share the difference below"),
        required=False,
        help_text=_("By the weights of the cascade; padlocked shares stay."),
    )
    above = forms.ChoiceField(
        label=_("What is above"),
        choices=[
            (STAYS, _("stays: the difference is shown")),
            (MOVES, _("moves by the same difference, up to the company")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    field_order = ("kind", "target", "effective_on", "text", "below", "above", "seen")

    def __init__(self, *args: Any, metric: str, can_share: bool, can_move: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.metric = CATALOGUE[metric]
        self.fields["target"].widget.attrs |= {
            "inputmode": "decimal",
            "autocomplete": "off",
            "class": "numeric",
        }
        for name, offered in (("below", can_share), ("above", can_move)):
            if not offered:
                del self.fields[name]

    @property
    def is_behind(self) -> bool:
        """Chosen alone, it needs nothing else."""
        return self.is_bound and self.data.get("kind") == BEHIND

    def clean_target(self) -> Decimal:
        value = parse_level(self.cleaned_data["target"], self.metric, self.currency)
        assert value is not None  # required
        largest = Decimal(LARGEST_TARGET[self.metric.unit])
        if self.metric.unit is Unit.MONEY:
            largest *= 10 ** currency_exponent(self.currency)
        if value > largest:
            raise forms.ValidationError(gettext("This target is too large to be meant."))
        if self.metric.is_shared_out and value != value.to_integral_value():
            raise forms.ValidationError(gettext("Whole numbers only."))
        return value

    def asked(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "target": data["target"],
            "effective_on": data["effective_on"],
            "below": bool(data.get("below")),
            "above": data.get("above") == MOVES,
        }


class DecisionForm(forms.Form):
    text = forms.CharField(
        label=_("Answer"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, name: str, required: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{name}_%s", **kwargs})
        self.fields["text"].required = required


@contextmanager
def shares_in(form: ReasonForm) -> Iterator[None]:
    """Run a calculation or an action; what it refuses is written at the fields of the form."""
    field = "target" if "target" in form.fields else None
    try:
        with errors_in(form):
            yield
    except Infeasible as error:
        form.add_error(field, infeasible_text(error, form.currency))
    except BelowZero as error:
        name = error.name or gettext("the company")
        form.add_error(
            field, gettext("With this difference, %(name)s would fall below zero.") % {"name": name}
        )
