"""The reverse funnel before the pipeline: rates from what was logged, typed ones with a reason, slots."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from objectives.actions import plans
from objectives.models import Cycle, Plan
from objectives.queries.sourcing import sourcing
from prospecting.domain.meetings import Verb
from prospecting.models import Availability
from tenants.models import Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.objectives.conftest import House
from tests.objectives.test_plans import TARGET, set_ambition, set_lever
from tests.prospecting import logged

pytestmark = pytest.mark.django_db

AS_OF = date(2026, 6, 30)
DAY = date(2026, 2, 2)


def links(organisation: Organisation, as_of: date = AS_OF) -> dict[str, Any]:
    return {link["stage"]: link for link in sourcing(as_of=as_of)}


def contact(organisation: Organisation, name: str, day: date = DAY, **given: Any) -> Any:
    company = factories.company(organisation, name)
    carol = factories.person(organisation, name + " seller")
    logged.activity(organisation, day, company=company, person=carol, **given)
    return company


def test_contacts_followed_by_a_meeting_of_their_company_within_the_window_advance(
    in_scope: Organisation,
) -> None:
    for number in range(10):
        company = contact(in_scope, f"C{number}")
        if number < 3:
            on = DAY + timedelta(days=10 * (number + 1))
            logged.meeting(in_scope, on, [(Verb.HOLD, on)], company=company)
    late = contact(in_scope, "Late")
    logged.meeting(in_scope, date(2026, 6, 1), [(Verb.HOLD, date(2026, 6, 1))], company=late)

    link = links(in_scope)["contact"]

    assert (link["entered"], link["advanced"], link["lost"], link["open"]) == (11, 3, 8, 0)
    assert link["rate"] == pytest.approx(3 / 11)
    assert link["median_days"] == 20
    assert link["low"] < 3 / 11 < link["high"]


def test_a_young_contact_is_not_decided_yet(in_scope: Organisation) -> None:
    company = contact(in_scope, "Old")
    logged.meeting(in_scope, DAY, [(Verb.HOLD, DAY)], company=company)
    contact(in_scope, "Young", date(2026, 6, 20))

    link = links(in_scope)["contact"]

    assert (link["entered"], link["advanced"], link["lost"], link["open"]) == (2, 1, 0, 1)
    assert link["rate"] == pytest.approx(0.5)


def test_an_attempt_a_contact_off_target_and_a_typed_week_are_followed_nowhere(
    in_scope: Organisation,
) -> None:
    contact(in_scope, "Attempt", kind="attempt")
    contact(in_scope, "Off", in_target=False)
    logged.activity(in_scope, DAY, person=factories.person(in_scope, "Carol"), quantity=40, source="weekly")

    link = links(in_scope)["contact"]

    assert (link["entered"], link["rate"], link["unknown_because"]) == (0, None, "no_dates")


def test_meetings_are_accepted_or_refused_and_an_open_dispute_is_not_decided(in_scope: Organisation) -> None:
    for said in (
        [(Verb.HOLD, DAY), (Verb.ACCEPT, DAY + timedelta(days=2))],
        [(Verb.HOLD, DAY), (Verb.REFUSE, DAY + timedelta(days=1))],
        [(Verb.HOLD, DAY), (Verb.REFUSE, DAY), (Verb.DISPUTE, DAY + timedelta(days=3))],
        [(Verb.HOLD, DAY)],
    ):
        logged.meeting(in_scope, DAY, said)

    link = links(in_scope)["meeting"]

    assert (link["entered"], link["advanced"], link["lost"], link["open"]) == (4, 1, 1, 2)


def test_an_accepted_meeting_leads_to_its_opportunity_or_to_none(in_scope: Organisation) -> None:
    deal = factories.opportunity(in_scope, created_on=DAY + timedelta(days=4))
    for opportunity in (deal, None):
        said = [(Verb.HOLD, DAY), (Verb.ACCEPT, DAY + timedelta(days=2))]
        logged.meeting(in_scope, DAY, said, opportunity=opportunity)

    link = links(in_scope)["acceptance"]

    assert (link["entered"], link["advanced"], link["lost"]) == (2, 1, 1)
    assert (link["median_days"], link["to"]) == (2, "opening")
    assert links(in_scope, DAY + timedelta(days=3))["acceptance"]["open"] == 2  # as that day knew it


def test_everything_is_read_in_one_query(in_scope: Organisation, django_assert_num_queries: Any) -> None:
    for number in range(20):
        contact(in_scope, f"C{number}")
    with django_assert_num_queries(1 + 2):  # two of them settings
        sourcing(as_of=AS_OF)


# The plan -----------------------------------------------------------------------------------------------------


def golden(house: House, cycle: Cycle, member: Membership) -> Plan:
    set_ambition(cycle, member)
    set_lever(cycle, member, str(house.stages["Prospecting"].id), value=1.0)
    set_lever(cycle, member, str(house.stages["Engaging"].id), value=0.25)
    for link, rate in (("contact", 0.08), ("meeting", 0.5), ("acceptance", 1.0)):
        set_lever(cycle, member, link, value=rate, reason="The trade says so.")
    return set_lever(cycle, member, plans.AVERAGE_VALUE, value=1_200_000.0)


def test_typed_rates_give_the_golden_figures(house: House, quarter: Cycle, director: Membership) -> None:
    plan = golden(house, quarter, director)

    contacts, meetings, accepted = plan.result["sourcing"]
    assert plan.result["wins"] == 50
    assert [link["expected"] for link in (contacts, meetings, accepted)] == pytest.approx([5000, 400, 200])
    assert [link["safe"] for link in (contacts, meetings, accepted)] == [5580, 444, 220]


def test_they_are_reached_on_the_page(house: House, quarter: Cycle, director: Membership) -> None:
    golden(house, quarter, director)

    page = factories.client_of(director).get(f"/o/atelier/objectives/{quarter.pk}/funnel/")

    assert [(row["expected"], row["safe"]) for row in page.context["sourcing"]] == [
        ("5,000", "5,580"), ("400", "444"), ("200", "220"),
    ]  # fmt: skip
    assert "The trade says so." in page.text
    assert "/o/atelier/objectives/metrics/#prospects_contacted" in page.text


def test_a_typed_rate_says_where_it_comes_from(quarter: Cycle, director: Membership) -> None:
    set_ambition(quarter, director)
    with pytest.raises(ValidationError) as error:
        set_lever(quarter, director, "contact", value=0.08)
    assert list(error.value.message_dict) == ["reason"]

    browser: Client = factories.client_of(director)
    address = f"/o/atelier/objectives/{quarter.pk}/funnel/contact/"
    sent = {"version": "1", "value": "8", "reason": ""}
    answer = browser.post(address, sent)
    assert answer.status_code == 422
    assert "Say where this rate comes from." in answer.text
    assert browser.post(address, sent | {"reason": "A fair"}).status_code == 302
    with tenant_scope(quarter.organisation_id):
        assert Plan.objects.get().overrides["rates"]["contact"] == {"value": 0.08, "reason": "A fair"}


def test_the_figures_of_the_pipeline_do_not_move_with_those_before_it(
    house: House, quarter: Cycle, director: Membership
) -> None:
    before = set_ambition(quarter, director).result
    for link, rate in (("contact", 0.08), ("meeting", 0.5), ("acceptance", 0.9)):
        after = set_lever(quarter, director, link, value=rate, reason="A fair").result
    assert (after["links"], after["too_late"], after["weeks"]) == (
        before["links"], before["too_late"], before["weeks"],
    )  # fmt: skip
    assert len(after["sourcing"]) == 3


def test_a_link_that_nothing_tells_cuts_off_those_before_it(quarter: Cycle, director: Membership) -> None:
    set_ambition(quarter, director)
    set_lever(quarter, director, "contact", value=0.08, reason="A fair")
    plan = set_lever(quarter, director, "acceptance", value=0.9, reason="A fair")
    assert [link["stage"] for link in plan.result["sourcing"]] == ["acceptance"]


def test_the_hours_on_offer_are_compared_with_the_meetings_needed(
    house: House, quarter: Cycle, director: Membership
) -> None:
    with tenant_scope(quarter.organisation_id):
        host = factories.person(quarter.organisation, "Host")
        # Three meetings of 30 minutes with 15 between them in two hours, every Monday.
        Availability.objects.create(
            organisation=quarter.organisation, host=host, weekday=0, opens_at=time(9), closes_at=time(11)
        )
    plan = golden(house, quarter, director)

    slots = plan.inputs["slots"]
    assert slots["hosts"] == 1
    assert 30 <= slots["slots"] <= 39
    browser = factories.client_of(director)
    for step in ("funnel", "calibration"):
        page = browser.get(f"/o/atelier/objectives/{quarter.pk}/{step}/")
        assert page.context["meeting_slots"]["fits"] is False
        assert "the plan asks for 444" in page.text
    assert plan.revenue_minor == TARGET
