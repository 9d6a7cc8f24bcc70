"""A host's week: two stretches a day at most, how long a meeting is, the pause after it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from prospecting.domain.slots import Hours
from prospecting.forms.meetings import ClockField
from prospecting.models import Availability

MONDAY = date(2024, 1, 1)
STRETCHES = 2


class HoursForm(forms.Form):
    minutes = forms.IntegerField(label=_("Length of a meeting (minutes)"), min_value=10, max_value=240)
    pause = forms.IntegerField(label=_("Pause between two (minutes)"), min_value=0, max_value=120)
    for_partners = forms.BooleanField(label=_("Partners may book these slots"), required=False)

    def __init__(self, data: Any = None, *, known: Iterable[Availability] = ()) -> None:
        rows = sorted(known, key=lambda one: (one.weekday, one.opens_at))
        initial: dict[str, Any] = {
            "minutes": rows[0].minutes if rows else 30,
            "pause": rows[0].buffer_minutes if rows else 15,
            "for_partners": any(one.for_partners for one in rows) if rows else True,
        }
        seen: dict[int, int] = {}
        for one in rows:
            number = seen.get(one.weekday, 0)
            seen[one.weekday] = number + 1
            initial[f"opens-{one.weekday}-{number}"] = one.opens_at
            initial[f"closes-{one.weekday}-{number}"] = one.closes_at
        super().__init__(data, initial=initial)
        for weekday in range(7):
            for number in range(STRETCHES):
                self.fields[f"opens-{weekday}-{number}"] = ClockField(label=_("From"), required=False)
                self.fields[f"closes-{weekday}-{number}"] = ClockField(label=_("Until"), required=False)

    @property
    def days(self) -> list[dict[str, Any]]:
        """For the template: the name of each day, with its stretches."""
        return [
            {
                "name": date_format(MONDAY + timedelta(days=weekday), "l"),
                "stretches": [
                    (self[f"opens-{weekday}-{number}"], self[f"closes-{weekday}-{number}"])
                    for number in range(STRETCHES)
                ],
            }
            for weekday in range(7)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for weekday in range(7):
            closed = None
            for number in range(STRETCHES):
                opens, closes = (cleaned.get(f"{end}-{weekday}-{number}") for end in ("opens", "closes"))
                if (opens is None) != (closes is None):
                    self.add_error(f"closes-{weekday}-{number}", _("Say both, or neither."))
                elif opens is not None and closes is not None and closes <= opens:
                    self.add_error(f"closes-{weekday}-{number}", _("It ends before it begins."))
                elif opens is not None and closed is not None and opens < closed:
                    self.add_error(
                        f"opens-{weekday}-{number}", _("It begins before the one above has ended.")
                    )
                closed = closes or closed
        return cleaned

    @property
    def hours(self) -> list[Hours]:
        data = self.cleaned_data
        return [
            Hours(
                weekday,
                data[f"opens-{weekday}-{number}"],
                data[f"closes-{weekday}-{number}"],
                data["minutes"],
                data["pause"],
            )
            for weekday in range(7)
            for number in range(STRETCHES)
            if data[f"opens-{weekday}-{number}"] is not None
        ]


class CalendarForm(forms.Form):
    file = forms.FileField(
        label=_("Calendar file (.ics)"),
        help_text=_("Only the times in which you are busy are kept: no title, no guest, no place."),
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
    )
