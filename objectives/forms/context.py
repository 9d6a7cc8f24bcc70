"""The form of a context: whom, how, what for, and what the field is like."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from objectives.actions.contexts import LISTS, LONGEST_TEXT
from objectives.domain.context import FACTORS, FIELDS, Context
from objectives.forms import VersionedForm
from objectives.wording_clarity import FACTOR_NAMES, FIELD_HELP, FIELD_NAMES, LEVELS

TEXTS = ("account_profile", "maturity", "qualification", "success", "reason")
NEUTRAL = 0


class NamesField(forms.MultipleChoiceField):
    """Names to tick; one that is no longer offered may stay."""

    def valid_value(self, value: str) -> bool:
        return True


class ContextForm(VersionedForm):
    """`offered`: names with their label by list. `inherits`: an empty field takes what is said above."""

    constraints_reviewed = forms.BooleanField(label=_("These constraints were looked at"), required=False)

    def __init__(
        self,
        *args: Any,
        offered: Mapping[str, Sequence[tuple[str, Any]]],
        inherits: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.inherits = inherits
        for name in LISTS:
            self.fields[name] = NamesField(
                label=FIELD_NAMES[name],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=_with_own(offered.get(name, ()), self._present(name)),
                help_text=FIELD_HELP[name],
            )
            self.fields[f"{name}_more"] = forms.CharField(
                label=_("Others, separated by commas"), required=False, max_length=1000
            )
        for name in TEXTS:
            self.fields[name] = forms.CharField(
                label=FIELD_NAMES[name],
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=FIELD_HELP[name],
            )
        for name in FACTORS:
            self.fields[name] = forms.TypedChoiceField(
                label=FACTOR_NAMES[name],
                required=False,
                coerce=int,
                empty_value=None,
                choices=self._levels(),
            )
        for name in FIELDS:
            self.fields[f"not_{name}"] = forms.CharField(
                label=_("Not applicable, because"), required=False, max_length=LONGEST_TEXT
            )

    def context(self) -> Context:
        """What was typed, as the document of an objective."""
        data = self.cleaned_data
        said: dict[str, Any] = {name: data[name] for name in TEXTS}
        for name in LISTS:
            said[name] = [*data[name], *data[f"{name}_more"].split(",")]
        said["constraints"] = {name: data[name] for name in FACTORS if data[name] is not None}
        said["constraints_reviewed"] = data["constraints_reviewed"]
        said["not_applicable"] = {name: data[f"not_{name}"] for name in FIELDS}
        return cast(Context, said)

    def factors(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in FACTORS)

    def _levels(self) -> list[tuple[str, str | Promise]]:
        above: list[tuple[str, str | Promise]] = [("", _("as above"))] if self.inherits else []
        return above + [(str(level), label) for level, label in LEVELS.items()]

    def _present(self, name: str) -> Sequence[str]:
        if self.is_bound:
            return cast("list[str]", self.data.getlist(name) if hasattr(self.data, "getlist") else [])
        return self.initial.get(name) or []


def initial_of(context: Context) -> dict[str, Any]:
    """A context as the form shows it."""
    said = cast("Mapping[str, Any]", context)
    initial = {name: said.get(name) for name in (*LISTS, *TEXTS, "constraints_reviewed")}
    initial |= said.get("constraints", {})
    initial |= {f"not_{name}": reason for name, reason in said.get("not_applicable", {}).items()}
    return initial


def _with_own(offered: Sequence[tuple[str, Any]], own: Sequence[str]) -> list[tuple[str, Any]]:
    known = {name for name, _label in offered}
    return [*offered, *((name, name) for name in own if name not in known)]
