"""Inputs of forms, drawn as Django's templates draw them without the template engine, which takes ten times as long.

A form of thirty fields draws a hundred templates otherwise. What is not drawn here goes to Django's own templates.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString

type Widget = Mapping[str, Any]

FOLDER = "django/forms/widgets/"
INPUTS = ("text", "number", "email", "url", "tel", "search", "password", "hidden", "date", "checkbox")


class Renderer(DjangoTemplates):
    """Django's renderer, with the common inputs drawn here."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        draw = DRAWN.get(template_name)
        return super().render(template_name, context, request) if draw is None else draw(context["widget"])


def _attributes(given: Mapping[str, Any]) -> str:
    """True is written without a value, False not at all."""
    return "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{escape(str(value))}"'
        for name, value in given.items()
        if value is not False
    )


def _input(widget: Widget) -> SafeString:
    value = "" if widget["value"] is None else f' value="{escape(str(widget["value"]))}"'
    kind, name = escape(widget["type"]), escape(widget["name"])
    return SafeString(f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>')


def _textarea(widget: Widget) -> SafeString:
    # The first line break is not part of the value.
    text = escape(widget["value"]) if widget["value"] else ""
    return SafeString(
        f'<textarea name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>\n{text}</textarea>'
    )


def _select(widget: Widget) -> SafeString:
    parts = []
    for group, options, _index in widget["optgroups"]:
        drawn = "".join(_option(option) for option in options)
        parts.append(f'<optgroup label="{escape(group)}">{drawn}</optgroup>' if group else drawn)
    name, attributes = escape(widget["name"]), _attributes(widget["attrs"])
    return SafeString(f'<select name="{name}"{attributes}>{"".join(parts)}</select>')


def _option(option: Widget) -> str:
    value = escape(str(option["value"]))
    return f'<option value="{value}"{_attributes(option["attrs"])}>{escape(option["label"])}</option>'


def _choices(widget: Widget) -> SafeString:
    """Boxes or buttons, each in its label."""
    frame = {name: widget["attrs"][name] for name in ("id", "class") if widget["attrs"].get(name)}
    parts = []
    for group, options, _index in widget["optgroups"]:
        drawn = "".join(f"<div>{_choice(option)}</div>" for option in options)
        parts.append(f"<div><label>{escape(group)}</label>{drawn}</div>" if group else drawn)
    return SafeString(f"<div{_attributes(frame)}>{''.join(parts)}</div>")


def _choice(option: Widget) -> str:
    if not option.get("wrap_label"):
        return _input(option)
    key = option["attrs"].get("id")
    target = f' for="{escape(key)}"' if key else ""
    return f"<label{target}>{_input(option)} {escape(option['label'])}</label>"


def _named(names: Iterable[str], draw: Callable[[Widget], SafeString]) -> dict[str, Callable[[Widget], str]]:
    return {f"{FOLDER}{name}.html": draw for name in names}


DRAWN: dict[str, Callable[[Widget], str]] = {
    **_named(INPUTS, _input),
    **_named(["textarea"], _textarea),
    **_named(["select"], _select),
    **_named(["checkbox_select", "radio"], _choices),
}
