"""The clarity step: whom, how and what for, said once for the company and inherited by everything below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from objectives.actions import contexts, plans
from objectives.actions.errors import Locked, StaleVersion
from objectives.models import Cycle, DraftStep, Objective, Strategy
from pipeline.models import Opportunity
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.conftest import House

ClientOf = Callable[[Membership], Client]
HTMX = {"HX-Request": "true"}
SAID = {
    "segments": ["Industry"],
    "account_profile": "Makers of 50 to 500 people",
    "maturity": "Has a need this year",
    "channels": ["Phone"],
    "qualification": "A need, somebody who decides, a date",
    "success": "Won by the end of March",
    "reason": "Growth in Industry",
}


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"objectives:{name}", kwargs={"organisation": "atelier", **kwargs})


@pytest.fixture
def browser(director: Membership, client_of: ClientOf) -> Client:
    return client_of(director)


@kept
def planned(house: House, quarter: Cycle, director: Membership) -> Cycle:
    """With segments and channels on the deals: two thirds of the wins in Industry."""
    with tenant_scope(quarter.organisation_id):
        deals = list(Opportunity.objects.order_by("external_id"))
        for place, deal in enumerate(deals):
            deal.segment = "Retail" if place % 3 == 0 else "Industry"
            deal.channel = "Phone"
        Opportunity.objects.bulk_update(deals, ["segment", "channel"])
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=factories.actor(director))
    return quarter


def company_of(cycle: Cycle) -> Objective:
    with tenant_scope(cycle.organisation_id):
        return Objective.objects.get(cycle=cycle, metric="revenue_won", parent=None)


def test_before_the_ambition_the_page_says_what_to_do_first(quarter: Cycle, browser: Client) -> None:
    assert "No ambition yet" in browser.get(url("clarity", cycle=quarter.pk)).text


def test_names_of_the_pipeline_are_offered_with_their_part_of_what_was_won(
    planned: Cycle, browser: Client
) -> None:
    page = browser.get(url("clarity", cycle=planned.pk)).text

    assert "Industry · " in page
    assert "of what was won" in page
    assert "Proposed from the deals won." in page
    # Nothing measures an objective by the segments of its context.
    assert "It says where to look and leaves no deal out of the figures." in page


def test_proposals_are_accepted_by_one_click(planned: Cycle, browser: Client) -> None:
    """What the form shows is what is saved: nothing has to be typed to be clear enough."""
    page = browser.get(url("clarity", cycle=planned.pk))
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in shown.items() if value is not None and value is not False}

    answer = browser.post(url("clarity", cycle=planned.pk), data)

    assert answer.headers["Location"] == url("calibration", cycle=planned.pk)
    after = browser.get(url("clarity", cycle=planned.pk)).text
    assert "objectives are clear enough to be activated" in after
    context = company_of(planned).context
    assert set(context["segments"]) == {"Industry", "Retail"}
    assert context["channels"] == ["Phone"]
    assert "€600,000 of deals won" in context["success"]


def test_the_reason_is_proposed_from_the_strategy(planned: Cycle, browser: Client) -> None:
    with tenant_scope(planned.organisation_id):
        Strategy.objects.create(
            number=1,
            starts_on=planned.start_on,
            horizon_on=planned.end_on,
            statement="Be the first in Industry",
            growth=100,
        )

    page = browser.get(url("clarity", cycle=planned.pk)).text

    assert "Be the first in Industry" in page
    assert "Proposed from the strategy." in page


def test_what_the_company_says_is_inherited_by_everybody(planned: Cycle, browser: Client) -> None:
    browser.post(url("clarity", cycle=planned.pk), {**SAID, "version": company_of(planned).version})

    lines = browser.get(url("clarity_list", cycle=planned.pk)).context["lines"]

    assert len(lines) == 6
    assert {line["score"] for line in lines} == {95}
    assert {item["text"] for line in lines for item in line["missing"]} == {"look at the constraints"}


def test_what_is_missing_links_to_the_very_field(planned: Cycle, browser: Client) -> None:
    page = browser.get(url("clarity_list", cycle=planned.pk)).text

    assert f"{url('clarity', cycle=planned.pk)}#field-qualification" in page
    assert 'id="field-qualification"' in browser.get(url("clarity", cycle=planned.pk)).text


def test_an_own_context_wins_over_what_is_inherited(house: House, planned: Cycle, browser: Client) -> None:
    browser.post(url("clarity", cycle=planned.pk), {**SAID, "version": company_of(planned).version})
    with tenant_scope(planned.organisation_id):
        north = Objective.objects.get(team=house.teams["North"])
        ann = Objective.objects.get(person=house.people["Ann"])

    browser.post(
        url("objective_context", objective=north.pk), {"segments": ["Retail"], "version": north.version}
    )

    page = browser.get(url("objective", objective=ann.pk))
    said = {line["name"]: line for line in page.context["said"]}
    assert said["segments"]["text"] == "Retail"
    assert said["segments"]["note"] == "said for North"
    assert said["channels"]["note"] == "said for Atelier"


def test_not_applicable_counts_with_its_reason_only(planned: Cycle, browser: Client) -> None:
    data = {**SAID, "version": company_of(planned).version}
    del data["channels"]
    browser.post(url("clarity", cycle=planned.pk), {**data, "not_channels": "They come by themselves"})

    lines = browser.get(url("clarity_list", cycle=planned.pk)).context["lines"]

    assert {line["score"] for line in lines} == {95}
    assert company_of(planned).context["not_applicable"] == {"channels": "They come by themselves"}


def test_htmx_gets_the_state_of_the_step_with_the_new_version(planned: Cycle, browser: Client) -> None:
    version = company_of(planned).version
    answer = browser.post(url("clarity", cycle=planned.pk), {**SAID, "version": version}, headers=HTMX)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f'name="version" value="{version + 1}"' in answer.text
    assert "Undo: context changed" in answer.text


def test_what_is_too_long_is_refused_at_its_field_and_kept(planned: Cycle, browser: Client) -> None:
    data = {**SAID, "success": "x" * 501, "version": company_of(planned).version}

    answer = browser.post(url("clarity", cycle=planned.pk), data)

    assert answer.status_code == 422
    assert "x" * 501 in answer.text
    assert not company_of(planned).context


def test_somebody_elses_change_is_said_and_nothing_is_lost(
    planned: Cycle, browser: Client, director: Membership
) -> None:
    seen = company_of(planned).version
    with tenant_scope(planned.organisation_id):
        contexts.accept(cycle=planned, by=factories.actor(director))

    answer = browser.post(url("clarity", cycle=planned.pk), {**SAID, "version": seen})

    assert answer.status_code == 409
    assert "Changed meanwhile by Alice" in answer.text
    assert SAID["qualification"] in answer.text


def test_no_answer_lists_more_than_fifty_objectives(
    house: House, planned: Cycle, browser: Client, director: Membership
) -> None:
    with tenant_scope(house.organisation.id):
        for i in range(70):
            factories.objective(planned, "deals_won", segment=f"S{i:02}", target=1)

    first = browser.get(url("clarity_list", cycle=planned.pk))
    more = browser.get(url("clarity_list", cycle=planned.pk) + "?skip=50", headers=HTMX)

    assert len(first.context["lines"]) == 50
    assert "26 more" in first.text
    assert len(more.context["lines"]) == 26


@pytest.mark.parametrize("page", ["clarity", "clarity_list", "calibration"])
def test_a_page_asks_for_the_same_few_queries_whatever_the_size(
    house: House, planned: Cycle, browser: Client, page: str, django_assert_num_queries: Any
) -> None:
    own = {"clarity": 9, "clarity_list": 4, "calibration": 7}[page]
    browser.get(url(page, cycle=planned.pk))
    with django_assert_num_queries(7 + own):
        browser.get(url(page, cycle=planned.pk))
    with tenant_scope(house.organisation.id):
        for i in range(30):
            factories.objective(planned, "deals_won", segment=f"S{i:02}", target=1)
    with django_assert_num_queries(7 + own):
        browser.get(url(page, cycle=planned.pk))


# The action ---------------------------------------------------------------------------------------------------


def test_one_step_can_be_undone(planned: Cycle, director: Membership) -> None:
    by = factories.actor(director)
    with tenant_scope(planned.organisation_id):
        contexts.accept(cycle=planned, by=by)
        assert DraftStep.objects.latest("number").verb == "objective.context"


def test_an_outdated_version_and_a_locked_cycle_are_refused(planned: Cycle, director: Membership) -> None:
    by = factories.actor(director)
    company = company_of(planned)
    with tenant_scope(planned.organisation_id):
        with pytest.raises(StaleVersion):
            contexts.say(
                cycle=planned,
                objective=company,
                context={"success": "Won"},
                version=company.version + 5,
                by=by,
            )
        Cycle.objects.filter(pk=planned.pk).update(state="active", activated_at=factories.NOON)
        with pytest.raises(Locked):
            contexts.say(
                cycle=planned, objective=company, context={"success": "Won"}, version=company.version, by=by
            )


def test_the_page_speaks_french(planned: Cycle, browser: Client, director: Membership) -> None:
    director.user.language = "fr"
    director.user.save()

    page = browser.get(url("clarity", cycle=planned.pk)).text

    assert "Critères de qualification" in page
    assert "Enregistrer et continuer" in page
