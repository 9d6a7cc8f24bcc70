"""What a new cycle begins with: the one before, a template by company stage, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from objectives.actions import activation, cascades, cycles, edits, plans
from objectives.domain.evolution import CompanyStage
from objectives.models import Cycle, Objective, Plan, Strategy
from objectives.queries.proposals import Basis, proposals
from objectives.queries.starting import proposed_ambition
from pipeline.models import Opportunity
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.conftest import House
from tests.objectives.test_activation import NOW

ClientOf = Callable[[Membership], Client]


def new(start: str, by: Any) -> Cycle:
    return cycles.create(
        name="Q2 2026", first_day=date(2026, 4, 1), last_day=date(2026, 6, 30), by=by, start=start
    )


@kept
def before(house: House, quarter: Cycle, director: Membership) -> Cycle:
    """The quarter before, with a typed rate, a cover ratio, an own objective and a context."""
    by = factories.actor(director)
    with tenant_scope(quarter.organisation_id):
        plan = plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=by)
        stage = str(house.stages["Engaging"].id)
        plan = plans.set_lever(cycle=quarter, lever=stage, version=plan.version, by=by, value=0.4)
        cascades.set_cover(cycle=quarter, ratio=Decimal("1.1"), version=plan.version, by=by)
        north = Objective.objects.get(team=house.teams["North"])
        edits.add(
            cycle=quarter,
            by=by,
            values={
                "metric": "average_deal_value",
                "team_id": house.teams["North"].id,
                "target": Decimal(1_500_000),
                "parent_id": north.pk,
                "why": "Larger deals",
            },
        )
        Cycle.objects.filter(pk=quarter.pk).update(rhythm="monthly")
    factories.make_ready(quarter)
    return quarter


def test_from_the_cycle_before_everything_comes_but_the_amounts_of_the_cascade(
    house: House, before: Cycle, director: Membership
) -> None:
    with tenant_scope(before.organisation_id):
        cycle = new("last", factories.actor(director))
        plan = Plan.objects.get(cycle=cycle)
        rows = {
            (row.metric, str(row.team or row.person or "")): row
            for row in Objective.objects.filter(cycle=cycle).select_related("team", "person", "parent")
        }

    assert (cycle.origin, cycle.rhythm) == ("last", "monthly")
    assert plan.revenue_minor is None
    assert plan.cover_ratio == Decimal("1.1")
    assert plan.overrides["rates"][str(house.stages["Engaging"].id)]["value"] == 0.4
    own = rows["average_deal_value", "North"]
    assert (own.target, own.why, own.source) == (1_500_000, "Larger deals", "typed")
    assert own.parent == rows["revenue_won", "North"]
    assert {row.target for key, row in rows.items() if key[0] == "revenue_won"} == {None}
    assert rows["revenue_won", ""].context["segments"] == ["Industry"]
    assert "success" not in rows["revenue_won", ""].context


def test_a_reason_that_was_the_strategy_s_is_said_anew_by_the_present_one(
    before: Cycle, director: Membership
) -> None:
    with tenant_scope(before.organisation_id):
        for number, statement in enumerate(("Win new logos", "Keep who we have"), start=1):
            Strategy.objects.create(
                number=number,
                starts_on=before.start_on if number == 1 else before.end_on,
                horizon_on=date(2028, 12, 31),
                statement=statement,
                growth=100,
            )
        company = Objective.objects.get(cycle=before, metric="revenue_won", parent=None)
        company.context["reason"] = "Win new logos"
        company.save(update_fields=["context"])

        cycle = new("last", factories.actor(director))

        copied = Objective.objects.get(cycle=cycle, metric="revenue_won", parent=None)
        assert "reason" not in copied.context
        offered = proposals(cycle, copied, {}, None)
        assert (offered["reason"].value, offered["reason"].basis) == ("Keep who we have", Basis.STRATEGY)


def test_an_own_reason_comes_along(before: Cycle, director: Membership) -> None:
    with tenant_scope(before.organisation_id):
        cycle = new("last", factories.actor(director))
        copied = Objective.objects.get(cycle=cycle, metric="revenue_won", parent=None)
        was = Objective.objects.get(cycle=before, metric="revenue_won", parent=None)
        assert copied.context["reason"] == was.context["reason"]


def test_the_ambition_takes_its_place_among_what_was_copied(before: Cycle, director: Membership) -> None:
    by = factories.actor(director)
    with tenant_scope(before.organisation_id):
        cycle = new("last", by)
        version = Plan.objects.get(cycle=cycle).version
        plans.set_ambition(cycle=cycle, revenue_minor=70_000_000, version=version, by=by)
        shares = Objective.objects.filter(cycle=cycle, metric="revenue_won")

        assert shares.count() == 6
        assert not shares.filter(target=None).exists()
        assert shares.get(parent=None).context["segments"] == ["Industry"]


def test_the_ambition_of_the_cycle_before_is_proposed(before: Cycle, director: Membership) -> None:
    with tenant_scope(before.organisation_id):
        proposed = proposed_ambition(new("last", factories.actor(director)))

    assert proposed is not None
    assert proposed.minor == 60_000_000


def test_somebody_who_left_is_not_copied(house: House, before: Cycle, director: Membership) -> None:
    with tenant_scope(before.organisation_id):
        cai = house.people["Cai"]
        cai.end_on = date(2026, 3, 1)
        cai.save()
        cycle = new("last", factories.actor(director))

        assert not Objective.objects.filter(cycle=cycle, person=cai).exists()


@kept
def dated(house: House) -> House:
    """With the day on which each deal was won or lost."""
    with tenant_scope(house.organisation.id):
        deals = list(Opportunity.objects.exclude(stage__kind="open"))
        for deal in deals:
            deal.closed_on = deal.created_on + timedelta(days=20)
        Opportunity.objects.bulk_update(deals, ["closed_on"])
    return house


@pytest.mark.parametrize("stage", CompanyStage)
def test_a_template_sets_what_makes_sense_at_that_size(
    dated: House, director: Membership, stage: CompanyStage
) -> None:
    with tenant_scope(dated.organisation.id):
        cycle = new(f"template:{stage.value}", factories.actor(director))
        rows = list(Objective.objects.filter(cycle=cycle))

    assert cycle.origin == f"template:{stage.value}"
    assert cycle.rhythm == {"10-19": "two_weeks", "20+": "monthly"}.get(stage.value, "weekly")
    assert rows
    assert all(row.target is not None and row.why for row in rows)
    assert not {row.metric for row in rows} & {"deals_won", "opportunities_opened", "revenue_won"}


def test_from_nothing_nothing_is_there(house: House, director: Membership) -> None:
    with tenant_scope(house.organisation.id):
        cycle = new("", factories.actor(director))

        assert not Objective.objects.filter(cycle=cycle).exists()


@pytest.mark.parametrize("start", ["last", "template:3", "everything"])
def test_what_cannot_be_started_from_is_refused_at_the_field(
    house: House, director: Membership, start: str
) -> None:
    with tenant_scope(house.organisation.id), pytest.raises(ValidationError) as refused:
        new(start, factories.actor(director))

    assert "start" in refused.value.error_dict


def test_the_page_offers_the_cycle_before_and_the_templates(
    before: Cycle, director: Membership, client_of: ClientOf
) -> None:
    address = reverse("objectives:cycle_create", kwargs={"organisation": "atelier"})

    page = client_of(director).get(address + "?quarter=2026-2").text

    assert "The cycle before, Q1 2026" in page
    assert 'value="last" class="form-check-input"' in page or 'value="last"' in page
    assert page.count('value="template:') == 4


def test_without_a_cycle_before_the_template_of_the_own_size_is_chosen(
    house: House, director: Membership, client_of: ClientOf
) -> None:
    address = reverse("objectives:cycle_create", kwargs={"organisation": "atelier"})

    page = client_of(director).get(address + "?quarter=2026-2")

    assert page.context["form"].initial["start"] == "template:1-4"
    assert "The cycle before" not in page.text


def test_a_cycle_started_from_a_template_can_be_activated(dated: House, director: Membership) -> None:
    by = factories.actor(director)
    with tenant_scope(dated.organisation.id):
        cycle = new("template:5-9", by)
        plans.set_ambition(cycle=cycle, revenue_minor=10_000_000, version=0, by=by)
        factories.make_ready(cycle)
        activation.activate(cycle=cycle, by=by, now=NOW)

        kept = Objective.objects.filter(cycle=cycle, source="mix")
        assert kept.exists()
        assert not kept.filter(parent=None).exists()
