"""Small pieces of a page that come by the dozen, drawn without the template engine, which takes ten times as long.

Every text is escaped here; the templates of `templates/_components/` say what the arguments mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.drawing import Whisker

STATES: dict[str, tuple[str, Promise]] = {
    "behind": ("trending-down", gettext_lazy("behind")),
    "cannot_tell": ("help", gettext_lazy("cannot tell")),
    "on_or_above": ("circle-check", gettext_lazy("on or above")),
    "none": ("minus", gettext_lazy("no objective")),
}


def state_badge(state: str, text: str, icon: SafeString, *, compact: bool) -> SafeString:
    """Icon and words of a state of STATES."""
    hidden = ' class="visually-hidden"' if compact else ""
    return SafeString(f'<span class="state state-{state}">{icon}<span{hidden}>{escape(text)}</span></span>')


def math(math: Mapping[str, Any], label: str, icon: SafeString, *, compact: bool) -> SafeString:
    """The summary and the panel of "see the math"."""
    title, hidden = escape(math.get("title", "")), ' class="visually-hidden"' if compact else ""
    about = f'<span class="visually-hidden">: {title}</span>' if title else ""
    summary = f"<summary>{icon}<span{hidden}>{escape(label)}{about}</span></summary>"
    parts = [f'<p class="math-title">{title}</p>' if title else ""]
    for name, css in (("definition", ""), ("formula", ' class="math-formula"')):
        if math.get(name):
            parts.append(f"<p{css}>{escape(math[name])}</p>")
    parts.append(_figures(math.get("lines") or (), math.get("interval") or ""))
    if math.get("note"):
        parts.append(f'<p class="math-note">{escape(math["note"])}</p>')
    parts.append(_links(math))
    panel = f'<div class="math-panel">{"".join(parts)}</div>'
    return SafeString(f'<details class="math" data-popup>{summary}{panel}</details>')


def _figures(lines: Iterable[Mapping[str, Any]], interval: str) -> str:
    rows = [(line["label"], line["value"]) for line in lines]
    if interval:
        rows.append((_("80% interval"), interval))
    if not rows:
        return ""
    drawn = (f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in rows)
    return f"<dl>{''.join(drawn)}</dl>"


def _links(math: Mapping[str, Any]) -> str:
    links = []
    if math.get("definition_url"):
        links.append(f'<a href="{escape(math["definition_url"])}">{escape(_("Definition"))}</a>')
    if math.get("rows_url"):
        words = math.get("rows_label") or _("The rows behind it")
        links.append(f'<a href="{escape(math["rows_url"])}">{escape(words)}</a>')
    return f'<p class="math-links">{"".join(links)}</p>' if links else ""


@lru_cache(maxsize=5000)
def whisker(bar: Whisker, state: str) -> SafeString:
    """An interval bar: decorative, the figures are written beside it."""
    css = f" whisker-{escape(state)}" if state else ""
    marks = ['<line class="whisker-axis" x1="0" y1="8" x2="100" y2="8" />']
    if bar.width:
        size = f'x="{bar.low}" y="3.5" width="{bar.width}" height="9" rx="4"'
        marks.append(f'<rect class="whisker-range" {size} />')
    if bar.target:
        place = f'x1="{bar.target}" y1="0.5" x2="{bar.target}" y2="15.5"'
        marks.append(f'<line class="whisker-target" {place} />')
    if bar.value:
        marks.append(f'<circle class="whisker-value" cx="{bar.value}" cy="8" r="2.5" />')
    frame = 'viewBox="-3 0 106 16" width="106" height="16" aria-hidden="true" focusable="false"'
    return SafeString(f'<svg class="whisker{css}" {frame}>{"".join(marks)}</svg>')


def navigation(lines: Iterable[Mapping[str, Any]], icon: Callable[[str], SafeString]) -> SafeString:
    """The lines of the main navigation: {label, url, icon, active, count (optional)}."""
    drawn = []
    for line in lines:
        here = ' aria-current="page"' if line.get("active") else ""
        count = f'<span class="nav-count">{escape(line["count"])}</span>' if line.get("count") else ""
        words = f"<span>{escape(line['label'])}</span>{count}"
        drawn.append(
            f'<li><a href="{escape(line["url"])}"{here}>{icon(line.get("icon") or "compass")}{words}</a></li>'
        )
    return SafeString("".join(drawn))


def tab_bar(tabs: Iterable[Mapping[str, Any]], label: str) -> SafeString:
    """Pages of one subject, each a link, so that it has an address: {label, url, active, count (optional)}."""
    drawn = []
    for tab in tabs:
        here = ' aria-current="page"' if tab.get("active") else ""
        count = tab.get("count")
        counted = "" if count is None else f'<span class="nav-count">{escape(count)}</span>'
        drawn.append(f'<li><a href="{escape(tab["url"])}"{here}>{escape(tab["label"])}{counted}</a></li>')
    return SafeString(f'<nav class="tab-bar" aria-label="{escape(label)}"><ul>{"".join(drawn)}</ul></nav>')


def options(choices: Iterable[Mapping[str, Any]]) -> SafeString:
    """The options of a select: {value, label, selected}."""
    return SafeString(
        "".join(
            f'<option value="{escape(one["value"])}"{" selected" if one.get("selected") else ""}>'
            f"{escape(one['label'])}</option>"
            for one in choices
        )
    )


def form_field(field: BoundField, control: SafeString, mark: SafeString) -> SafeString:
    """A form field with its label, help and errors, tied together for screen readers; typed values stay.

    control: its input; mark: the icon of an error.
    """
    if field.is_hidden:
        return control
    wrong = " field-wrong" if field.errors else ""
    label, notes = escape(field.label), field_notes(field, mark)
    optional = "" if field.field.required else f'<span class="field-optional">{escape(_("optional"))}</span>'
    if field.use_fieldset:
        about = f' aria-describedby="{field.aria_describedby}"' if field.aria_describedby else ""
        return SafeString(
            f'<fieldset class="field{wrong}"{about}><legend class="form-label">{label}{optional}</legend>'
            f'<div class="field-choices">{control}</div>{notes}</fieldset>'
        )
    if getattr(field.field.widget, "input_type", "") == "checkbox":
        return SafeString(
            f'<div class="field field-check{wrong}"><label class="form-check">{control}'
            f'<span class="form-check-label">{label}</span></label>{notes}</div>'
        )
    return SafeString(
        f'<div class="field{wrong}"><label class="form-label" for="{field.id_for_label}">{label}{optional}</label>'
        f"{control}{notes}</div>"
    )


def field_notes(field: BoundField, mark: SafeString) -> SafeString:
    """Help and errors of a field; the ids are those that Django puts in aria-describedby. Help may hold markup."""
    drawn = (
        f'<p class="field-help" id="{field.auto_id}_helptext">{field.help_text}</p>'
        if field.help_text
        else ""
    )
    if field.errors:
        before = f'<span class="visually-hidden">{escape(_("Error:"))}</span>'
        errors = "".join(f"<p>{before} {escape(str(error))}</p>" for error in field.errors)
        drawn += f'<div class="field-error" id="{field.auto_id}_error">{mark}<div>{errors}</div></div>'
    return SafeString(drawn)


def tree(
    nodes: Iterable[Mapping[str, Any]], more: Mapping[str, str] | None, icon: Callable[..., SafeString]
) -> SafeString:
    """Objectives as rows of `<ul class="tree">`. The children of one are fetched once, when it is opened; without JavaScript
    the arrow at the end leads to the objective's own page.

    node: {label, owner, value (written), url, definition (address), children_url, children: list of nodes, open}, and where
    there is one {detail, state, more}. more: {rows_url, page_url} of the next rows of the level.
    """
    drawn = [_tree_row(node, icon) for node in nodes]
    if more:
        address = f'href="{escape(more["page_url"])}" hx-get="{escape(more["rows_url"])}"'
        drawn.append(
            f'<li class="tree-more"><a class="btn btn-small" {address} hx-target="closest li" hx-swap="outerHTML">'
            f"{escape(_('50 more'))}</a></li>"
        )
    return SafeString("".join(drawn))


def _tree_row(node: Mapping[str, Any], icon: Callable[..., SafeString]) -> str:
    line, ends = _tree_line(node, icon), _tree_ends(node, icon("help"), icon("arrow-right"))
    if not node.get("children_url") and not node.get("children"):
        return f'<li class="tree-node"><div class="tree-line tree-leaf">{line}</div>{ends}</li>'
    opened, fetched = " open" if node.get("open") else "", ""
    if not node.get("children"):
        fetched = f' hx-get="{escape(node["children_url"])}" hx-trigger="toggle once" hx-target="find .tree"'
    arrow = icon("chevron-right", "icon-small tree-arrow")
    below = (
        tree(node.get("children") or (), node.get("more"), icon)
        or f'<li class="tree-wait">{escape(_("Loading…"))}</li>'
    )
    return (
        f'<li class="tree-node"><details{opened}{fetched}><summary class="tree-line">{arrow}{line}</summary>'
        f'<ul class="tree">{below}</ul></details>{ends}</li>'
    )


def _tree_line(node: Mapping[str, Any], icon: Callable[..., SafeString]) -> str:
    owner = f'<span class="tree-owner">{escape(node["owner"])}</span>' if node.get("owner") else ""
    detail = f'<span class="tree-detail">{escape(node["detail"])}</span>' if node.get("detail") else ""
    state = ""
    if node.get("state"):
        picture, words = STATES[node["state"]]
        state = state_badge(node["state"], str(words), icon(picture), compact=False)
    return (
        f'<span class="tree-label">{escape(node["label"])}{owner}</span>'
        f'<span class="tree-value">{escape(node["value"])}{detail}</span>{state}'
    )


def _tree_ends(node: Mapping[str, Any], define: SafeString, arrow: SafeString) -> str:
    """What an objective of a tree leads to, beside its line: a link inside the line would be one inside a button."""
    parts = []
    label = escape(node["label"])
    for address, css, picture, words in (
        (node.get("definition"), "tree-define", define, _("Definition: %(label)s")),
        (node.get("url"), "tree-open", arrow, _("Open: %(label)s")),
    ):
        if address:
            hidden = f'<span class="visually-hidden">{escape(words) % {"label": label}}</span>'
            parts.append(f'<a class="{css} btn-icon" href="{escape(address)}">{picture}{hidden}</a>')
    return "".join(parts)


def linked_cells(cells: Iterable[Mapping[str, Any]]) -> SafeString:
    """Figures of a row, each with what is behind it: {head, text, interval, muted, url}; "" for no interval, no link."""
    drawn = []
    for cell in cells:
        head, text = escape(cell["head"]), str(escape(cell["text"]))
        if cell["url"]:
            text = f'<a href="{escape(cell["url"])}" aria-label="{head} {text}">{text}</a>'
        interval = f'<span class="cell-count">{escape(cell["interval"])}</span>' if cell["interval"] else ""
        css = "numeric cell-few" if cell["muted"] else "numeric"
        drawn.append(f'<td class="{css}" data-label="{head}"><span>{text}{interval}</span></td>')
    return SafeString("".join(drawn))


def table_rows(rows: Iterable[Sequence[Any]]) -> SafeString:
    """Rows of written cells: the first is the head of its row, the others are figures."""
    drawn = []
    for head, *cells in rows:
        figures = "".join(f'<td class="numeric">{escape(cell)}</td>' for cell in cells)
        drawn.append(f'<tr><th scope="row">{escape(head)}</th>{figures}</tr>')
    return SafeString("".join(drawn))
