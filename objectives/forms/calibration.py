"""Forms of the calibration step: a constraint of the field, and why something out of reach is kept."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.actions.calibrations import LONGEST_TEXT
from objectives.domain.context import FACTORS
from objectives.forms import VersionedForm
from objectives.wording_clarity import FACTOR_NAMES, LEVELS


class ConstraintForm(VersionedForm):
    factor = forms.ChoiceField(choices=[(name, FACTOR_NAMES[name]) for name in FACTORS])
    level = forms.TypedChoiceField(
        label=_("Level"), coerce=int, choices=[(str(level), label) for level, label in LEVELS.items()]
    )
    multiplier = forms.DecimalField(
        label=_("Own multiplier"), required=False, localize=True, max_digits=6, decimal_places=3
    )

    def own_multiplier(self) -> float | None:
        value: Decimal | None = self.cleaned_data["multiplier"]
        return None if value is None else float(value)


class JustificationForm(VersionedForm):
    justification = forms.CharField(
        label=_("Why it is kept"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
