"""Forms of companies and of the people at them."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pipeline.models import Company
from prospecting.domain.retention import KEPT_YEARS
from prospecting.models import Contact, Maturity
from prospecting.models.people import CHANNELS
from tenants.forms.base import DayField
from tenants.money import to_decimal, to_minor


class CompanyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=255)
    website = forms.CharField(label=_("Website"), required=False, max_length=255)
    vat_number = forms.CharField(label=_("SIREN, SIRET or VAT number"), required=False, max_length=40)
    industry = forms.CharField(label=_("Industry"), required=False, max_length=120)
    country = forms.CharField(label=_("Country"), required=False, max_length=120)
    employees = forms.IntegerField(label=_("Employees"), required=False, min_value=0, max_value=10_000_000)
    revenue = forms.DecimalField(
        label=_("Annual revenue"), required=False, min_value=0, max_digits=15, decimal_places=3, localize=True
    )
    technology = forms.CharField(
        label=_("Technologies"),
        required=False,
        max_length=500,
        help_text=_("Several with semicolons between them."),
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    @property
    def values(self) -> dict[str, Any]:
        """The values as the actions take them."""
        said = dict(self.cleaned_data)
        revenue = said.pop("revenue")
        said["revenue_minor"] = None if revenue is None else to_minor(revenue, self.currency)
        return said


def company_initial(company: Company, currency: str) -> dict[str, Any]:
    names = ("name", "website", "vat_number", "industry", "country", "employees", "technology")
    revenue = (
        None if company.revenue_minor is None else to_decimal(company.revenue_minor, currency).normalize()
    )
    return {name: getattr(company, name) for name in names} | {"revenue": revenue}


class ContactForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=160, required=False)
    job_title = forms.CharField(label=_("Job title"), max_length=160, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    channel = forms.ChoiceField(label=_("Source channel"), required=False, choices=[("", "–"), *CHANNELS])
    basis = forms.ChoiceField(
        label=_("Legal basis"),
        choices=Contact.Basis.choices,
        help_text=_(
            "Legitimate interest: the person's job concerns what you sell, and they can object at any time."
        ),
    )
    basis_note = forms.CharField(
        label=_("Purpose, and where it comes from"),
        max_length=300,
        required=False,
        help_text=_(
            "For instance: met at the trade fair of March, asked for a quote. For a consent: when and how."
        ),
    )
    collected_on = DayField(label=_("Collected on"))
    keep_until = DayField(label=_("Kept until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = gettext(
            "Empty: %(years)d years after the last contact, which moves the date. A consent ends on its day."
        )
        self.fields["keep_until"].help_text = kept % {"years": KEPT_YEARS}
        maturity = forms.ModelChoiceField(
            Maturity.objects.all(), label=_("Maturity"), required=False, empty_label="–"
        )
        placed = list(self.fields.items())
        self.fields = dict([*placed[:4], ("maturity", maturity), *placed[4:]])
