from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from objectives.actions import calibrations, drafts, plans
from objectives.actions.errors import Locked, StaleVersion
from objectives.domain.calibration import Unknown, is_justified, is_out_of_reach, is_outdated, multipliers
from objectives.models import Cycle, Objective
from objectives.queries.calibrating import calibrations as documents_of
from objectives.queries.calibrating_deals import known_deals
from pipeline.models import Frontier, Opportunity, OpportunityEvent
from tenants.models import AuditEntry, Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.conftest import AMOUNT, EVE, House

TARGET = 6 * AMOUNT


@kept
def shared(quarter: Cycle, director: Membership) -> Cycle:
    """The quarter with an ambition of six deals, shared out, and counts and rates of the company."""
    with tenant_scope(quarter.organisation_id):
        plans.set_ambition(cycle=quarter, revenue_minor=TARGET, version=0, by=factories.actor(director))
        for metric, target in (
            ("deals_won", 6),
            ("opportunities_opened", 30),
            ("win_rate", "0.25"),
            ("margin_rate", "0.4"),
        ):
            Objective.objects.create(cycle=quarter, metric=metric, target=Decimal(target))
    return quarter


def calibrated(cycle: Cycle, by: Membership) -> dict[str, dict[str, Any]]:
    """The documents of the company's objectives by metric, as stored."""
    calibrations.calibrate(cycle=cycle, by=factories.actor(by))
    rows = Objective.objects.filter(cycle=cycle, team=None, person=None)
    return {row.metric: row.calibration for row in rows}


def revenue(cycle: Cycle) -> Objective:
    return Objective.objects.get(cycle=cycle, metric="revenue_won", team=None, person=None)


def aim(objective: Objective, target: float) -> None:
    Objective.objects.filter(pk=objective.pk).update(target=Decimal(target))


# What the documents say ---------------------------------------------------------------------------------------


def test_an_objective_carries_its_probability_band_interval_and_the_rate_that_it_needs(shared, director):
    with tenant_scope(shared.organisation_id):
        said = calibrated(shared, director)["revenue_won"]

    assert said["as_of"] == EVE.isoformat()
    assert 0.2 < said["probability"] < 0.95
    assert said["low"] < said["mean"] < said["high"]
    assert said["mean"] == pytest.approx(sum(said["parts"].values()))
    assert said["implied"]["stage"] == "win_rate"
    # One deal in four that starts is won.
    assert said["implied"]["low"] < 0.25 < said["implied"]["high"]
    assert said["standard_error"] < 0.01
    assert said["capacity"]["available"] == pytest.approx(30, rel=0.25)


def test_a_quarter_like_those_before_lands_near_what_they_brought(shared, director):
    """One deal in three days, one of four won: about seven to eight wins in a quarter."""
    with tenant_scope(shared.organisation_id):
        said = calibrated(shared, director)

    assert said["deals_won"]["mean"] == pytest.approx(7.5, rel=0.2)
    assert said["opportunities_opened"]["mean"] == pytest.approx(30, rel=0.15)
    assert said["opportunities_opened"]["implied"]["stage"] == "weekly_openings"


def test_a_target_far_above_the_past_is_out_of_reach_and_its_implied_rate_says_so(shared, director):
    with tenant_scope(shared.organisation_id):
        aim(revenue(shared), 20 * AMOUNT)

        said = calibrated(shared, director)["revenue_won"]

        assert is_out_of_reach(said)
        assert said["implied"]["needed"] > said["implied"]["high"]


def test_a_target_that_even_winning_every_deal_would_not_reach_has_no_rate_that_would_do(shared, director):
    with tenant_scope(shared.organisation_id):
        aim(revenue(shared), 400 * AMOUNT)

        said = calibrated(shared, director)["revenue_won"]

        assert (said["probability"], said["implied"]["needed"]) == (0.0, None)


def test_teams_and_people_are_calibrated_on_their_own_deals(shared, director):
    with tenant_scope(shared.organisation_id):
        calibrations.calibrate(cycle=shared, by=factories.actor(director))
        rows = Objective.objects.filter(cycle=shared, metric="revenue_won").select_related("team", "person")
        means = {str(row.person or row.team or ""): row.calibration["mean"] for row in rows}

    assert set(means) == {"", "North", "South", "Ann", "Bea", "Cai"}
    assert means["North"] > means["South"]
    assert means["North"] + means["South"] == pytest.approx(means[""], rel=0.15)


def test_a_rate_is_judged_on_the_last_twelve_months(shared, director):
    with tenant_scope(shared.organisation_id):
        said = calibrated(shared, director)["win_rate"]

    assert said["implied"]["needed"] == pytest.approx(0.25)
    assert said["mean"] == pytest.approx(0.25, abs=0.05)
    assert said["band"] in ("stretch", "hard")


def test_a_stage_rate_is_calibrated_on_its_stage(house, quarter, director):
    with tenant_scope(house.organisation.id):
        row = Objective.objects.create(
            cycle=quarter,
            metric="stage_conversion_rate",
            stage=house.stages["Prospecting"],
            target=Decimal("0.9"),
        )
        calibrations.calibrate(cycle=quarter, by=factories.actor(director))
        row.refresh_from_db()

    assert row.calibration["implied"]["stage"] == str(house.stages["Prospecting"].id)
    assert row.calibration["mean"] == pytest.approx(0.5, abs=0.07)
    assert row.calibration["band"] == "out_of_reach"


def test_what_the_deals_do_not_measure_is_unknown_with_its_reason(shared, director):
    with tenant_scope(shared.organisation_id):
        said = calibrated(shared, director)["margin_rate"]

    assert (said["band"], said["because"], said["probability"]) == ("unknown", Unknown.NOT_MEASURED, None)


def test_without_a_target_nothing_is_said(shared, director):
    with tenant_scope(shared.organisation_id):
        Objective.objects.filter(cycle=shared, metric="deals_won").update(target=None)

        assert calibrated(shared, director)["deals_won"]["because"] == Unknown.NO_TARGET


def test_without_any_history_nothing_is_said(atelier, alice):
    cycle = factories.cycle(atelier)
    with tenant_scope(atelier.id):
        Objective.objects.create(cycle=cycle, metric="revenue_won", target=Decimal(1))
        said = calibrated(cycle, alice)

    assert said["revenue_won"]["because"] == Unknown.NO_HISTORY


def test_a_zero_target_is_comfortable(shared, director):
    with tenant_scope(shared.organisation_id):
        Objective.objects.filter(cycle=shared, metric="deals_won").update(target=0)

        assert calibrated(shared, director)["deals_won"]["probability"] == 1.0


# What it stands on --------------------------------------------------------------------------------------------


def test_nothing_later_than_the_eve_is_looked_at(shared, house, director):
    with tenant_scope(shared.organisation_id):
        before = calibrated(shared, director)["revenue_won"]
        later = (
            OpportunityEvent.objects.filter(stage=house.stages["Engaging"]).order_by("-occurred_on").first()
        )
        OpportunityEvent.objects.create(
            opportunity=later.opportunity, kind="stage", source="history", stage=house.stages["Won"],
            occurred_on=date(2026, 1, 15), owner=later.owner, team=later.team, amount_minor=900 * AMOUNT,
        )  # fmt: skip
        Frontier.objects.update(as_of=date(2026, 3, 1))

        after = calibrated(shared, director)["revenue_won"]

    assert after == before


def test_the_deals_of_a_past_day_are_read_as_they_stood(house):
    with tenant_scope(house.organisation.id):
        known = known_deals(date(2025, 6, 30))

    deals = known.deals
    assert deals.opened.max() <= date(2025, 6, 30).toordinal()
    assert not (deals.closed > deals.as_of).any()
    assert (deals.won & (deals.closed == deals.closed)).sum() == deals.won.sum()
    assert len(known.leaves) == 3
    assert len(known.stages) == 2


def test_calibrating_asks_the_same_number_of_queries_whatever_the_size(
    shared, house, director, django_assert_num_queries
):
    with tenant_scope(shared.organisation_id):
        with django_assert_num_queries(10):
            few = documents_of(shared, list(Objective.objects.filter(cycle=shared, person=None)))
        for person in house.people.values():
            for metric in ("deals_won", "opportunities_opened"):
                Objective.objects.create(cycle=shared, metric=metric, person=person, target=Decimal(3))
        with django_assert_num_queries(10):
            many = documents_of(shared, list(Objective.objects.filter(cycle=shared)))

    assert len(many) > len(few)
    assert {key: many[key] for key in few} == few


def test_the_same_inputs_give_the_same_figures(shared, director):
    with tenant_scope(shared.organisation_id):
        assert calibrated(shared, director) == calibrated(shared, director)


# Constraints --------------------------------------------------------------------------------------------------


def constrained(cycle: Cycle, by: Membership, factor: str, level: int | None, **given: Any) -> Objective:
    row = revenue(cycle)
    return calibrations.set_constraint(
        cycle=cycle,
        objective=row,
        factor=factor,
        level=level,
        version=row.version,
        by=factories.actor(by),
        **given,
    )


@pytest.mark.parametrize("factor", ["target_maturity", "competitive_intensity", "team_capacity"])
def test_a_harder_field_lowers_the_probability_and_shows_its_multiplier(shared, director, factor):
    with tenant_scope(shared.organisation_id):
        before = calibrated(shared, director)["revenue_won"]
        constrained(shared, director, factor, -2)

        after = calibrated(shared, director)["revenue_won"]

    assert after["probability"] < before["probability"]
    assert after["multipliers"][factor] == 0.7
    assert before["multipliers"][factor] == 1.0


def test_a_constraint_holds_for_those_under_the_objective_too(shared, director):
    with tenant_scope(shared.organisation_id):
        constrained(shared, director, "brand_awareness", -1)
        calibrations.calibrate(cycle=shared, by=factories.actor(director))

        below = Objective.objects.filter(cycle=shared, metric="revenue_won").exclude(person=None)
        assert {row.calibration["multipliers"]["brand_awareness"] for row in below} == {0.9}


def test_a_typed_multiplier_replaces_the_documented_one(shared, director):
    with tenant_scope(shared.organisation_id):
        row = constrained(shared, director, "brand_awareness", -1, multiplier=0.5)
        said = calibrated(shared, director)["revenue_won"]

        assert said["multipliers"]["brand_awareness"] == 0.5
        constraints = row.context["constraints"]
        assert is_outdated(said, float(TARGET), multipliers({}))
        assert not is_outdated(said, float(TARGET), multipliers(constraints))


def test_a_constraint_is_taken_back(shared, director):
    with tenant_scope(shared.organisation_id):
        constrained(shared, director, "brand_awareness", -1, multiplier=0.5)
        row = constrained(shared, director, "brand_awareness", None)

    assert row.context["constraints"] == {}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"factor": "weather", "level": 0}, "factor"),
        ({"factor": "brand_awareness", "level": 3}, "level"),
        ({"factor": "brand_awareness", "level": 1, "multiplier": 0.0}, "multiplier"),
    ],
)
def test_a_constraint_that_has_no_meaning_is_refused_at_its_field(shared, director, given, field):
    with tenant_scope(shared.organisation_id), pytest.raises(ValidationError) as refused:
        constrained(shared, director, **given)

    assert field in refused.value.message_dict


def test_a_constraint_can_be_undone(shared, director):
    with tenant_scope(shared.organisation_id):
        constrained(shared, director, "brand_awareness", -1)
        step = shared.draft_steps.order_by("number").last()
        assert step.verb == "calibration.constraint"
        drafts.undo(cycle=shared, step_id=step.pk, by=factories.actor(director))

        assert not revenue(shared).context.get("constraints")


# Justification and rights ---------------------------------------------------------------------------------------


def test_a_justification_stays_when_the_draft_is_calibrated_again(shared, director):
    with tenant_scope(shared.organisation_id):
        aim(revenue(shared), 40 * AMOUNT)
        calibrated(shared, director)
        row = revenue(shared)
        calibrations.justify(
            cycle=shared, objective=row, text=" The merger brings a list. ", version=row.version,
            by=factories.actor(director),
        )  # fmt: skip

        said = calibrated(shared, director)["revenue_won"]

        assert said["justification"] == "The merger brings a list."
        assert is_out_of_reach(said)
        assert is_justified(said)
        assert AuditEntry.objects.filter(verb="calibration.justify").exists()


def test_a_justification_on_an_outdated_page_is_refused(shared, director):
    with tenant_scope(shared.organisation_id):
        row = revenue(shared)
        with pytest.raises(StaleVersion):
            calibrations.justify(
                cycle=shared, objective=row, text="x", version=row.version + 1, by=factories.actor(director)
            )


def test_only_who_sets_objectives_calibrates(shared, carol):
    with tenant_scope(shared.organisation_id), pytest.raises(PermissionDenied):
        calibrations.calibrate(cycle=shared, by=factories.actor(carol))


def test_an_active_cycle_is_not_calibrated_any_more(shared, director):
    with tenant_scope(shared.organisation_id):
        Cycle.objects.filter(pk=shared.pk).update(state="active", activated_at=factories.NOON)
        with pytest.raises(Locked):
            calibrations.calibrate(cycle=shared, by=factories.actor(director))


def test_the_number_of_objectives_in_each_band_is_told(shared, director):
    with tenant_scope(shared.organisation_id):
        bands = calibrations.calibrate(cycle=shared, by=factories.actor(director))

        assert sum(bands.values()) == Objective.objects.filter(cycle=shared).count()
        assert bands["unknown"] == 1


def test_documents_are_told_for_every_objective(shared: Cycle, house: House) -> None:
    with tenant_scope(shared.organisation_id):
        rows = list(Objective.objects.filter(cycle=shared))
        found: dict[UUID, Any] = dict(documents_of(shared, rows))

    assert set(found) == {row.pk for row in rows}


# Scopes -------------------------------------------------------------------------------------------------------


def test_an_objective_on_a_segment_is_calibrated_on_its_deals_only(house, quarter, director):
    with tenant_scope(house.organisation.id):
        ids = list(Opportunity.objects.order_by("created_on").values_list("id", flat=True))
        Opportunity.objects.filter(id__in=ids[::2]).update(
            segment="Retail"
        )  # those that are engaged, half won
        whole = Objective.objects.create(cycle=quarter, metric="deals_won", target=Decimal(4))
        retail = Objective.objects.create(
            cycle=quarter, metric="opportunities_opened", segment="Retail", target=Decimal(4)
        )
        every = Objective.objects.create(cycle=quarter, metric="opportunities_opened", target=Decimal(4))
        nothing = Objective.objects.create(
            cycle=quarter, metric="deals_won", segment="Space", target=Decimal(1)
        )
        found = documents_of(quarter, [whole, retail, every, nothing])

    assert found[retail.pk]["mean"] == pytest.approx(found[every.pk]["mean"] / 2, rel=0.1)
    assert found[nothing.pk]["mean"] < 0.4
    assert found[whole.pk]["mean"] > 5


def test_somebody_who_has_just_come_is_taken_to_be_like_the_team_and_less_certain(house, quarter, director):
    with tenant_scope(house.organisation.id):
        new = factories.person(house.organisation, "Dee", team=house.teams["North"])
        rows = [
            Objective.objects.create(
                cycle=quarter, metric="opportunities_opened", person=person, target=Decimal(10)
            )
            for person in (new, house.people["Ann"])
        ]
        told = documents_of(quarter, rows)
        dee, ann = (told[row.pk] for row in rows)

    assert dee["mean"] == pytest.approx(ann["mean"], rel=0.25)
    assert dee["high"] - dee["low"] > 1.5 * (ann["high"] - ann["low"])


def test_somebody_who_leaves_opens_nothing_more(house, quarter, director):
    with tenant_scope(house.organisation.id):
        person = house.people["Ann"]
        person.end_on = quarter.start_on
        person.save()
        row = Objective.objects.create(
            cycle=quarter, metric="opportunities_opened", person=person, target=Decimal(10)
        )

        assert documents_of(quarter, [row])[row.pk]["mean"] == 0.0


def test_a_team_holds_the_deals_of_the_teams_under_it(house, quarter, director):
    with tenant_scope(house.organisation.id):
        top = factories.team(house.organisation, "France")
        for team in house.teams.values():
            team.parent = top
            team.save()
        rows = [
            Objective.objects.create(cycle=quarter, metric="deals_won", team=team, target=Decimal(5))
            for team in (top, None)
        ]
        told = documents_of(quarter, rows)

    assert told[rows[0].pk]["mean"] == pytest.approx(told[rows[1].pk]["mean"], rel=0.02)


def test_a_cycle_that_has_begun_before_it_is_calibrated_is_seen_from_its_eve(house, director):
    """A quarter of the past: what it brought is not looked at."""
    cycle = factories.cycle(
        house.organisation, start_on=date(2025, 10, 1), end_on=date(2026, 1, 1), name="Q4"
    )
    with tenant_scope(house.organisation.id):
        row = Objective.objects.create(cycle=cycle, metric="deals_won", target=Decimal(5))
        told = documents_of(cycle, [row])[row.pk]

    assert told["as_of"] == "2025-09-30"
    assert told["parts"] is not None
    assert told["parts"]["booked"] == 0.0


def test_a_stage_of_which_nothing_is_known_is_unknown(house, quarter, director):
    with tenant_scope(house.organisation.id):
        row = Objective.objects.create(
            cycle=quarter, metric="stage_conversion_rate", stage=house.stages["Won"], target=Decimal("0.5")
        )

        assert documents_of(quarter, [row])[row.pk]["because"] == Unknown.NOT_MEASURED
