"""Forms of activities: one, its correction, and the counts of a week."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pipeline.models import Company
from prospecting.actions.activities import LARGEST_COUNT
from prospecting.domain.channels import Channel
from prospecting.models import Activity, Contact, Engagement
from prospecting.models.people import CHANNELS
from tenants.forms.base import DayField
from tenants.models import Person

NAMES = dict(CHANNELS)
# Of the own prospecting: what a partner does goes through its engagement.
WEEK_CHANNELS = [channel.value for channel in Channel if channel is not Channel.PARTNER]
WEEK_KINDS = [Activity.Kind.ATTEMPT.value, Activity.Kind.CONTACT.value, Activity.Kind.CONVERSATION.value]


class SaidForm(forms.Form):
    """What was done, when, through which channel."""

    kind = forms.ChoiceField(
        label=_("What it was"), choices=Activity.Kind.choices, initial=Activity.Kind.CONTACT, widget=forms.RadioSelect
    )  # fmt: skip
    channel = forms.ChoiceField(label=_("Channel"), choices=CHANNELS, initial=Channel.PHONE.value)
    day = DayField(label=_("Day"))
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ActivityForm(SaidForm):
    """One activity. The company is chosen among those offered, or named."""

    company_name = forms.CharField(
        label=_("Company"),
        max_length=255,
        required=False,
        help_text=_("A part of its name finds it; a new name makes a new company."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    company = forms.UUIDField(required=False)
    contact = forms.UUIDField(required=False)
    whose = forms.ChoiceField(label=_("Whose activity"))

    field_order = ("company_name", "company", "contact", "kind", "channel", "day", "whose", "note")

    def __init__(
        self,
        *args: Any,
        people: Sequence[Person],
        engagements: Sequence[Engagement],
        me: UUID | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.id): person for person in people}
        self.engagements = {str(one.id): one for one in engagements}
        known = [(key, str(one)) for key, one in {**self.people, **self.engagements}.items()]
        whose = self.fields["whose"]
        whose.choices = known  # type: ignore[attr-defined]
        whose.initial = str(me) if me else (known[0][0] if known else "")
        if len(known) == 1:
            whose.widget = forms.HiddenInput()
        self.fields["day"].initial = timezone.localdate()

    def clean_company(self) -> Company | None:
        return self._chosen("company", Company)

    def clean_contact(self) -> Contact | None:
        return self._chosen("contact", Contact)

    def _chosen(self, name: str, model: Any) -> Any:
        wanted = self.cleaned_data[name]
        found = model.objects.filter(pk=wanted).first() if wanted else None
        if wanted and found is None:
            raise forms.ValidationError(_("Choose one of the list."))
        return found

    @property
    def person(self) -> Person | None:
        return self.people.get(self.cleaned_data["whose"])

    @property
    def engagement(self) -> Engagement | None:
        return self.engagements.get(self.cleaned_data["whose"])


class WeekForm(forms.Form):
    """Counts by channel and kind, in one segment: `count-<channel>-<kind>`."""

    def __init__(
        self, *args: Any, channels: Sequence[str], counts: Mapping[tuple[str, str], int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.channels = channels
        kinds = dict(Activity.Kind.choices)
        for channel in channels:
            for kind in WEEK_KINDS:
                self.fields[f"count-{channel}-{kind}"] = forms.IntegerField(
                    label=gettext("%(channel)s: %(kind)s")
                    % {"channel": str(NAMES[channel]).capitalize(), "kind": kinds[kind]},
                    required=False,
                    min_value=0,
                    max_value=LARGEST_COUNT,
                    initial=counts.get((channel, kind)),
                    widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "numeric", "min": 0}),
                )

    def rows(self, before: Mapping[tuple[str, str], Sequence[int]]) -> list[tuple[str, list[dict[str, Any]]]]:
        """(channel, [{kind, field, before}]) in the order of the page."""
        kinds = dict(Activity.Kind.choices)
        return [
            (
                str(NAMES[channel]),
                [
                    {
                        "kind": kinds[kind],
                        "field": self[f"count-{channel}-{kind}"],
                        "before": before.get((channel, kind), ()),
                    }
                    for kind in WEEK_KINDS
                ],
            )
            for channel in self.channels
        ]

    def counts(self, segment: UUID | None) -> dict[tuple[str, str, UUID | None], int]:
        """Every count of the form; an empty cell is 0."""
        return {
            (channel, kind, segment): self.cleaned_data[f"count-{channel}-{kind}"] or 0
            for channel in self.channels
            for kind in WEEK_KINDS
        }
