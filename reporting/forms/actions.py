"""Forms of lever actions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.amount_field import AmountField
from pipeline.models import Stage
from reporting.actions.lever_actions import LONGEST_TEXT, Wanted
from reporting.domain.lever_actions import LeverKind
from reporting.models import LeverAction
from tenants.forms.base import DayField
from tenants.models import Person, Team

COMPANY = "company"


class OwnedForm(forms.Form):
    """Who answers for it, and when."""

    owner: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        queryset=None, label=gettext_lazy("Who answers for it")
    )
    start_on = DayField(label=gettext_lazy("From"))
    review_on = DayField(label=gettext_lazy("Review on"))

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = Person.objects.filter(pk__in=[one.pk for one in people]).order_by("name")


class ActionForm(OwnedForm):
    """A lever action; `scope` is company, team:<id> or person:<id>."""

    field_order = (
        "lever", "stage", "scope", "segment", "channel", "note", "expected", "owner", "start_on", "review_on", "steps",
    )  # fmt: skip

    lever = forms.ChoiceField(label=gettext_lazy("Lever"), choices=LeverAction.Lever.choices)
    stage: "forms.ModelChoiceField[Stage]" = forms.ModelChoiceField(
        queryset=None,
        label=gettext_lazy("Rate out of the stage"),
        required=False,
        empty_label=gettext_lazy("from the opening to the win"),
    )
    scope = forms.ChoiceField(label=gettext_lazy("For whom"))
    segment = forms.CharField(label=gettext_lazy("Segment"), max_length=120, required=False)
    channel = forms.CharField(label=gettext_lazy("Source channel"), max_length=120, required=False)
    note = forms.CharField(
        label=gettext_lazy("What is done, and why"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    expected = AmountField(label=gettext_lazy("Expected effect"), required=False)
    steps = forms.CharField(
        label=gettext_lazy("Steps"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line."),
    )

    def __init__(
        self, *args: Any, teams: Sequence[tuple[int, Team]], company: bool, scoped: Sequence[Person], currency: str,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        stage, scope, expected = self.fields["stage"], self.fields["scope"], self.fields["expected"]
        assert isinstance(stage, forms.ModelChoiceField)
        assert isinstance(scope, forms.ChoiceField)
        assert isinstance(expected, AmountField)
        stage.queryset = Stage.objects.filter(kind=Stage.Kind.OPEN).order_by("position")
        expected.currency = currency
        expected.label = _("Expected effect (%(currency)s)") % {"currency": currency}
        whole = [(COMPANY, _("the company"))] if company else []
        scope.choices = [
            *whole,
            (_("Teams"), [(f"team:{team.pk}", "\u2003" * depth + team.name) for depth, team in teams]),
            (_("People"), [(f"person:{one.pk}", one.name) for one in scoped]),
        ]

    def wanted(self) -> Wanted:
        """Only of a valid form."""
        given = self.cleaned_data
        kind, _colon, key = given["scope"].partition(":")
        return Wanted(
            lever=LeverKind(given["lever"]),
            owner=given["owner"],
            start_on=given["start_on"],
            review_on=given["review_on"],
            team_id=UUID(key) if kind == "team" else None,
            person_id=UUID(key) if kind == "person" else None,
            stage=given["stage"],
            segment=given["segment"].strip(),
            channel=given["channel"].strip(),
            expected=given["expected"],
            note=given["note"],
            steps=[{"text": line} for line in given["steps"].splitlines()],
        )


class ConclusionForm(forms.Form):
    conclusion = forms.CharField(
        label=gettext_lazy("Conclusion"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What you saw, and what you do next."),
    )


class ScenarioForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    levers = forms.JSONField(widget=forms.HiddenInput)
