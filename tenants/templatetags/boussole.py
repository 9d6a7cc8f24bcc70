"""Template words of the house: amounts, rates and dates in the reader's language, and small drawings.

Every filter writes a dash for None. All use the active language (`get_language`).
"""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tenants import drawing, formatting
from tenants.formatting import Number

register = template.Library()

THEMES = frozenset({"light", "dark"})
CONTROL_CLASSES = {"checkbox": "form-check-input", "radio": "form-check-input", "select": "form-select"}


def _language() -> str:
    return get_language() or "en"


@register.filter
def money(minor: Number | None, currency: str) -> str:
    """`{{ amount_minor|money:organisation.currency }}`: "250 000 €"; cents only under 1 000."""
    return formatting.format_money(minor, currency, _language())


@register.filter
def money_exact(minor: Number | None, currency: str) -> str:
    """As `money`, always with the cents: for "see the math" and for exports read on screen."""
    return formatting.format_money(minor, currency, _language(), exact=True)


@register.filter
def signed_money(minor: Number | None, currency: str) -> str:
    """As `money`, with + before a gain: for gaps and contributions."""
    return formatting.format_money(minor, currency, _language(), signed=True)


@register.filter
def money_compact(minor: Number | None, currency: str) -> str:
    """Short amount for headlines: "1,42 M €"."""
    return formatting.format_money_compact(minor, currency, _language())


@register.filter
def signed_money_compact(minor: Number | None, currency: str) -> str:
    """Short amount with its sign: "−96 k €"."""
    return formatting.format_money_compact(minor, currency, _language(), signed=True)


@register.filter
def number(value: Number | None, digits: int | None = None) -> str:
    """Grouped figure; the argument fixes the decimals."""
    return formatting.format_number(value, _language(), digits=digits)


@register.filter
def signed_number(value: Number | None, digits: int | None = None) -> str:
    """Grouped figure with its sign."""
    return formatting.format_number(value, _language(), digits=digits, signed=True)


@register.filter
def percent(ratio: Number | None, digits: int | None = None) -> str:
    """Ratio as a percentage: 0.31 is "31 %"; one decimal below 10 % unless told."""
    return formatting.format_percent(ratio, _language(), digits=digits)


@register.filter
def signed_percent(ratio: Number | None, digits: int | None = None) -> str:
    """Ratio as a signed percentage: "−12 %"."""
    return formatting.format_percent(ratio, _language(), digits=digits, signed=True)


@register.filter
def days(value: Number | None, digits: int | None = None) -> str:
    """Number of days with its unit: "12 jours"."""
    return formatting.format_days(value, _language(), digits=digits)


@register.filter
def day(value: date | datetime | None, style: str = "medium") -> str:
    """Calendar day; styles short, medium, long, full, weekday ("Tue 12 Jan"), month."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return formatting.format_day(value, _language(), style)


@register.filter
def moment(value: datetime | None, style: str = "full") -> str:
    """Instant in the active time zone: "12 Jan 2027, 02:04"; style "clock" gives "02:04"."""
    if value is not None and timezone.is_aware(value):
        value = timezone.localtime(value)
    return formatting.format_moment(value, _language(), style)


@register.simple_tag
def percent_interval(low: Number | None, high: Number | None) -> str:
    """`{% percent_interval cell.low cell.high %}`: "26–36 %"."""
    return formatting.format_percent_interval(low, high, _language())


@register.simple_tag
def money_interval(low: Number | None, high: Number | None, currency: str) -> str:
    """`{% money_interval low_minor high_minor currency %}`: "1,28 M € – 1,55 M €"."""
    return formatting.format_money_interval(low, high, currency, _language())


@register.simple_tag
def number_interval(low: Number | None, high: Number | None) -> str:
    """`{% number_interval low high %}`: "12–18"."""
    return formatting.format_number_interval(low, high, _language())


@register.simple_tag
def whisker(
    low: Number | None, high: Number | None, value: Number | None, target: Number | None, top: Number | None
) -> drawing.Whisker:
    """Positions of an interval bar on a 0–100 axis, as plain SVG numbers whatever the language."""
    return drawing.whisker(low=low, high=high, value=value, target=target, top=top)


@register.simple_tag
def progress_positions(
    actual: Number | None, path: Number | None, target: Number | None
) -> drawing.ProgressPositions:
    """Positions of an own-position-against-path bar on a 0–100 axis."""
    return drawing.progress_positions(actual=actual, path=path, target=target)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A decorative icon of the sprite `static/img/icons.svg`; hidden from screen readers, so text goes beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false" width="20" height="20"><use href="{}#{}"></use></svg>',
        css,
        static("img/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """The reader's chosen theme, "light" or "dark"; empty follows the system (CSS `color-scheme`)."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The input of a bound form field with the house's class; Django itself ties help and errors to it."""
    widget = field.field.widget
    house = CONTROL_CLASSES.get(getattr(widget, "input_type", ""), "form-control")
    classes = [widget.attrs.get("class", ""), house, "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})
