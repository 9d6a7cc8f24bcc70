"""What is typed about meetings."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from prospecting.actions.meetings import Claim
from prospecting.models import Criterion
from prospecting.models.people import CHANNELS
from tenants.forms.base import DayField

REASON_LENGTH = 500
Choices = list[tuple[str, Any]]
OUTCOMES: Choices = [
    ("booked", _("is booked")),
    ("held", _("took place")),
    ("guest", _("did not take place: the guest did not come")),
    ("host", _("did not take place: the host did not come")),
]


def reason_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(
        label=label, help_text=help_text, max_length=REASON_LENGTH, widget=area, required=required
    )


class ClockField(forms.TimeField):
    """A time of the day; the browser shows its own clock and sends HH:MM."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **kwargs)


class SayForm(forms.Form):
    """A word about a meeting: it carries the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, criteria: Sequence[Criterion] = (), hosts: Choices | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stale = False


class CriteriaMixin:
    """Check boxes and evidence, one pair a criterion of the meeting's own definition."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def add_criteria(self, criteria: Iterable[Criterion]) -> None:
        self.criteria = list(criteria)
        for one in self.criteria:
            self.fields[f"met_{one.pk}"] = forms.BooleanField(
                label=one.label, help_text=one.help, required=False
            )
            self.fields[f"evidence_{one.pk}"] = forms.CharField(
                label=one.evidence or _("Evidence"), max_length=300, required=False
            )

    @property
    def pairs(self) -> list[dict[str, Any]]:
        """For the template: the criterion with its two fields."""
        return [
            {
                "criterion": one,
                "met": self[f"met_{one.pk}"],  # type: ignore[index]
                "evidence": self[f"evidence_{one.pk}"],  # type: ignore[index]
            }
            for one in self.criteria
        ]

    @property
    def claims(self) -> dict[UUID, Claim]:
        return {
            one.pk: Claim(self.cleaned_data[f"met_{one.pk}"], self.cleaned_data[f"evidence_{one.pk}"])
            for one in self.criteria
        }


class HoldForm(CriteriaMixin, SayForm):
    def __init__(self, *args: Any, criteria: Sequence[Criterion] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "hold_%s", **kwargs})
        self.add_criteria(criteria)


class CancelForm(SayForm):
    reason = reason_field(_("Reason"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "cancel_%s", **kwargs})


class ReasonForm(SayForm):
    """A second look, or its result."""

    reason = reason_field(_("Why"), _("Both sides read it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "reason_%s", **kwargs})


class UnmetForm(SayForm):
    """Not qualified: by which required criterion; without a definition, why."""

    unmet = forms.ChoiceField(
        label=_("What is not met?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the criterion that is not met.")},
    )
    reason = reason_field(_("Comment"), _("The other side reads it."), required=False)

    def __init__(self, *args: Any, criteria: Sequence[Criterion] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "unmet_%s", **kwargs})
        required = [(str(one.pk), one.label) for one in criteria if one.is_required]
        if required:
            self.fields["unmet"].choices = required  # type: ignore[attr-defined]
        else:
            del self.fields["unmet"]

    @property
    def unmet_id(self) -> UUID | None:
        chosen = self.cleaned_data.get("unmet")
        return UUID(chosen) if chosen else None


class MoveForm(SayForm):
    day = DayField(label=_("Day"))
    at = ClockField(label=_("Time"))
    reason = reason_field(_("Reason"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "move_%s", **kwargs})

    @property
    def starts_at(self) -> datetime:
        return moment(self.cleaned_data["day"], self.cleaned_data["at"])


class MeetingForm(CriteriaMixin, forms.Form):
    """Log a meeting: one screen, which a thumb fills in half a minute."""

    engagement = forms.ChoiceField(label=_("Engagement"), required=False)
    company = forms.CharField(label=_("Company"), max_length=255)
    outcome = forms.ChoiceField(
        label=_("The meeting"), choices=OUTCOMES, widget=forms.RadioSelect, initial="booked"
    )
    slot = forms.ChoiceField(label=_("Free slot"), required=False)
    day = DayField(label=_("Day"), required=False)
    at = ClockField(label=_("Time"), required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480, initial=30)
    host = forms.ChoiceField(label=_("Who meets them"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=CHANNELS)
    known = forms.BooleanField(label=_("Book it all the same"), required=False)

    def __init__(
        self,
        *args: Any,
        engagements: Choices,
        hosts: Choices,
        slots: Choices,
        channels: Choices,
        criteria: Sequence[Criterion] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.warning = ""
        choices = {"engagement": engagements, "host": hosts, "slot": slots, "channel": channels}
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]
        for name in ("engagement", "host", "slot"):
            if (len(choices[name]) < 2 and name != "engagement") or not choices[name]:
                del self.fields[name]
        self.add_criteria(criteria)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("slot") and "slot" not in self.errors:
            for name in ("day", "at"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Say when, or choose a slot."))
        return cleaned

    @property
    def when(self) -> tuple[datetime, str]:
        """When it begins, and who meets them: the slot's where one is chosen."""
        if slot := self.cleaned_data.get("slot"):
            host, starts_at = slot.split("|", 1)
            return datetime.fromisoformat(starts_at), host
        return moment(self.cleaned_data["day"], self.cleaned_data["at"]), self.cleaned_data.get("host") or ""


def moment(day: date, at: Any) -> datetime:
    """The instant of a local day and time."""
    return datetime.combine(day, at, timezone.get_current_timezone())
