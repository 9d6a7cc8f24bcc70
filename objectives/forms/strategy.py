"""The forms of the strategy and of the profiles: a version in words and weights, and rows of targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives.actions.targets import check_target
from objectives.domain.catalogue import CATALOGUE, OBJECTIVE_METRICS
from objectives.domain.strategy import WHOLE, Orientation
from objectives.forms import VersionedForm
from objectives.forms.context import NamesField
from objectives.forms.objective import parse_level
from objectives.wording_strategy import ORIENTATION_HELP, ORIENTATIONS
from pipeline.amount_field import AmountField
from tenants.forms.base import DayField

PARTS = tuple(part.value for part in Orientation)
MOST_ROWS = 250  # more than a page shows


class StrategyForm(VersionedForm):
    """A version of the strategy; `version` is the number of the one that was shown, 0 when there was none.

    `segments`: names with their label, of which those to enter are ticked.
    """

    statement = forms.CharField(
        label=gettext_lazy("Strategy in a sentence"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What everybody should be able to repeat. Every objective leads back to it."),
    )
    starts_on = DayField(label=gettext_lazy("In force from"))
    horizon_on = DayField(label=gettext_lazy("Horizon"))
    ambition = AmountField(
        label=gettext_lazy("Revenue a year at the horizon"),
        required=False,
        positive=True,
        help_text=gettext_lazy("Where the cycles lead to. It sets no target by itself."),
    )
    segments_more = forms.CharField(
        label=gettext_lazy("Others, separated by commas"), required=False, max_length=500
    )

    def __init__(self, *args: Any, segments: Sequence[tuple[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in PARTS:
            self.fields[part] = forms.IntegerField(
                label=str(ORIENTATIONS[part]),
                min_value=0,
                max_value=WHOLE,
                help_text=str(ORIENTATION_HELP[part]),
                widget=forms.NumberInput(attrs={"class": "numeric", "step": "5"}),
            )
        self.fields["segments"] = NamesField(
            label=gettext_lazy("Markets to enter"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=list(segments),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if all(part in data for part in PARTS):
            total = sum(data[part] for part in PARTS)
            if total != WHOLE:
                self.add_error("growth", total_text(total))
        return data

    @property
    def weights(self) -> dict[str, int]:
        return {part: self.cleaned_data[part] for part in PARTS}

    @property
    def new_segments(self) -> list[str]:
        """The markets to enter, ticked or typed, each once."""
        typed = [" ".join(name.split()) for name in self.cleaned_data.get("segments_more", "").split(",")]
        return list(dict.fromkeys([*self.cleaned_data.get("segments", []), *filter(None, typed)]))


def total_text(total: int) -> str:
    """By how much the weights miss the whole."""
    if total < WHOLE:
        text = _("The four weights add up to %(total)s %%: %(rest)s %% are still to be given.")
    else:
        text = _("The four weights add up to %(total)s %%: %(rest)s %% too much.")
    return text % {"total": total, "rest": abs(WHOLE - total)}


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A line of a table of targets as it was sent. `error`: what is wrong with the target, "" when nothing is."""

    metric: str
    segment: str
    orientation: str
    person: UUID | None
    is_taken: bool
    text: str
    shown: str
    target: Decimal | None
    error: str
    version: int | None

    @property
    def is_typed(self) -> bool:
        return self.text.strip() != self.shown.strip()


def target_rows(data: Mapping[str, Any], currency: str) -> list[TargetRow]:
    """The lines of a table: metric-1, segment-1, take-1, target-1… ; lines on no metric of the catalogue are left out."""
    count = min(_integer(data.get("rows")) or 0, MOST_ROWS)
    lines = (_row(data, str(place), currency) for place in range(count))
    return [line for line in lines if line is not None]


def _row(data: Mapping[str, Any], place: str, currency: str) -> TargetRow | None:
    metric = data.get(f"metric-{place}", "")
    if metric not in OBJECTIVE_METRICS:
        return None
    text = data.get(f"target-{place}", "")
    is_taken = f"take-{place}" in data
    target, error = _target(text, metric, currency)
    orientation = data.get(f"orientation-{place}", "")
    return TargetRow(
        metric=metric,
        segment=data.get(f"segment-{place}", "")[:120],
        orientation=orientation if orientation in PARTS else "",
        person=_uuid(data.get(f"person-{place}", "")),
        is_taken=is_taken,
        text=text,
        shown=data.get(f"shown-{place}", ""),
        target=target,
        error=error if is_taken else "",
        version=_integer(data.get(f"version-{place}")),
    )


def _target(text: str, key: str, currency: str) -> tuple[Decimal | None, str]:
    try:
        value = parse_level(text[:60], CATALOGUE[key], currency)
        check_target(key, value, currency)
    except ValidationError as error:
        return None, " ".join(error.messages)
    return value, ""


def _integer(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
