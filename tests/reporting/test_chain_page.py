"""The chain of value, and a person's place in it."""

from datetime import date
from typing import Any

import pytest

from prospecting.domain.meetings import Verb
from prospecting.models import Lead
from tenants.models import Membership, Organisation
from tests import factories
from tests.kept import kept
from tests.prospecting import logged
from tests.reporting import builders
from tests.reporting.builders import Quarter
from tests.reporting.conftest import Open

pytestmark = pytest.mark.django_db

DAY = date(2026, 2, 2)
GOOD = [(Verb.HOLD, DAY), (Verb.ACCEPT, date(2026, 2, 4))]
BAD = [(Verb.HOLD, DAY), (Verb.REFUSE, date(2026, 2, 3))]


@pytest.fixture
def mia(atelier: Organisation) -> Membership:
    return factories.member(atelier, "marketing")


@kept
def fed(quarter: Quarter) -> Quarter:
    """Contacts and a meeting by Carol, two meetings of a partner with an objective, two leads; meetings to hold are behind."""
    house = quarter.organisation
    with factories.scope_of(house):
        calls = logged.engagement(house, "Calls")
        logged.activity(house, DAY, person=quarter.carol, quantity=30)
        logged.activity(house, DAY, person=quarter.carol, quantity=4, in_target=False)
        logged.meeting(house, DAY, GOOD, booked_by=quarter.carol, host=quarter.sofia)
        for hour, said in enumerate((GOOD, BAD)):
            host = quarter.carol if hour else None
            logged.meeting(house, DAY, said, engagement=calls, host=host)
        for state in ("accepted", "passed"):
            answered = {"answered_on": date(2026, 2, 5)} if state == "accepted" else {}
            Lead.objects.create(
                organisation=house, company=factories.company(house, state), channel="event", state=state,
                passed_on=DAY, owner=quarter.carol, **answered,
            )  # fmt: skip
    for owner, target, state in (({}, 20, "behind"), ({"engagement": calls}, 10, "cannot_tell")):
        metric = "meetings_accepted" if owner else "meetings_held"
        one = factories.objective(quarter.cycle, metric, target=target, state="active", **owner)
        builders.gap(quarter.run, one, target=float(target), actual=2.0, path=5.0, state=state)
    return quarter


def by_key(page: Any) -> dict[str, Any]:
    return {link["key"]: link for link in page.context["links"]}


def test_each_link_has_its_owner_what_was_promised_and_what_was_done(
    read: Open, alice: Membership, fed: Quarter
) -> None:
    page = read("chain/", alice)

    links = by_key(page)
    assert list(links) == [
        "leads", "contacts", "meetings", "partner", "judging", "opportunities", "deals", "result",
    ]  # fmt: skip
    assert [str(link["owner"]) for link in links.values()] == [
        "marketing", "own prospecting", "own prospecting", "the outsourced partner", "sales", "sales", "sales",
        "management",
    ]  # fmt: skip
    (contacts, conversations) = links["contacts"]["rows"]
    assert (contacts["actual"], contacts["target"], conversations["actual"]) == ("30", "", "0")
    (meetings,) = links["meetings"]["rows"]
    assert (meetings["actual"], meetings["target"], meetings["state"]) == ("2", "20", "behind")
    assert links["partner"]["name"] == "Calls"
    assert [len(links[key]["rows"]) for key in ("opportunities", "deals")] == [1, 1]
    assert page.context["off_target"] == "4"
    assert "/o/atelier/objectives/metrics/#meetings_held" in page.text


def test_without_an_objective_the_own_meetings_are_counted_without_those_of_partners(
    read: Open, alice: Membership, quarter: Quarter
) -> None:
    house = quarter.organisation
    with factories.scope_of(house):
        logged.meeting(house, DAY, GOOD, booked_by=quarter.carol, host=quarter.sofia)
        logged.meeting(house, DAY, GOOD, engagement=logged.engagement(house, "Calls"), host=quarter.carol)

    links = by_key(read("chain/", alice))

    assert [links[key]["rows"][0]["actual"] for key in ("meetings", "partner", "judging")] == ["1", "1", "2"]


def test_a_hand_over_has_its_quality_with_an_interval_and_its_delay(
    read: Open, alice: Membership, fed: Quarter
) -> None:
    links = by_key(read("chain/", alice))

    partner, own, leads = (links[key]["quality"] for key in ("partner", "meetings", "leads"))
    assert (partner["taken"], partner["judged"], partner["rate"]) == (1, 2, 0.5)
    assert partner["low"] < 0.5 < partner["high"]
    assert (own["taken"], own["judged"], own["p50"]) == (1, 1, "2 days")
    # The plain share, 1 of 1, would lie outside: what is shown is the estimate of the interval.
    assert (own["rate"], own["low"] < own["rate"] < own["high"] < 1) == (0.75, True)
    assert (leads["taken"], leads["judged"], leads["p50"]) == (1, 1, "3 days")


def test_the_sentence_names_the_first_link_that_is_behind(
    read: Open, alice: Membership, fed: Quarter
) -> None:
    page = read("chain/", alice)
    assert page.context["sentence"] == "The chain is behind from this link on: Meetings (own prospecting)."


def test_marketing_lands_on_the_chain_with_what_became_of_its_leads(
    read: Open, mia: Membership, fed: Quarter
) -> None:
    home = factories.client_of(mia).get("/o/atelier/")
    assert home.headers["Location"] == "/o/atelier/chain/"
    page = read("chain/", mia)
    assert page.context["leads"]["accepted"] == "1"
    assert [row["name"] for row in page.context["leads"]["tables"][0][1]] == ["event"]
    assert "80% interval" in page.text


@pytest.mark.parametrize("role", ["partner", "administrator"])
def test_it_is_for_the_house(read: Open, fed: Quarter, role: str) -> None:
    member = factories.member(fed.organisation, role)
    assert factories.client_of(member).get("/o/atelier/chain/").status_code == 403


def test_without_anything_logged_or_promised_it_still_says_what_there_is(
    read: Open, alice: Membership, quarter: Quarter
) -> None:
    page = read("chain/", alice)
    assert page.status_code == 200
    assert by_key(page)["leads"]["rows"][0]["actual"] == "0"


def test_a_person_sees_what_comes_in_what_goes_out_and_what_it_weighs(
    read: Open, carol: Membership, fed: Quarter
) -> None:
    page = read("chain/mine/", carol)

    leads, meetings = page.context["receives"]
    assert (leads["count"], leads["quality"]["taken"]) == ("2", 1)
    assert (meetings["count"], meetings["quality"]["judged"]) == ("1", 1)
    (given,) = page.context["gives"]
    assert (given["count"], given["quality"]["taken"], given["quality"]["rate"]) == ("1", 1, 0.75)
    assert page.context["weighs"]
    assert "/o/atelier/objectives/metrics/#revenue_won" in page.text


def test_nobody_opens_the_place_of_somebody_out_of_reach(
    read: Open, carol: Membership, bob: Membership, fed: Quarter
) -> None:
    assert read("chain/mine/", carol, person=fed.sofia.id).status_code == 403
    assert read("chain/mine/", bob, person=fed.carol.id).status_code == 200


@pytest.mark.parametrize(("address", "queries"), [("chain/", 20), ("chain/mine/", 16)])
def test_it_is_read_in_a_fixed_number_of_queries(
    alice: Membership, fed: Quarter, address: str, queries: int, django_assert_num_queries: Any
) -> None:
    given = {"cycle": fed.cycle.id, "as_of": builders.AS_OF.isoformat()}
    if "mine" in address:
        given["person"] = fed.carol.id
    browser = factories.client_of(alice)
    browser.get(f"/o/atelier/{address}", given)
    for number in (0, 10):
        with factories.scope_of(fed.organisation):
            for place in range(number):
                logged.engagement(fed.organisation, f"More {place}")
                logged.activity(fed.organisation, DAY, person=fed.carol)
                logged.meeting(fed.organisation, DAY, GOOD, booked_by=fed.carol)
        with django_assert_num_queries(queries):
            browser.get(f"/o/atelier/{address}", given)
