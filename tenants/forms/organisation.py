"""Forms of the organisation's settings."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tenants import places
from tenants.models.organisation import LANGUAGES


class SettingsForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    locale = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGES, help_text=_("Of new members; each then chooses their own.")
    )
    currency = forms.ChoiceField(label=_("Currency"))
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Says when a day begins and when the nightly figures are worked out."),
    )
    country = forms.ChoiceField(
        label=_("Country calendar"), help_text=_("Its public holidays are not working days.")
    )
    working_days = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        coerce=int,
        # A callable: read when the form is shown, in the language of then.
        choices=lambda: [(number, name.capitalize()) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one working day.")},
    )

    clarity_threshold = forms.IntegerField(
        label=_("Clarity needed to activate"),
        min_value=0,
        max_value=100,
        help_text=_("Of 100. An objective below it cannot be activated: what is missing is named."),
    )

    def __init__(self, *args: Any, currency_is_fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self._offer("time_zone", places.time_zones())
        self._offer("country", places.countries(language))
        self._offer("currency", places.currencies(language))
        if currency_is_fixed:
            self.fields["currency"].disabled = True
            self.fields["currency"].help_text = _("Amounts are recorded in this currency already: it stays.")

    def _offer(self, name: str, choices: places.Choices) -> None:
        """Offer `choices`, and the present value even when it is no longer among them."""
        present = self.initial.get(name)
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        known = {value for value, label in choices}
        field.choices = choices if not present or present in known else [(present, present), *choices]

    def clean_working_days(self) -> list[int]:
        return sorted(self.cleaned_data["working_days"])


SCOPES = [
    ("read", _("read objectives, gaps, facts, opportunities, activities and meetings")),
    ("read:contacts", _("read contacts: personal data")),
    ("write:activities", _("log activities")),
    ("write:contacts", _("record contacts")),
    ("write:meetings", _("book meetings, say how they went, answer")),
    ("write:lever-actions", _("write lever actions, start and review them")),
]


class ApiKeyForm(forms.Form):
    NEVER = ""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Which program uses it."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=SCOPES,
        initial=["read"],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("A key that may do nothing else reads."),
    )
    lifetime = forms.TypedChoiceField(
        label=_("Expires"),
        required=False,
        coerce=lambda days: timedelta(days=int(days)),
        empty_value=None,
        choices=[
            ("30", _("in 30 days")),
            ("90", _("in 90 days")),
            ("365", _("in a year")),
            (NEVER, _("never")),
        ],
        initial="365",
    )
