"""Template words of the house: amounts, rates and dates in the reader's language, and small drawings.

Every filter writes a dash for None and for "", which is what a missing variable becomes on its way
through `{% include … with … only %}`. All use the active language (`get_language`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Literal

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from tenants import drawing, formatting, markup
from tenants.formatting import Number

register = template.Library()

THEMES = frozenset({"light", "dark"})
CONTROL_CLASSES = {"checkbox": "form-check-input", "radio": "form-check-input", "select": "form-select"}


type Figure = Number | Literal[""] | None


def _language() -> str:
    return get_language() or "en"


def _known(value: Figure) -> Number | None:
    return None if value == "" else value


@register.filter
def money(minor: Figure, currency: str) -> str:
    """`{{ amount_minor|money:organisation.currency }}`: "250 000 €"; cents only under 1 000."""
    return formatting.format_money(_known(minor), currency, _language())


@register.filter
def money_exact(minor: Figure, currency: str) -> str:
    """As `money`, always with the cents: for "see the math" and for exports read on screen."""
    return formatting.format_money(_known(minor), currency, _language(), exact=True)


@register.filter
def signed_money(minor: Figure, currency: str) -> str:
    """As `money`, with + before a gain: for gaps and contributions."""
    return formatting.format_money(_known(minor), currency, _language(), signed=True)


@register.filter
def money_compact(minor: Figure, currency: str) -> str:
    """Short amount for headlines: "1,42 M €"."""
    return formatting.format_money_compact(_known(minor), currency, _language())


@register.filter
def signed_money_compact(minor: Figure, currency: str) -> str:
    """Short amount with its sign: "-96 k €"."""
    return formatting.format_money_compact(_known(minor), currency, _language(), signed=True)


@register.filter
def number(value: Figure, digits: int | None = None) -> str:
    """Grouped figure; the argument fixes the decimals."""
    return formatting.format_number(_known(value), _language(), digits=digits)


@register.filter
def percent(ratio: Figure, digits: int | None = None) -> str:
    """Ratio as a percentage: 0.31 is "31 %"; one decimal below 10 % unless told."""
    return formatting.format_percent(_known(ratio), _language(), digits=digits)


@register.filter
def days(value: Figure, digits: int | None = None) -> str:
    """Number of days with its unit: "12 jours"."""
    return formatting.format_days(_known(value), _language(), digits=digits)


@register.filter
def day(value: date | datetime | None, style: str = "medium") -> str:
    """Calendar day; styles short, medium, long, full, weekday ("Tue 12 Jan"), sentence ("mardi 12 janvier"), month."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return formatting.format_day(value or None, _language(), style)


@register.filter
def moment(value: datetime | None, style: str = "full") -> str:
    """Instant in the active time zone: "12 Jan 2027, 02:04"; style "clock" gives "02:04"."""
    if value and timezone.is_aware(value):
        value = timezone.localtime(value)
    return formatting.format_moment(value or None, _language(), style)


@register.simple_tag
def percent_interval(low: Figure, high: Figure) -> str:
    """`{% percent_interval cell.low cell.high %}`: "26-36 %"."""
    return formatting.format_percent_interval(_known(low), _known(high), _language())


@register.simple_tag
def money_interval(low: Figure, high: Figure, currency: str) -> str:
    """`{% money_interval low_minor high_minor currency %}`: "1,28 M € - 1,55 M €"."""
    return formatting.format_money_interval(_known(low), _known(high), currency, _language())


@register.simple_tag
def whisker(low: Figure, high: Figure, value: Figure, target: Figure, top: Figure) -> drawing.Whisker:
    """Positions of an interval bar on a 0-100 axis, as plain SVG numbers whatever the language."""
    marks = {"low": low, "high": high, "value": value, "target": target, "top": top}
    return drawing.whisker(**{name: _known(mark) for name, mark in marks.items()})


@register.simple_tag
def progress_positions(actual: Figure, path: Figure, target: Figure) -> drawing.ProgressPositions:
    """Positions of an own-position-against-path bar on a 0-100 axis."""
    return drawing.progress_positions(actual=_known(actual), path=_known(path), target=_known(target))


@register.simple_tag
@cache
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite `static/img/icons.svg`; hidden from screen readers, so text goes beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false" width="20" height="20">'
        '<use href="{}#{}"></use></svg>',
        css,
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def state_mark(state: str, text: str = "", compact: bool | str = "") -> SafeString:
    """What `_components/state_badge.html` shows."""
    state = state if state in markup.STATES else "none"
    picture, words = markup.STATES[state]
    return markup.state_badge(state, text or str(words), icon(picture), compact=bool(compact))


@register.simple_tag
def math_panel(
    math: Mapping[str, Any] | Literal[""] | None, label: str = "", compact: bool | str = ""
) -> SafeString:
    """What `_components/math.html` shows; nothing without `math`."""
    if not math:
        return SafeString("")
    words = label or gettext("See the math")
    return markup.math(math, words, icon("math", "icon-small"), compact=bool(compact))


@register.simple_tag
def whisker_bar(
    low: Figure, high: Figure, value: Figure, target: Figure, top: Figure, state: str = ""
) -> SafeString:
    """What `_components/interval_bar.html` shows."""
    return markup.whisker(whisker(low, high, value, target, top), state)


@register.simple_tag
def navigation_lines(lines: Sequence[Mapping[str, Any]]) -> SafeString:
    """The lines of `_components/navigation.html`."""
    return markup.navigation(lines, icon)


@register.simple_tag
def tab_bar(tabs: Sequence[Mapping[str, Any]], label: str) -> SafeString:
    """Pages of one subject; label: of the group, for screen readers."""
    return markup.tab_bar(tabs, label)


@register.simple_tag
def options(choices: Sequence[Mapping[str, Any]]) -> SafeString:
    """The options of a select: {value, label, selected}."""
    return markup.options(choices)


@register.simple_tag
def tree(
    nodes: Sequence[Mapping[str, Any]], more: Mapping[str, str] | Literal[""] | None = None
) -> SafeString:
    """Objectives as rows of a tree, and what fetches the next ones: `nodes` and `more` as in `markup.tree`."""
    return markup.tree(nodes, more or None, icon)


@register.simple_tag(takes_context=True)
def defined(context: template.Context, key: str, words: str) -> SafeString:
    """`{% defined "path" word %}`: the name of a figure, leading to its definition in the catalogue; the words alone
    without a key, or outside an organisation."""
    # Parts of a page that are included by themselves keep the request, though not as a word.
    organisation = getattr(getattr(context, "request", None), "organisation", None)
    if not key or organisation is None:
        return conditional_escape(words)
    address = catalogue_address(organisation.slug)
    return SafeString(f'<a class="definition" href="{address}#{escape(key)}">{conditional_escape(words)}</a>')


@lru_cache(maxsize=1000)
def catalogue_address(slug: str) -> str:
    return reverse("objectives:metrics", kwargs={"organisation": slug})


@register.simple_tag
def linked_cells(cells: Sequence[Mapping[str, Any]]) -> SafeString:
    """The cells of a row whose figures lead to what is behind them: {head, text, interval, muted, url}."""
    return markup.linked_cells(cells)


@register.simple_tag
def plain_rows(rows: Sequence[Sequence[Any]]) -> SafeString:
    """The rows of `_components/plain_table.html`."""
    return markup.table_rows(rows)


@register.simple_tag
@cache
def constant(name: str) -> SafeString:
    """`{% constant "_components/brand.html" %}`: a part that is the same on every page for every reader; drawn once."""
    return render_to_string(name)


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """The reader's chosen theme, "light" or "dark"; empty follows the system (CSS `color-scheme`)."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return chosen if chosen in THEMES else ""


class Captured(template.Node):
    """What `{% captured as name %}…{% endcaptured %}` holds: drawn once, written wherever `{{ name }}` stands."""

    def __init__(self, nodes: template.NodeList, name: str) -> None:
        self.nodelist = nodes
        self.name = name

    def render(self, context: template.Context) -> SafeString:
        context[self.name] = self.nodelist.render(context)
        return SafeString("")


@register.tag
def captured(parser: template.base.Parser, token: template.base.Token) -> Captured:
    """`{% captured as places %}…{% endcaptured %}`: a part that the page shows in two places."""
    _tag, _as, name = token.split_contents()
    nodes = parser.parse(("endcaptured",))
    parser.delete_first_token()
    return Captured(nodes, name)


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The input of a bound form field with the house's class; Django itself ties help and errors to it."""
    widget = field.field.widget
    if field.use_fieldset:  # a group: Django would put the class on its frame as well
        return field.as_widget()
    house = CONTROL_CLASSES.get(getattr(widget, "input_type", ""), "form-control")
    classes = [widget.attrs.get("class", ""), house, "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.simple_tag
def form_field(field: BoundField) -> SafeString:
    """A bound field with its label, help and errors."""
    drawn = field.as_widget() if field.is_hidden else control(field)
    return markup.form_field(field, drawn, icon("alert-circle", "icon-small"))


@register.simple_tag
def field_notes(field: BoundField) -> SafeString:
    """The help and the errors of a field whose label and input stand elsewhere."""
    return markup.field_notes(field, icon("alert-circle", "icon-small"))
