"""The tabs of the analysis: why a gap is there and what can be done, one question a page."""

from typing import Any

from django.urls import NoReverseMatch
from django.utils.translation import pgettext_lazy

from reporting.views.asked import here
from tenants.access import TenantRequest

TABS = (
    ("levers", pgettext_lazy("analysis", "Gap by lever")),
    ("causes", pgettext_lazy("analysis", "Probable causes")),
    ("conversion", pgettext_lazy("analysis", "Conversion")),
    ("value", pgettext_lazy("analysis", "Value")),
    ("landing", pgettext_lazy("analysis", "Landing")),
    ("what_if", pgettext_lazy("analysis", "What if")),
    ("actions", pgettext_lazy("analysis", "Lever actions")),
)


def analysis_tabs(request: TenantRequest, active: str, query: str = "") -> list[dict[str, Any]]:
    """For _components/tabs.html; `query` (state_query) keeps the cycle, the day and the team from tab to tab."""
    return [
        {"label": label, "url": url + query, "active": name == active}
        for name, label in TABS
        if (url := _url(request, name)) is not None
    ]


def _url(request: TenantRequest, name: str) -> str | None:
    try:
        return here(request, name)
    except NoReverseMatch:
        return None
