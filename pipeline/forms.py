"""Forms of imports, stages and new organisations."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from pipeline.actions.stages import sentence
from pipeline.domain.credit import STEP
from pipeline.domain.importing.dates import DateFormat
from pipeline.domain.importing.fields import ENTERED_AT, Kind
from pipeline.domain.importing.kinds import KINDS
from pipeline.domain.importing.sniffing import MAX_BYTES
from pipeline.domain.stage_list import DEFAULT_STAGES, StageListError, read_stages
from pipeline.models import ImportRun
from tenants import places
from tenants.actions.organisations import address_problem
from tenants.formatting import format_number
from tenants.models import Person
from tenants.models.organisation import LANGUAGES

DATE_FORMATS = {
    DateFormat.ISO: _("year-month-day (2027-01-31), or the cells are real dates"),
    DateFormat.DMY: _("day/month/year (31/01/2027)"),
    DateFormat.MDY: _("month/day/year (01/31/2027)"),
}
LEFT_OUT = ""


def kind_choices() -> list[tuple[str, str]]:
    return [(kind.key, gettext(kind.label)) for kind in KINDS.values()]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX, at most 200 MB and a million rows, with the column names in the first row."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    kind = forms.ChoiceField(
        label=_("What is in it"),
        required=False,
        help_text=_("Found from the column names when you do not say."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", gettext("Find out")), *kind_choices()]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 200 MB."))
        return file


class ColumnsForm(forms.Form):
    """Which column means what, and how the file writes dates and decimals. One `column_<n>` field per header."""

    date_format = forms.ChoiceField(
        label=_("Dates are written"), widget=forms.RadioSelect, choices=list(DATE_FORMATS.items())
    )
    decimal = forms.ChoiceField(
        label=_("Decimals come after"),
        widget=forms.RadioSelect,
        choices=[(".", _("a point: 1234.50")), (",", _("a comma: 1234,50"))],
    )
    policy = forms.ChoiceField(
        label=_("When a row is wrong"), widget=forms.RadioSelect, choices=ImportRun.Policy.choices
    )
    create_unknown = forms.BooleanField(
        label=_("Create the people, teams, companies and products that do not exist yet"),
        required=False,
        help_text=_("Without it, the rows that name them are refused."),
    )

    def __init__(
        self, *args: Any, headers: Sequence[str], kind: Kind, stages: Sequence[str], columns: Mapping[str, str], **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.headers = list(headers)
        self.kind = kind
        choices = [(LEFT_OUT, gettext("(left out)"))]
        choices += [(field.key, self._label(field.key, field.label)) for field in kind.fields]
        if kind.staged:
            choices += [(ENTERED_AT + stage, gettext("Entered “%s” on") % stage) for stage in stages]
        for number, header in enumerate(self.headers):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=header, required=False, choices=choices, initial=columns.get(header, LEFT_OUT)
            )

    def _label(self, key: str, label: str) -> str:
        text = gettext(label)
        return gettext("%s (required)") % text if key in self.kind.required else text

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[f"column_{number}"] for number in range(len(self.headers))]

    def document(self) -> dict[str, Any]:
        """The mapping as in a mapping file, to be checked by `read_mapping`."""
        chosen = {header: self.cleaned_data[f"column_{number}"] for number, header in enumerate(self.headers)}
        return {
            "kind": self.kind.key,
            "columns": {header: field for header, field in chosen.items() if field},
            "date_format": self.cleaned_data["date_format"],
            "decimal": self.cleaned_data["decimal"],
        }


class StageForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)


class PercentField(forms.CharField):
    """A percentage typed as "40", "40 %" or "33,34"; gives the ratio, to a ten-thousandth of a percent."""

    def __init__(self, *, positive: bool = True, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.positive = positive
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "class": "numeric"})

    def clean(self, value: Any) -> Decimal | None:
        text = "".join(str(super().clean(value)).split()).replace("%", "").replace(",", ".")
        if not text:
            return None
        try:
            percent = Decimal(text)
        except InvalidOperation:
            percent = Decimal("NaN")
        if not percent.is_finite() or abs(percent) > 1_000_000:
            raise forms.ValidationError(_("This is not a percentage. Write it like 25, 25 % or 7,5."))
        share = (percent / 100).quantize(STEP)
        if not 0 <= share <= 1 or (self.positive and not share):
            raise forms.ValidationError(_("A share is more than nothing and at most the whole deal."))
        return share


class CreditForm(forms.Form):
    """Who shares a deal with its owner: `person_<n>` and `share_<n>`, and the owner's part when it is said."""

    ROWS = 4

    owner = PercentField(
        label=_("The owner's part"),
        required=False,
        positive=False,
        help_text=_("Empty: what the others leave."),
    )

    def __init__(
        self, *args: Any, people: Sequence[Person], shares: Sequence[tuple[Person | None, Decimal]] = (), **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.people = {str(person.id): person for person in people}
        choices = [("", gettext("nobody")), *((key, person.name) for key, person in self.people.items())]
        others = [(person, share) for person, share in shares if person is not None]
        for number in range(max(self.ROWS, len(others) + 1)):
            person, share = others[number] if number < len(others) else (None, None)
            self.fields[f"person_{number}"] = forms.ChoiceField(
                label=gettext("Person %(number)s") % {"number": number + 1}, choices=choices, required=False,
                initial=str(person.id) if person else "",
            )  # fmt: skip
            self.fields[f"share_{number}"] = PercentField(
                label=gettext("Share in percent"), required=False, initial=percent_text(share)
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        count = (len(self.fields) - 1) // 2
        return [(self[f"person_{number}"], self[f"share_{number}"]) for number in range(count)]

    def clean(self) -> dict[str, Any]:
        self.shares: dict[Person, Decimal] = {}
        for number in range(len(self.rows)):
            person = self.people.get(self.cleaned_data.get(f"person_{number}", ""))
            share = self.cleaned_data.get(f"share_{number}")
            if person is None and share is not None:
                self.add_error(f"person_{number}", _("Say whose share this is."))
            elif person is not None and share is None and f"share_{number}" not in self.errors:
                self.add_error(f"share_{number}", _("Say how much, in percent."))
            elif person in self.shares:
                self.add_error(f"person_{number}", _("This person has a share already."))
            elif person is not None and share is not None:
                self.shares[person] = share
        return self.cleaned_data


def percent_text(share: Decimal | None) -> str:
    """A share as a person would type it, without the sign."""
    if share is None:
        return ""
    return format_number(share * 100, get_language() or "en")


class NewOrganisationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    slug = forms.CharField(
        label=_("Address"),
        max_length=60,
        help_text=_("Its part of the address of every page: small letters, digits and hyphens."),
    )
    currency = forms.ChoiceField(label=_("Currency"), initial="EUR")
    time_zone = forms.ChoiceField(label=_("Time zone"), initial="Europe/Paris")
    country = forms.ChoiceField(
        label=_("Country calendar"), initial="FR", help_text=_("Its public holidays are not working days.")
    )
    locale = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, help_text=_("Of new members."))
    stages = forms.CharField(
        label=_("Stages"),
        widget=forms.Textarea(attrs={"rows": 6}),
        initial=lambda: gettext(DEFAULT_STAGES).replace(",", "\n"),
        help_text=_("One a line, in order; mark one “:won” and one “:lost”. Names can be changed later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        offered = {
            "currency": places.currencies(language),
            "time_zone": places.time_zones(),
            "country": places.countries(language),
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["locale"].initial = language[:2]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if problem := address_problem(slug):
            raise forms.ValidationError(problem)
        return slug

    def clean_stages(self) -> str:
        try:
            read_stages(self.cleaned_data["stages"])
        except StageListError as error:
            raise forms.ValidationError(sentence(error)) from error
        return str(self.cleaned_data["stages"])
