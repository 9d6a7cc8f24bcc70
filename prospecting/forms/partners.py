"""Forms of partners, engagements, prices and costs."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline.amount_field import AmountField
from prospecting.actions.engagements import Terms
from prospecting.models import Cost, Engagement, Segment
from prospecting.models.people import CHANNELS
from tenants.forms.base import DayField
from tenants.models import Person
from tenants.models.organisation import LANGUAGES


class PartnerForm(forms.Form):
    name = forms.CharField(label=_("Name of the firm"), max_length=160)


class PartnerChangeForm(PartnerForm):
    is_active = forms.BooleanField(label=_("We work with this firm"), required=False)


class EngagementForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=160)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(
        label=_("Until"), required=False, help_text=_("The last day; empty: no end is agreed.")
    )
    segments: "forms.ModelMultipleChoiceField[Segment]" = forms.ModelMultipleChoiceField(
        label=_("Segments"),
        queryset=None,  # of the organisation in force: see __init__
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them. What is done outside of them is off target and counts apart."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=CHANNELS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    territories = forms.CharField(label=_("Territories"), max_length=300, required=False)
    monthly_accepted = forms.IntegerField(
        label=_("Accepted meetings a month"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("What the partner’s month is measured against."),
    )
    log_hours = forms.IntegerField(
        label=_("The partner logs a meeting within (hours)"), min_value=1, max_value=720, initial=24
    )
    answer_days = forms.IntegerField(
        label=_("We answer within (working days)"),
        min_value=1,
        max_value=30,
        initial=2,
        help_text=_(
            "Without an answer until then the meeting is accepted tacitly. Holds for what is booked next."
        ),
    )
    second_look_days = forms.IntegerField(
        label=_("We decide a dispute within (working days)"),
        min_value=1,
        max_value=30,
        initial=5,
        help_text=_(
            "Without a second look until then the meeting counts as accepted. Holds for what is booked next."
        ),
    )
    disclosure = forms.ChoiceField(
        label=_("What the partner learns of an opportunity"),
        choices=Engagement.Disclosure.choices,
        initial=Engagement.Disclosure.NOTHING,
        help_text=_("Of those that its meetings led to. The amount is told once it is won."),
    )
    client_contact: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("Our contact"), queryset=None, required=False, empty_label=_("nobody named")
    )
    contact_note = forms.CharField(label=_("Contacts"), max_length=300, required=False)
    is_active = forms.BooleanField(label=_("The engagement is running"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("segments", Segment.objects.filter(kind=Segment.Kind.SEGMENT)),
            ("client_contact", Person.objects.filter(end_on=None)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def terms(self) -> Terms:
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Terms(**values)


class PriceForm(forms.Form):
    from_on = DayField(label=_("From"))
    meeting_minor = AmountField(label=_("For an accepted meeting"))
    month_minor = AmountField(label=_("A month"))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spell_in(self, currency)
        self.fields["from_on"].initial = timezone.localdate


class CostForm(forms.Form):
    what = forms.ChoiceField(label=_("What"))
    from_on = DayField(label=_("From"))
    amount_minor = AmountField(label=_("Amount"))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spell_in(self, currency)
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = [
            (Cost.Kind.DAY.value, Cost.Kind.DAY.label),
            (_("an activity by"), [(value, label) for value, label in CHANNELS]),
        ]
        self.fields["from_on"].initial = timezone.localdate

    def cost(self) -> dict[str, Any]:
        """What `costs.set_cost` takes, without who."""
        what = self.cleaned_data["what"]
        is_day = what == Cost.Kind.DAY
        return {
            "kind": Cost.Kind.DAY.value if is_day else Cost.Kind.CHANNEL.value,
            "channel": "" if is_day else what,
            "from_on": self.cleaned_data["from_on"],
            "amount_minor": self.cleaned_data["amount_minor"],
        }


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
        help_text=_(
            "A partner who is a member here works on the engagement at once; anybody else is invited."
        ),
    )
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=LANGUAGES)


def spell_in(form: forms.Form, currency: str) -> None:
    for field in form.fields.values():
        if isinstance(field, AmountField):
            field.currency = currency
