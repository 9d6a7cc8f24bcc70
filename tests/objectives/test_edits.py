"""Objectives added, changed and removed by hand: errors named at their fields, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from objectives.actions import drafts, edits, plans
from objectives.models import Cycle, DraftStep, Objective, Strategy
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.conftest import House

ClientOf = Callable[[Membership], Client]
TYPED = {"metric": "win_rate", "owner": "company", "target": "25", "priority": "2", "version": "0"}


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"objectives:{name}", kwargs={"organisation": "atelier", **kwargs})


@pytest.fixture
def browser(director: Membership, client_of: ClientOf) -> Client:
    return client_of(director)


@kept
def planned(quarter: Cycle, director: Membership) -> Cycle:
    with tenant_scope(quarter.organisation_id):
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=factories.actor(director))
    return quarter


def typed_of(cycle: Cycle) -> Objective:
    with tenant_scope(cycle.organisation_id):
        return Objective.objects.get(cycle=cycle, source="typed")


def test_an_objective_is_added_on_any_metric_for_anybody(
    house: House, planned: Cycle, browser: Client
) -> None:
    ann = house.people["Ann"]
    data = TYPED | {
        "metric": "average_deal_value",
        "owner": f"person:{ann.pk}",
        "target": "15k",
        "commitment": "12k",
        "stretch": "20k",
        "importance": "30",
        "priority": "1",
        "segment": "Industry",
        "why": "Larger deals",
    }

    answer = browser.post(url("objective_add", cycle=planned.pk), data)

    made = typed_of(planned)
    assert answer.headers["Location"] == url("objective", objective=made.pk)
    assert (made.person_id, made.target, made.commitment, made.stretch) == (
        ann.pk,
        1_500_000,
        1_200_000,
        2_000_000,
    )
    assert (made.importance, made.priority, made.segment, made.why) == (30, 1, "Industry", "Larger deals")
    assert made.parent_id is not None


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        pytest.param({"target": "-5"}, "target", "not negative", id="negative"),
        pytest.param({"target": "120"}, "target", "at most 100 %", id="rate over 100 %"),
        pytest.param(
            {"metric": "deals_won", "target": "999999999"}, "target", "too large to be meant", id="absurd"
        ),
        pytest.param({"metric": "deals_won", "target": "a few"}, "target", "not a number", id="no number"),
        pytest.param({"owner": ""}, "owner", "Say who carries it.", id="owner missing"),
        pytest.param({"metric": "stage_conversion_rate"}, "stage", "about one stage", id="stage missing"),
        pytest.param({"commitment": "30"}, "commitment", "not beyond the target", id="commitment above"),
        pytest.param({"stretch": "20"}, "stretch", "not short of the target", id="stretch below"),
        pytest.param({"importance": "130"}, "importance", "between 0 and 100", id="importance"),
        pytest.param(
            {"metric": "average_deal_value", "target": "$15k"},
            "target",
            "Amounts are in EUR here",
            id="currency",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_kept(
    planned: Cycle, browser: Client, changed: dict[str, str], field: str, said: str
) -> None:
    answer = browser.post(url("objective_add", cycle=planned.pk), TYPED | changed)

    assert answer.status_code == 422
    assert any(said in text for text in answer.context["form"].errors[field])
    value = (TYPED | changed).get("target", "")
    assert f'value="{value}"' in answer.text


def test_an_inactive_owner_is_named(house: House, planned: Cycle, director: Membership) -> None:
    with tenant_scope(planned.organisation_id):
        cai = house.people["Cai"]
        cai.end_on = date(2025, 12, 1)
        cai.save()
        with pytest.raises(ValidationError) as refused:
            edits.add(
                cycle=planned,
                by=factories.actor(director),
                values={"metric": "win_rate", "person_id": cai.pk, "target": Decimal("0.2")},
            )

    assert "Cai is not here in this cycle" in str(refused.value.error_dict["owner"])


def test_a_parent_that_would_make_a_circle_is_refused(planned: Cycle, director: Membership) -> None:
    by = factories.actor(director)
    with tenant_scope(planned.organisation_id):
        top = edits.add(cycle=planned, by=by, values={"metric": "win_rate", "target": Decimal("0.2")})
        below = edits.add(
            cycle=planned,
            by=by,
            values={
                "metric": "win_rate",
                "segment": "Industry",
                "target": Decimal("0.2"),
                "parent_id": top.pk,
            },
        )
        with pytest.raises(ValidationError) as refused:
            edits.change(cycle=planned, objective=top, version=0, by=by, values={"parent_id": below.pk})

    assert "one of its own parts" in str(refused.value.error_dict["parent"])


def test_an_owner_has_one_objective_on_a_metric(planned: Cycle, browser: Client) -> None:
    browser.post(url("objective_add", cycle=planned.pk), TYPED)

    again = browser.post(url("objective_add", cycle=planned.pk), TYPED)

    assert again.status_code == 422
    assert "on this metric already" in again.text


def test_somebody_elses_change_is_shown(planned: Cycle, browser: Client, director: Membership) -> None:
    browser.post(url("objective_add", cycle=planned.pk), TYPED)
    row = typed_of(planned)
    with tenant_scope(planned.organisation_id):
        edits.change(
            cycle=planned,
            objective=row,
            version=row.version,
            by=factories.actor(director),
            values={"target": Decimal("0.3")},
        )

    answer = browser.post(url("objective_edit", objective=row.pk), TYPED | {"target": "28"})

    assert answer.status_code == 409
    assert "Changed meanwhile by Alice" in answer.text
    assert "30.0%" in answer.text
    assert 'value="28"' in answer.text
    assert f'name="version" value="{row.version + 1}"' in answer.text


def test_of_a_share_only_what_the_cascade_leaves_open_is_changed(
    house: House, planned: Cycle, browser: Client
) -> None:
    with tenant_scope(planned.organisation_id):
        share = Objective.objects.get(person=house.people["Ann"])
    page = browser.get(url("objective_edit", objective=share.pk)).text

    browser.post(
        url("objective_edit", objective=share.pk),
        {"stretch": "300k", "priority": "1", "target": "1", "version": share.version},
    )

    assert "it follows from the ambition and the cascade" in page
    with tenant_scope(planned.organisation_id):
        after = Objective.objects.get(pk=share.pk)
    assert (after.target, after.stretch, after.priority) == (share.target, 30_000_000, 1)


def test_a_removed_objective_comes_back_by_undo(
    planned: Cycle, browser: Client, director: Membership
) -> None:
    browser.post(url("objective_add", cycle=planned.pk), TYPED)
    row = typed_of(planned)

    browser.post(url("objective_remove", objective=row.pk), {"version": row.version})
    with tenant_scope(planned.organisation_id):
        assert not Objective.objects.filter(pk=row.pk).exists()
        drafts.undo(
            cycle=planned, step_id=DraftStep.objects.latest("number").pk, by=factories.actor(director)
        )

    assert typed_of(planned).target == row.target


def test_an_active_objective_is_changed_by_a_revision_only(planned: Cycle, browser: Client) -> None:
    browser.post(url("objective_add", cycle=planned.pk), TYPED)
    row = typed_of(planned)
    with tenant_scope(planned.organisation_id):
        Cycle.objects.filter(pk=planned.pk).update(state="active", activated_at=factories.NOON)

    answer = browser.post(url("objective_edit", objective=row.pk), TYPED)

    assert answer.headers["Location"] == url("review", cycle=planned.pk)


def test_why_goes_up_to_the_strategy(planned: Cycle, browser: Client) -> None:
    with tenant_scope(planned.organisation_id):
        Strategy.objects.create(
            number=1,
            starts_on=planned.start_on,
            horizon_on=planned.end_on,
            statement="Be the first in Industry",
            growth=60,
            retention=40,
        )
    browser.post(url("objective_add", cycle=planned.pk), TYPED)
    row = typed_of(planned)
    with tenant_scope(planned.organisation_id):
        Objective.objects.filter(pk=row.pk).update(orientation="growth")

    page = browser.get(url("objective", objective=row.pk)).text

    assert "Be the first in Industry" in page
    assert "Orientation: Growth" in page
    assert "60%" in page


def test_three_levels_are_shown_when_they_are_set(planned: Cycle, browser: Client) -> None:
    browser.post(url("objective_add", cycle=planned.pk), TYPED | {"commitment": "20", "stretch": "30"})

    levels = browser.get(url("objective", objective=typed_of(planned).pk)).context["levels"]

    assert [level["value"] for level in levels] == ["20.0%", "25.0%", "30.0%"]


def test_a_salesperson_sees_the_own_objectives_and_no_other(
    house: House, planned: Cycle, client_of: ClientOf, carol: Membership
) -> None:
    with tenant_scope(planned.organisation_id):
        ann = house.people["Ann"]
        ann.membership = carol
        ann.save()
        own = Objective.objects.get(person=ann)
        other = Objective.objects.get(person=house.people["Cai"])
    browser = client_of(carol)

    assert browser.get(url("objective", objective=own.pk)).status_code == 200
    assert browser.get(url("objective", objective=other.pk)).status_code == 404
    assert browser.get(url("objective_edit", objective=own.pk)).status_code == 403


@pytest.mark.parametrize("name", ["objective", "objective_edit", "objective_context"])
def test_a_page_of_an_objective_asks_for_the_same_few_queries_whatever_the_size(
    house: House, planned: Cycle, browser: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    with tenant_scope(planned.organisation_id):
        company = Objective.objects.get(cycle=planned, parent=None)
        for i in range(60):
            factories.objective(planned, "deals_won", segment=f"S{i:02}", target=1, parent=company)

    with django_assert_max_num_queries(7 + 8):
        page = browser.get(url(name, objective=company.pk))

    assert page.status_code == 200
