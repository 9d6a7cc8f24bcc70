"""Forms of leads: one, a pasted table, an answer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prospecting.domain.channels import Channel
from prospecting.domain.leads import MOST_LINES, Line, read
from prospecting.models.people import CHANNELS
from tenants.models import Person

LONGEST_PASTE = 100_000


class LeadForm(forms.Form):
    """One lead."""

    company_name = forms.CharField(label=_("Company"), max_length=255)
    channel = forms.ChoiceField(label=_("Channel"), choices=CHANNELS, initial=Channel.INBOUND.value)
    owner = forms.ChoiceField(
        label=_("For"),
        required=False,
        help_text=_("Without a name, whoever is free takes it."),
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.id): person for person in people}
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *((key, person.name) for key, person in self.people.items())]

    def clean_owner(self) -> Person | None:
        return self.people.get(self.cleaned_data["owner"])


class PasteForm(forms.Form):
    """Leads pasted from a table. After `is_valid`, `cleaned_data["lines"]` is a list of Line."""

    lines = forms.CharField(
        label=_("Leads, one a line"),
        max_length=LONGEST_PASTE,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_(
            "Company; channel; salesperson; identifier. The last three may be missing. Semicolons, commas or tabs."
        ),
    )

    def clean_lines(self) -> list[Line]:
        names = {str(label).casefold(): key for key, label in CHANNELS} | {
            key: key for key, _label in CHANNELS
        }
        found, wrong = read(self.cleaned_data["lines"], names)
        if wrong:
            text = gettext("These lines have no company, or a channel that is not known: %(lines)s.")
            raise forms.ValidationError(text % {"lines": ", ".join(map(str, wrong[:20]))})
        if not found or len(found) > MOST_LINES:
            raise forms.ValidationError(gettext("Paste between 1 and %(most)s lines.") % {"most": MOST_LINES})
        return found


class AnswerForm(forms.Form):
    """What sales says of a lead."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Of a refusal: marketing learns from it."),
    )
