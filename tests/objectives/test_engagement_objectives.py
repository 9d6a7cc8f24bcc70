"""Objectives that a partner carries: set like any other, on what its activities and meetings are counted for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from objectives.actions import calibrations, plans
from objectives.models import Cycle, Objective
from prospecting.models import Engagement
from tenants.access import SYSTEM
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.prospecting import logged

pytestmark = pytest.mark.django_db


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"objectives:{name}", kwargs={"organisation": "atelier", **kwargs})


@kept
def planned(quarter: Cycle, director: Membership) -> Cycle:
    with tenant_scope(quarter.organisation_id):
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=factories.actor(director))
    return quarter


@kept
def calls(planned: Cycle) -> Engagement:
    with tenant_scope(planned.organisation_id):
        return logged.engagement(planned.organisation, "Calls")


@pytest.fixture
def browser(director: Membership) -> Client:
    return factories.client_of(director)


def sent(engagement: Engagement, **changed: str) -> dict[str, str]:
    return {
        "metric": "meetings_accepted", "owner": f"engagement:{engagement.pk}", "target": "30", "priority": "2",
        "version": "0", "segment": "Health", **changed,
    }  # fmt: skip


def test_a_partner_carries_one_with_a_segment(planned: Cycle, calls: Engagement, browser: Client) -> None:
    form = browser.get(url("objective_add", cycle=planned.pk)).context["form"]
    assert [group[0] for group in form.fields["owner"].choices][-1] == "Partners"

    assert browser.post(url("objective_add", cycle=planned.pk), sent(calls)).status_code == 302

    with tenant_scope(planned.organisation_id):
        made = Objective.objects.get(engagement=calls)
        assert (made.metric, made.target, made.segment, str(made.owner)) == (
            "meetings_accepted",
            30,
            "Health",
            "Calls",
        )
        assert made.parent is not None
        calibrations.calibrate(cycle=planned, by=SYSTEM)
        made.refresh_from_db()
        assert made.calibration["band"] == "unknown"  # nobody knows yet how many meetings a partner brings
    page = browser.get(url("objective_edit", objective=made.pk))
    assert page.context["form"]["owner"].value() == f"engagement:{calls.pk}"
    for step in ("review", "strategy", "clarity", "calibration"):
        shown = browser.get(url(step, cycle=planned.pk))
        assert shown.status_code == 200
    assert "Calls" in browser.get(url("review", cycle=planned.pk)).text


@pytest.mark.parametrize("metric", ["revenue_won", "opportunities_opened", "win_rate"])
def test_no_deal_belongs_to_an_engagement(
    planned: Cycle, calls: Engagement, browser: Client, metric: str
) -> None:
    answer = browser.post(url("objective_add", cycle=planned.pk), sent(calls, metric=metric))
    assert answer.status_code == 422
    assert "metric" in answer.context["form"].errors


def test_an_engagement_that_is_over_carries_nothing(
    planned: Cycle, calls: Engagement, browser: Client
) -> None:
    with tenant_scope(planned.organisation_id):
        Engagement.objects.filter(pk=calls.pk).update(ends_on=date(2025, 6, 30))
    answer = browser.post(url("objective_add", cycle=planned.pk), sent(calls))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["owner"])
