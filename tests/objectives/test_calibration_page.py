"""The calibration step: how attainable each objective is, what the field changes, why something is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from objectives.actions import activation, calibrations, contexts, justifications, plans
from objectives.models import Cycle, DraftStep, Objective
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.conftest import House
from tests.objectives.test_activation import NOW

ClientOf = Callable[[Membership], Client]
HTMX = {"HX-Request": "true"}


def url(name: str, cycle: Cycle, **kwargs: Any) -> str:
    return reverse(f"objectives:{name}", kwargs={"organisation": "atelier", "cycle": cycle.pk, **kwargs})


@pytest.fixture
def browser(director: Membership, client_of: ClientOf) -> Client:
    return client_of(director)


@kept
def planned(quarter: Cycle, director: Membership) -> Cycle:
    """Six times what was ever won in a quarter: out of reach."""
    with tenant_scope(quarter.organisation_id):
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=factories.actor(director))
    return quarter


@kept
def calibrated(planned: Cycle, director: Membership) -> Cycle:
    with tenant_scope(planned.organisation_id):
        calibrations.calibrate(cycle=planned, by=factories.actor(director))
    return planned


def company_of(cycle: Cycle) -> Objective:
    with tenant_scope(cycle.organisation_id):
        return Objective.objects.get(cycle=cycle, metric="revenue_won", parent=None)


def test_before_the_ambition_the_page_says_what_to_do_first(quarter: Cycle, browser: Client) -> None:
    assert "No ambition yet" in browser.get(url("calibration", quarter)).text


def test_looking_computes_nothing_and_offers_to(planned: Cycle, browser: Client) -> None:
    page = browser.get(url("calibration", planned)).text

    assert "Something has changed since the probabilities were computed." in page
    assert not company_of(planned).calibration


def test_the_button_computes(planned: Cycle, browser: Client) -> None:
    answer = browser.post(url("calibrate", planned), headers=HTMX)

    assert "out of reach" in answer.text
    assert "the last 12 months say" in answer.text
    assert "Something has changed" not in answer.text
    assert company_of(planned).calibration["band"] == "out_of_reach"


def test_another_target_makes_it_outdated(calibrated: Cycle, browser: Client, director: Membership) -> None:
    with tenant_scope(calibrated.organisation_id):
        plans.set_ambition(cycle=calibrated, revenue_minor=5_000_000, version=1, by=factories.actor(director))

    assert "Something has changed" in browser.get(url("calibration", calibrated)).text


def test_a_constraint_moves_the_probability_at_once_and_says_by_how_much(
    calibrated: Cycle, browser: Client, director: Membership
) -> None:
    with tenant_scope(calibrated.organisation_id):
        by = factories.actor(director)
        plans.set_ambition(cycle=calibrated, revenue_minor=8_000_000, version=1, by=by)
        calibrations.calibrate(cycle=calibrated, by=by)
    before = company_of(calibrated)

    data = {"factor": "competitive_intensity", "level": "-2", "multiplier": "", "version": before.version}
    answer = browser.post(url("constraint", calibrated), data, headers=HTMX)

    after = company_of(calibrated)
    assert answer.status_code == 200
    assert after.calibration["probability"] < before.calibration["probability"]
    assert after.calibration["multipliers"]["competitive_intensity"] == 0.7
    effects = browser.get(url("calibration_effects", calibrated), headers=HTMX).text
    assert "Competition ×0.7" in effects
    assert "without it." in effects


def test_an_own_multiplier_replaces_the_documented_one(calibrated: Cycle, browser: Client) -> None:
    version = company_of(calibrated).version
    data = {"factor": "brand_awareness", "level": "-1", "multiplier": "0.5", "version": version}

    browser.post(url("constraint", calibrated), data)

    assert company_of(calibrated).calibration["multipliers"]["brand_awareness"] == 0.5


@pytest.mark.parametrize("multiplier", ["9", "much"])
def test_a_multiplier_that_cannot_be_is_refused_at_its_field_and_kept(
    calibrated: Cycle, browser: Client, multiplier: str
) -> None:
    data = {
        "factor": "brand_awareness",
        "level": "-1",
        "multiplier": multiplier,
        "version": company_of(calibrated).version,
    }

    answer = browser.post(url("constraint", calibrated), data, headers=HTMX)

    assert answer.status_code == 422
    assert "constraint-brand_awareness-error" in answer.text
    assert f'value="{multiplier}"' in answer.text


def test_out_of_reach_needs_a_written_reason_at_its_field(
    calibrated: Cycle, browser: Client, director: Membership
) -> None:
    by = factories.actor(director)
    seen = company_of(calibrated)
    with tenant_scope(calibrated.organisation_id):
        contexts.say(cycle=calibrated, objective=seen, context=factories.CONTEXT, version=seen.version, by=by)
        with pytest.raises(ValidationError) as refused:
            activation.activate(cycle=calibrated, by=by, now=NOW)
    assert "out of reach: write why it is kept" in " ".join(refused.value.messages)
    company = company_of(calibrated)

    browser.post(
        url("justify", calibrated, objective=company.pk),
        {"justification": "Two people more", "version": company.version},
    )

    assert company_of(calibrated).calibration["justification"] == "Two people more"
    review = browser.get(url("review", calibrated)).text
    assert "Revenue won · the company is out of reach" not in review
    assert f"{url('calibration', calibrated)}#objective-" in review


def test_one_reason_may_hold_for_all_of_them_and_is_one_step(calibrated: Cycle, browser: Client) -> None:
    browser.post(url("justify_all", calibrated), {"justification": "Two people more"})

    with tenant_scope(calibrated.organisation_id):
        rows = Objective.objects.filter(cycle=calibrated, calibration__band="out_of_reach")
        assert {row.calibration["justification"] for row in rows} == {"Two people more"}
        assert DraftStep.objects.filter(verb="calibration.justify").count() == 1


def test_the_review_has_the_probabilities_computed_before_anything_is_locked(
    planned: Cycle, browser: Client
) -> None:
    before = browser.get(url("review", planned)).text

    answer = browser.post(url("calibrate", planned), {"then": "review"}, follow=True)

    assert "How likely the objectives are is computed first." in before
    assert answer.redirect_chain == [(url("review", planned), 302)]
    assert "Something has changed" not in answer.text
    assert "out of reach: write why it is kept" in answer.text


def test_the_reason_is_written_on_the_review_too(calibrated: Cycle, browser: Client) -> None:
    answer = browser.post(
        url("justify_all", calibrated),
        {"justification": "A partner brings them", "then": "review"},
        follow=True,
    )

    assert answer.redirect_chain == [(url("review", calibrated), 302)]
    assert "out of reach: write why" not in answer.text
    assert company_of(calibrated).calibration["justification"] == "A partner brings them"


def test_a_refused_activation_leaves_its_reasons_on_the_review(planned: Cycle, browser: Client) -> None:
    answer = browser.post(url("activate", planned), follow=True)

    assert "Nothing is locked yet: put right what is listed below." in answer.text
    assert "out of reach: write why it is kept" in answer.text
    assert company_of(planned).state == Objective.State.DRAFT


def test_no_reason_is_no_reason(calibrated: Cycle, browser: Client, director: Membership) -> None:
    answer = browser.post(url("justify_all", calibrated), {"justification": "  "}, headers=HTMX)

    assert answer.status_code == 422
    with tenant_scope(calibrated.organisation_id), pytest.raises(ValidationError):
        justifications.justify_all(cycle=calibrated, text=" ", by=factories.actor(director))


def test_somebody_elses_change_is_said(calibrated: Cycle, browser: Client, director: Membership) -> None:
    company = company_of(calibrated)
    with tenant_scope(calibrated.organisation_id):
        calibrations.justify(
            cycle=calibrated,
            objective=company,
            text="A new partner",
            version=company.version,
            by=factories.actor(director),
        )

    answer = browser.post(
        url("justify", calibrated, objective=company.pk),
        {"justification": "Two people more", "version": company.version},
        headers=HTMX,
    )

    assert answer.status_code == 409
    assert "Changed meanwhile by Alice" in answer.text
    assert "Two people more" in answer.text


def test_the_least_attainable_come_first_and_few_at_a_time(
    house: House, calibrated: Cycle, browser: Client
) -> None:
    with tenant_scope(house.organisation.id):
        for i in range(40):
            factories.objective(calibrated, "margin_rate", segment=f"S{i:02}", target=0)

    page = browser.get(url("calibration", calibrated))
    rest = browser.get(url("calibration_lines", calibrated) + "?skip=25", headers=HTMX)

    assert page.context["lines"][0]["band"] == "out_of_reach"
    assert len(page.context["lines"]) == 5
    assert len(rest.context["lines"]) == 21
    assert "<html" not in rest.text


def test_the_weeks_are_checked_against_the_own_best(calibrated: Cycle, browser: Client) -> None:
    slots = browser.get(url("calibration", calibrated)).context["slots"]

    assert [slot["stage"] for slot in slots] == ["Prospecting", "Engaging"]
    assert {slot["fits"] for slot in slots} == {False}, slots


def test_an_active_cycle_keeps_the_calibration_of_its_activation(
    planned: Cycle, browser: Client, director: Membership
) -> None:
    factories.make_ready(planned)
    with tenant_scope(planned.organisation_id):
        activation.activate(cycle=planned, by=factories.actor(director), now=NOW)

    page = browser.get(url("calibration", planned)).text

    assert "the objectives are locked" in page
    assert "Something has changed" not in page
    assert browser.post(url("calibrate", planned)).headers["Location"] == url("review", planned)


def test_an_adviser_reads_and_changes_nothing(calibrated: Cycle, client_of: ClientOf) -> None:
    browser = client_of(factories.member(calibrated.organisation, "adviser"))

    assert "<textarea" not in browser.get(url("calibration", calibrated)).text
    assert browser.post(url("calibrate", calibrated)).status_code == 403
