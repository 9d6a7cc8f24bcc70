"""What is typed of a definition: criteria as numbered rows (empty ones are left out), and the three questions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prospecting.actions.definitions import LONGEST_CREDIT, MOST_CRITERIA, CriterionLine
from prospecting.forms.meetings import reason_field
from prospecting.models import DefinitionVersion

SPARE_ROWS = 2


class VersionForm(forms.Form):
    """A word about a version: it carries the version of the row that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class RejectForm(VersionForm):
    reason = reason_field(_("What should change?"), _("The other side reads it."))


class DefinitionForm(VersionForm):
    demand = forms.ChoiceField(
        label=_("What is asked for"),
        choices=DefinitionVersion.Demand,
        widget=forms.RadioSelect,
        help_text=_("Timing is not in the hands of who prospects."),
    )
    judge = forms.ChoiceField(
        label=_("Who judges"), choices=DefinitionVersion.Judge, widget=forms.RadioSelect
    )
    credit_days = forms.IntegerField(
        label=_("The source is credited for (days)"), min_value=0, max_value=LONGEST_CREDIT
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_CRITERIA)

    def __init__(self, data: Any = None, *, row: DefinitionVersion, lines: Sequence[CriterionLine]) -> None:
        count = _count(data) if data is not None else min(MOST_CRITERIA, max(3, len(lines) + SPARE_ROWS))
        initial = {
            **{"version": row.version, "demand": row.demand, "judge": row.judge, "rows": count},
            **{"credit_days": row.credit_days, "note": row.note},
        }
        super().__init__(data, initial=initial)
        self.count = count
        for number in range(count):
            self._add_row(number, lines[number] if number < len(lines) else CriterionLine(""))

    def _add_row(self, number: int, line: CriterionLine) -> None:
        kinds = {"required": _("required"), "bonus": _("bonus"), "": _("left out")}
        values = {"label": line.label, "help": line.help, "evidence": line.evidence}
        labels = {"label": _("Criterion"), "help": _("How to tell"), "evidence": _("Evidence asked for")}
        lengths = {"label": 160, "help": 300, "evidence": 200}
        for name, value in values.items():
            self.fields[f"{name}-{number}"] = forms.CharField(
                label=labels[name], max_length=lengths[name], required=False, initial=value
            )
        self.fields[f"kind-{number}"] = forms.ChoiceField(
            label=_("Weight"),
            choices=list(kinds.items()),
            required=False,
            initial="required" if line.is_required else "bonus",
        )
        self.fields[f"order-{number}"] = forms.IntegerField(
            label=_("Order"), required=False, initial=number + 1, min_value=0, max_value=99
        )

    @property
    def criterion_rows(self) -> list[dict[str, Any]]:
        """For the template: the fields of each row, by name."""
        names = ("label", "help", "evidence", "kind", "order")
        return [{name: self[f"{name}-{number}"] for name in names} for number in range(self.count)]

    @property
    def criteria(self) -> list[CriterionLine]:
        """The rows with words in them, in the order that was typed."""
        data = self.cleaned_data
        kept = [
            (data[f"order-{number}"] or 0, number)
            for number in range(self.count)
            if data[f"label-{number}"] and data[f"kind-{number}"]
        ]
        return [
            CriterionLine(
                data[f"label-{number}"],
                data[f"help-{number}"],
                data[f"evidence-{number}"],
                data[f"kind-{number}"] == "required",
            )
            for _order, number in sorted(kept)
        ]


def _count(data: Any) -> int:
    try:
        return max(0, min(MOST_CRITERIA, int(data.get("rows", 0))))
    except (TypeError, ValueError):
        return 0
