"""A context on a page: as fields with where each value comes from, or as it was said."""

from collections.abc import Mapping
from typing import Any, cast

from django.utils.translation import gettext as _

from objectives.actions.contexts import LISTS
from objectives.domain.context import FACTORS, Context, why_not
from objectives.forms.context import TEXTS, ContextForm
from objectives.wording_clarity import FACTOR_NAMES, FIELD_NAMES, LEVELS

Notes = Mapping[str, str]


def fields_of(form: ContextForm, notes: Notes) -> dict[str, Any]:
    """The fields in the order of the page; `notes`: where the value of a field comes from, in words."""

    def one(name: str) -> dict[str, Any]:
        return {
            "field": form[name],
            "not": form[f"not_{name}"],
            "note": notes.get(name) or notes.get(f"not_{name}", ""),
        }

    return {
        "form": form,
        "lists": [one(name) | {"more": form[f"{name}_more"]} for name in LISTS],
        "texts": [one(name) for name in TEXTS],
        "factors": [{"field": form[name], "note": notes.get(name, "")} for name in FACTORS],
    }


def said_of(context: Context) -> list[dict[str, Any]]:
    """What is said, field by field: label, text, and whether nothing is said."""
    lines = [
        {"name": name, "label": str(FIELD_NAMES[name]), "text": field_text(context, name)}
        for name in (*LISTS, *TEXTS)
    ]
    constraints = cast("Mapping[str, Any]", context.get("constraints", {}))
    levels = [
        _("%(factor)s: %(level)s") % {"factor": FACTOR_NAMES[name], "level": LEVELS[constraints[name]]}
        for name in FACTORS
        if constraints.get(name)
    ]
    if context.get("constraints_reviewed") and not levels:
        levels = [_("looked at: as before")]
    lines.append(
        {
            "name": "constraints_reviewed",
            "label": str(FIELD_NAMES["constraints_reviewed"]),
            "text": " · ".join(levels) or _not_applicable(context, "constraints_reviewed"),
        }
    )
    return lines


def field_text(context: Context, name: str) -> str:
    """A field in words; "" when nothing is said about it."""
    value = cast("Mapping[str, Any]", context).get(name)
    text = ", ".join(value) if isinstance(value, list) else str(value or "")
    return text or _not_applicable(context, name)


def _not_applicable(context: Context, name: str) -> str:
    reason = why_not(context, name)
    return _("Not applicable: %(reason)s") % {"reason": reason} if reason else ""
