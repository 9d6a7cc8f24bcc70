"""What both sides of a negotiation type."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.forms import VersionedForm
from pipeline.amount_field import AmountField
from tenants.forms.base import DayField

REASON_LENGTH = 500


def _reason(label: Any, help_text: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=help_text, max_length=REASON_LENGTH, widget=area)


class SendForm(forms.Form):
    """Until when answers are awaited; the action says when a cycle has no day yet."""

    due_on = DayField(label=_("Answers until"), required=False)

    def __init__(self, *args: Any, needs_day: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].required = needs_day


class WordForm(VersionedForm):
    """Something that needs no further word: accept, take, withdraw, propose."""


class CounterForm(VersionedForm):
    amount = AmountField(label=_("Amount that you propose"))
    reason = _reason(_("Why"), _("The other side reads it, and decides with it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "counter_%s", **kwargs})


class RefuseForm(VersionedForm):
    reason = _reason(_("Why"), _("The other side reads it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "refuse_%s", **kwargs})
