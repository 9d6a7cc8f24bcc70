"""Forms of the runs' pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.forms.base import DayField


class RecomputeForm(forms.Form):
    """Which day to recompute."""

    as_of = DayField(label=_("As of"))
