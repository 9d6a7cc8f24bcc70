"""The component gallery: every piece of the interface with example figures, for whoever builds pages."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from tenants.access import public_view

CYCLE_START = date(2027, 1, 1)
DAYS = 90
TODAY = 41


@public_view("component gallery for developers")
def gallery(request: HttpRequest) -> HttpResponse:
    """Show all components; 404 outside development and the demo."""
    if not settings.SHOW_GALLERY:
        raise Http404
    if "work" in request.GET:
        return render(request, "_components/progress.html", _work(int(request.GET["work"])))
    messages.success(request, "Import finished: 8 790 created, 10 refused.")
    messages.warning(request, "Ten rows were refused. Download them with their reasons.")
    return render(request, "gallery.html", {**_page(), **_figures(), **_charts(), **_forms()})


def _work(percent: int) -> dict[str, Any]:
    """What a running import answers each second, 20 points further every time."""
    running = percent < 100
    return {
        "id": "work-1",
        "url": f"?work={percent + 20}",
        "running": running,
        "percent": percent,
        "state": "" if running else "done",
        "label": "Importing opportunities",
        "detail": f"{min(percent, 100)} 000 of 100 000 rows",
    }


class ExampleForm(forms.Form):
    """A form with a field of each common kind."""

    name = forms.CharField(label="Name of the cycle", help_text="For example: Q1 2027.")
    target = forms.DecimalField(label="Revenue target", min_value=1)
    starts_on = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    mode = forms.ChoiceField(
        label="If a row is wrong",
        choices=[("good", "Take the good rows"), ("all", "Refuse the file")],
        widget=forms.RadioSelect,
        initial="good",
    )
    team = forms.ChoiceField(label="Team", choices=[("", "All teams"), ("n", "North")], required=False)
    remember = forms.BooleanField(label="Keep this mapping for the next file", required=False)


def _page() -> dict[str, Any]:
    return {
        "user": SimpleNamespace(
            is_authenticated=True,
            email="camille.martin@example.com",
            get_short_name="Camille",
            get_full_name="Camille Martin",
        ),
        "navigation": [
            {"label": "Landing", "url": "#", "icon": "compass", "active": True},
            {"label": "Stage gaps", "url": "#", "icon": "rows", "count": 3},
            {"label": "Objectives", "url": "#", "icon": "target"},
            {"label": "Imports", "url": "#", "icon": "import"},
            {"label": "Members", "url": "#", "icon": "users"},
        ],
        "organisations": [
            {"name": "Atelier Nord", "url": "#", "active": True},
            {"name": "Brightwater", "url": "#", "active": False},
        ],
        "breadcrumb": [
            {"label": "Company", "url": "#"},
            {"label": "Team North", "url": "#"},
            {"label": "Q1 2027"},
        ],
        "actions": [
            {"label": "Recompute now", "url": "#", "icon": "refresh"},
            {"label": "Set the quarter", "url": "#", "icon": "flag", "primary": True},
        ],
        "cycles": [
            {"value": "q1", "label": "Q1 2027", "selected": True},
            {"value": "q4", "label": "Q4 2026"},
        ],
        "teams": [{"value": "", "label": "Company"}, {"value": "n", "label": "Team North", "selected": True}],
        "persons": [{"value": "", "label": "Everyone"}, {"value": "c", "label": "Camille Martin"}],
        "as_of": CYCLE_START + timedelta(days=TODAY),
        "tabs": [
            {"label": "Gaps", "url": "#", "active": True, "count": 7},
            {"label": "Rows", "url": "#"},
            {"label": "Reviews", "url": "#"},
        ],
        "steps": [
            {"label": "Strategy", "url": "#", "state": "done"},
            {"label": "Ambition", "url": "#", "state": "done"},
            {"label": "Reverse funnel", "url": "#", "state": "current"},
            {"label": "Cascade", "state": "todo"},
            {"label": "Review", "state": "todo"},
        ],
        "work": _work(20),
        "page_of_rows": Paginator(range(8800), 50).page(3),
    }


def _figures() -> dict[str, Any]:
    math = {
        "title": "Discovery → Proposal",
        "definition": "Share of the opportunities that entered Discovery and will reach Proposal.",
        "formula": "eventual rate = CIF(advanced, last event)",
        "lines": [
            {"label": "Entered", "value": "132"},
            {"label": "Advanced", "value": "41"},
            {"label": "Lost", "value": "80"},
            {"label": "Still open", "value": "11"},
        ],
        "interval": "26–36 %",
        "definition_url": "#",
        "rows_url": "#",
        "note": "Open opportunities are counted as not decided yet, not as lost.",
    }
    rates = [
        {"stage": "Contact → Meeting", "rate": 0.076, "low": 0.06, "high": 0.09, "advanced": 38, "entered": 502,
         "objective": 0.08, "state": "cannot_tell", "gap": -4_000_00},
        {"stage": "Discovery → Proposal", "rate": 0.31, "low": 0.26, "high": 0.36, "advanced": 41, "entered": 132,
         "objective": 0.45, "state": "behind", "gap": -96_000_00},
        {"stage": "Proposal → Won", "rate": 0.42, "low": 0.35, "high": 0.49, "advanced": 30, "entered": 71,
         "objective": 0.33, "state": "on_or_above", "gap": 22_500_00},
        {"stage": "Prospecting → Engaging", "rate": None, "low": None, "high": None, "advanced": None,
         "entered": None, "objective": 0.5, "state": "none", "gap": None,
         "unknown": "cannot be known from this file"},
    ]  # fmt: skip
    leaf = {"url": "#", "state": "cannot_tell", "value": "250 000 €", "detail": "path 121 000 €"}
    tree = [
        {"label": "Revenue", "owner": "Camille Martin", "url": "#", "value": "1.60 M€", "detail": "actual 0.61 M€",
         "state": "behind", "open": True,
         "children": [{**leaf, "label": "Team North"}, {**leaf, "label": "Team South", "state": "on_or_above"}]},
        {"label": "Meetings in new markets", "owner": "Inès Petit", "url": "#", "value": "12 a week",
         "state": "on_or_above", "children_url": "#"},
        {"label": "Margin rate", "url": "#", "value": "62 %", "state": "none"},
    ]  # fmt: skip
    return {"math": math, "rates": rates, "tree": tree}


def _charts() -> dict[str, Any]:
    locale = get_language() or "en"
    money = {"locale": locale, "kind": "money", "currency": "EUR"}
    ratio = {"locale": locale, "kind": "percent"}
    dates = [(CYCLE_START + timedelta(days=i)).isoformat() for i in range(DAYS)]
    path = [round(160_000_000 * ((i + 1) / DAYS) ** 1.4) for i in range(DAYS)]
    actual = [round(path[i] * (0.95 - 0.004 * i)) if i <= TODAY else None for i in range(DAYS)]
    last = actual[TODAY] or 0
    ahead = range(DAYS - TODAY)
    band = {
        "low": [None] * TODAY + [last + 1_300_000 * i for i in ahead],
        "high": [None] * TODAY + [last + 2_100_000 * i for i in ahead],
    }
    levers = [
        ("Contacts", 2_130_184, False),
        ("Contact → meeting rate", -11_228_388, False),
        ("Meeting → opportunity rate", 213_018, True),
        ("Win rate", -2_214_024, False),
        ("Deal value", -2_308_195, False),
    ]
    plan, landed = 60_000_000, 60_000_000 + sum(value for _, value, _ in levers)
    return {
        "waterfall": {
            "format": money,
            "start": {"label": "Plan to date", "value": plan},
            "items": [{"label": label, "value": value, "muted": muted} for label, value, muted in levers],
            "end": {"label": "Actual", "value": landed},
        },
        "path_chart": {
            "format": money, "dates": dates, "path": path, "actual": actual, "target": 160_000_000,
            "today": dates[TODAY], "band": band,
            "labels": {"path": "Path", "actual": "Actual", "target": "Target", "today": "Today", "band": "Landing"},
        },
        "funnel": {
            "format": {"locale": locale, "kind": "number"},
            "stages": [
                {"label": "First contacts", "count": 502, "plan": 560, "rate_text": "7.6 % (6–9), 38 of 502"},
                {"label": "Meetings", "count": 138, "plan": 150, "rate_text": "31 % (26–36), 41 of 132"},
                {"label": "Proposals", "count": 71, "plan": 66, "rate_text": "42 % (35–49), 30 of 71"},
                {"label": "Won", "count": 30, "plan": 24, "rate_text": None},
            ],
            "labels": {"count": "Actual", "plan": "Plan to date", "rate": "To the next stage"},
        },
        "intervals": {
            "format": ratio,
            "rows": [
                {"label": "Contact → Meeting", "value": 0.076, "low": 0.06, "high": 0.09, "target": 0.08,
                 "state": "cannot_tell"},
                {"label": "Discovery → Proposal", "value": 0.31, "low": 0.26, "high": 0.36, "target": 0.45,
                 "state": "behind"},
                {"label": "Proposal → Won", "value": 0.42, "low": 0.35, "high": 0.49, "target": 0.33,
                 "state": "on_or_above"},
                {"label": "Prospecting → Engaging", "value": None, "low": None, "high": None, "target": None,
                 "state": "none", "note": "cannot be known from this file"},
            ],
            "labels": {"value": "Rate", "interval": "80% interval", "target": "Objective"},
        },
        "lever_table": {
            "columns": [{"label": "Lever"}, {"label": "Contribution", "numeric": True}],
            "rows": [[label, f"{value // 100:,} €"] for label, value, _ in levers],
        },
    }  # fmt: skip


def _forms() -> dict[str, Any]:
    wrong = ExampleForm(data={"name": "", "target": "many", "starts_on": "2027-01-01", "mode": "good"})
    return {"form": ExampleForm(prefix="ok"), "wrong_form": wrong}
