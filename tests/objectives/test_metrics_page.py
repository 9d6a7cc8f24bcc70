"""The catalogue page: one language for all, and how the organisation uses it."""

from typing import Any

import pytest

from objectives.domain.catalogue import CATALOGUE, OBJECTIVE_METRICS
from tenants.models import Membership, Organisation
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/o/atelier/objectives/metrics/"


def shown(member: Membership) -> dict[str, dict[str, Any]]:
    families = factories.client_of(member).get(PAGE).context["families"]
    return {one["key"]: one for family in families for one in family["metrics"]}


def test_every_metric_is_in_its_family_with_its_link_and_who_uses_it(alice: Membership) -> None:
    families = factories.client_of(alice).get(PAGE).context["families"]

    assert [str(family["name"]) for family in families] == [
        "Value", "Prospecting", "Conversion", "Learning", "Steering",
    ]  # fmt: skip
    found = shown(alice)
    assert list(found) == list(CATALOGUE)
    win_rate = found["win_rate"]
    assert (str(win_rate["link"]), str(win_rate["owner"])) == ("the chain as a whole", "sales")
    assert win_rate["users"] == ["sales director", "manager", "salesperson"]
    assert str(found["learning_milestones"]["source"]) == "typed by people"
    assert str(found["meetings_held"]["source"]).startswith("counted from activities and meetings")
    assert str(found["stale_share"]["better"]) == "lower is better"


def test_both_languages_are_there(alice: Membership) -> None:
    page = factories.client_of(alice).get(PAGE).text
    assert '<p class="page-note" lang="fr"><b>Taux de gain</b>' in page


def test_objectives_on_a_metric_are_counted_in_the_cycles_that_go_on(
    atelier: Organisation, alice: Membership, carol: Membership
) -> None:
    cycle = factories.cycle(atelier)
    factories.objective(cycle, "win_rate", target=0.3)
    factories.objective(cycle, "win_rate", target=0.3, team=factories.team(atelier))

    assert shown(alice)["win_rate"]["count"] == 2
    assert shown(alice)["margin_rate"]["count"] == 0
    assert not shown(carol)["win_rate"]["is_counted"]


def test_a_director_goes_from_a_metric_to_an_objective_on_it(
    atelier: Organisation, alice: Membership, carol: Membership
) -> None:
    assert shown(alice)["win_rate"]["add_url"].startswith("/o/atelier/objectives/new/")
    cycle = factories.cycle(atelier)

    address = shown(alice)["win_rate"]["add_url"]

    assert address == f"/o/atelier/objectives/{cycle.pk}/add/?metric=win_rate"
    form = factories.client_of(alice).get(address).context["form"]
    assert form["metric"].value() == "win_rate"
    assert {key for key, one in shown(alice).items() if one["add_url"]} == set(OBJECTIVE_METRICS)
    assert not any(one["add_url"] for one in shown(carol).values())


def test_the_catalogue_takes_a_fixed_number_of_queries(
    atelier: Organisation, alice: Membership, django_assert_num_queries: Any
) -> None:
    browser = factories.client_of(alice)
    browser.get(PAGE)
    cycle = factories.cycle(atelier)
    for number in range(12):
        factories.objective(cycle, "win_rate", target=0.3, team=factories.team(atelier, f"T{number}"))
    with django_assert_num_queries(9):
        browser.get(PAGE)
