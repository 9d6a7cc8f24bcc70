"""Where the objectives of an engagement stand, for the partner and for its client."""

from typing import Any

import pytest
from time_machine import travel

from objectives.models import Objective
from prospecting.models import Engagement, EngagementMember
from tenants.models import Membership, Organisation
from tests import factories
from tests.prospecting import logged
from tests.reporting import builders
from tests.reporting.builders import Quarter

pytestmark = pytest.mark.django_db

MORNING = travel("2026-02-12 09:00:00+00:00", tick=False)


@pytest.fixture
def paul(atelier: Organisation) -> Membership:
    return factories.member(atelier, "partner")


@pytest.fixture
def mia(atelier: Organisation) -> Membership:
    return factories.member(atelier, "marketing")


@pytest.fixture
def calls(quarter: Quarter, paul: Membership) -> Engagement:
    """Paul's engagement, with ten meetings to have accepted; another partner has twenty."""
    with factories.scope_of(quarter.organisation):
        made = logged.engagement(quarter.organisation, "Calls")
        other = logged.engagement(quarter.organisation, "Mails")
        EngagementMember.objects.create(engagement=made, membership=paul)
    for engagement, target in ((made, 10), (other, 20)):
        one = factories.objective(
            quarter.cycle, "meetings_accepted", engagement=engagement, target=target, state="active"
        )
        builders.gap(quarter.run, one, target=float(target), actual=3.0, path=4.0, state="cannot_tell")
    return made


def address(engagement: Engagement, whose: str = "mine/") -> str:
    return f"/o/atelier/partners/{whose}{engagement.pk}/objectives/"


@MORNING
def test_a_partner_sees_the_objectives_of_the_own_engagement(calls: Engagement, paul: Membership) -> None:
    page = factories.client_of(paul).get(address(calls))

    (family,) = page.context["families"]
    (card,) = family["cards"]
    assert (card["name"], card["actual"], card["path"], card["target"]) == (
        "Meetings accepted",
        "3",
        "4",
        "10",
    )
    assert page.context["standing"].cycle == "Q1 2026"


@MORNING
def test_the_engagement_of_somebody_else_is_not_there(calls: Engagement, paul: Membership) -> None:
    with factories.scope_of(calls.organisation):
        other = Engagement.objects.get(name="Mails")
    browser = factories.client_of(paul)
    assert browser.get(address(other)).status_code == 404
    assert browser.get(address(calls, "")).status_code == 403  # the client's page of the same


@MORNING
def test_the_client_sees_any_of_them(calls: Engagement, alice: Membership, mia: Membership) -> None:
    for member in (alice, mia):
        page = factories.client_of(member).get(address(calls, ""))
        assert [len(family["cards"]) for family in page.context["families"]] == [1]


@MORNING
def test_it_is_taken_in_as_a_part_of_another_page(calls: Engagement, paul: Membership) -> None:
    part = factories.client_of(paul).get(address(calls), headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith("<section")
    assert "<html" not in part.text


def test_before_anything_is_computed_it_says_so(
    calls: Engagement, paul: Membership, quarter: Quarter
) -> None:
    with travel("2026-07-12 09:00:00+00:00", tick=False), factories.scope_of(quarter.organisation):
        quarter.run.delete()
    assert "Nothing is computed yet" in factories.client_of(paul).get(address(calls)).text


@MORNING
def test_it_is_read_in_a_fixed_number_of_queries(
    calls: Engagement, paul: Membership, quarter: Quarter, django_assert_num_queries: Any
) -> None:
    browser = factories.client_of(paul)
    browser.get(address(calls))
    counts = []
    for metrics in ((), ("meetings_held", "conversations", "prospects_contacted")):
        for metric in metrics:
            one: Objective = factories.objective(
                quarter.cycle, metric, engagement=calls, target=30, state="active"
            )
            builders.gap(quarter.run, one, target=30.0, actual=1.0, path=2.0)
        with django_assert_num_queries(14) as seen:
            browser.get(address(calls))
        counts.append(len(seen))
    assert counts[0] == counts[1]
