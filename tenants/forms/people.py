"""Forms of the salespeople's and teams' pages."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.forms.base import DayField
from tenants.models import Person, Profile, Team


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Imports recognise the owner of an opportunity by it."),
    )
    profile = forms.ChoiceField(label=_("Profile"), choices=Profile.choices, initial=Profile.CONFIRMED)
    fte = forms.DecimalField(
        label=_("Capacity (FTE)"),
        min_value=Decimal("0.05"),
        max_value=Decimal(2),
        max_digits=4,
        decimal_places=2,
        initial=1,
        localize=True,
        help_text=_("1 is full time."),
    )
    start_on = DayField(label=_("Start date"), required=False)
    end_on = DayField(label=_("End date"), required=False, help_text=_("The first day no longer here."))


class NewPersonForm(PersonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"] = forms.ModelChoiceField(
            Team.objects.all(), label=_("Team"), required=False, empty_label=_("no team yet")
        )


class MoveForm(forms.Form):
    start_on = DayField(
        label=_("From"), required=False, help_text=_("Empty means since always: for a first team.")
    )
    end_on = DayField(
        label=_("Until"), required=False, help_text=_("The first day outside; empty if it has no end.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It shares its page with the person's own form, whose fields have the same names.
        super().__init__(*args, **{"auto_id": "id_move_%s", **kwargs})
        self.fields = {"team": forms.ModelChoiceField(Team.objects.all(), label=_("Team")), **self.fields}


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = forms.ModelChoiceField(
            Team.objects.all(), label=_("Belongs to"), required=False, empty_label=_("the company")
        )
        self.fields["manager"] = forms.ModelChoiceField(
            Person.objects.all(), label=_("Manager"), required=False, empty_label=_("nobody yet")
        )
