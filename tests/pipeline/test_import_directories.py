"""Companies, products and teams from files."""

from datetime import date
from decimal import Decimal

import pytest

from pipeline.models import Company, Opportunity, OpportunityEvent, Product
from tenants.models import Organisation, Person, Team, TeamMembership
from tests import factories
from tests.pipeline.files import DEALS, counts, imported

pytestmark = pytest.mark.django_db

TEAMS = "sales_agent,manager,regional_office\nCarol,Bob,Central\nDora,Bob,Central\nEmil,Ada,East\n"


# Companies and products --------------------------------------------------------------------------------------


def test_products_are_made_with_their_price(in_scope: Organisation) -> None:
    report = imported(in_scope, "product,series,sales_price\nGTX Pro,GTX,4821\n", kind="products")

    product = Product.objects.get()
    assert counts(report) == (1, 0, 0, 0)
    assert (product.name, product.series, product.list_price_minor) == ("GTX Pro", "GTX", 482100)


def test_the_products_file_gives_the_nicer_spelling(in_scope: Organisation) -> None:
    factories.product(in_scope, "GTXPro")

    report = imported(in_scope, "product,sales_price\nGTX Pro,4821\n", kind="products")

    assert (counts(report), Product.objects.get().name) == ((0, 1, 0, 0), "GTX Pro")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("products", "product,sales_price\nGTX Pro,4821\n"),
        ("companies", "account,sector,employees,revenue\nAcme,technolgy,2822,1100.04\n"),
        ("teams", TEAMS),
    ],
)
def test_the_same_file_again_changes_nothing(in_scope: Organisation, kind: str, text: str) -> None:
    first = imported(in_scope, text, kind=kind)

    report = imported(in_scope, text, kind=kind)

    assert counts(report) == (0, 0, first.created, 0)


def test_an_empty_cell_leaves_what_is_known_of_a_company(in_scope: Organisation) -> None:
    imported(in_scope, "account,sector,employees\nAcme,Retail,12\n", kind="companies")

    report = imported(in_scope, "account,sector,employees\nACME,,13\n", kind="companies")

    company = Company.objects.get()
    assert (counts(report), company.industry, company.employees) == ((0, 1, 0, 0), "Retail", 13)


def test_the_name_of_another_identified_company_is_refused(in_scope: Organisation) -> None:
    text = "company_id,company_name\n1,Acme\n2,Beta\n"
    imported(in_scope, text, kind="companies")

    report = imported(in_scope, "company_id,company_name\n2,Acme\n", kind="companies")

    assert (counts(report), report.errors[0]["code"]) == ((0, 0, 0, 1), "name_taken")


# Teams -------------------------------------------------------------------------------------------------------


def test_a_team_is_named_after_its_manager_and_sits_in_its_office(in_scope: Organisation) -> None:
    report = imported(in_scope, TEAMS, kind="teams")

    team = Team.objects.select_related("parent", "manager").get(name="Bob")
    assert counts(report) == (3, 0, 0, 0)
    assert (team.parent.name, team.manager.name) == ("Central", "Bob")
    assert set(TeamMembership.objects.filter(team=team).values_list("person__name", flat=True)) == {
        "Carol",
        "Dora",
    }
    assert report.new_counts == {"people": 5, "teams": 4}


def test_capacity_start_and_profile_are_kept(in_scope: Organisation) -> None:
    imported(in_scope, "name,team,fte,start_on,profile\nCarol,North,0.8,2025-03-01,senior\n", kind="teams")

    carol = Person.objects.get(name="Carol")
    assert (carol.fte, carol.start_on, carol.profile) == (Decimal("0.80"), date(2025, 3, 1), "senior")
    assert TeamMembership.objects.get().start_on == date(2025, 3, 1)


def test_another_team_closes_the_present_one_today(in_scope: Organisation) -> None:
    factories.person(in_scope, "Carol", team=factories.team(in_scope, "North"))

    report = imported(in_scope, "name,team\nCarol,South\n", kind="teams")

    stays = TeamMembership.objects.order_by("start_on").values_list("team__name", "start_on", "end_on")
    assert counts(report) == (0, 1, 0, 0)
    assert set(stays) == {("North", None, date(2026, 3, 10)), ("South", date(2026, 3, 10), None)}


def test_a_person_may_have_one_row_for_each_team_over_time(in_scope: Organisation) -> None:
    text = "name,team,start_on\nCarol,South,2025-06-01\nCarol,North,2025-01-01\n"

    imported(in_scope, text, kind="teams")
    report = imported(in_scope, text, kind="teams")

    stays = TeamMembership.objects.order_by("start_on").values_list("team__name", "start_on", "end_on")
    assert list(stays) == [("North", date(2025, 1, 1), date(2025, 6, 1)), ("South", date(2025, 6, 1), None)]
    assert counts(report) == (0, 0, 2, 0)


def test_rows_that_contradict_each_other_are_refused(in_scope: Organisation) -> None:
    text = "name,team,manager\nCarol,North,Bob\nDora,North,Ada\n"

    report = imported(in_scope, text, kind="teams")

    assert (counts(report), report.errors[0]["code"]) == ((1, 0, 0, 1), "other_manager")


def test_rows_contradict_each_other_about_a_team_however_its_name_is_written(in_scope: Organisation) -> None:
    text = "name,team,manager\nCarol,Équipe Nord,Marie\nDora,Equipe nord,Paul\nErin,equipe-nord,MARIE\n"

    report = imported(in_scope, text, kind="teams")

    assert (counts(report), report.errors[0]["row"]) == ((2, 0, 0, 1), 3)
    assert Team.objects.select_related("manager").get().manager.name == "Marie"


def test_opportunities_without_team_receive_their_owners(in_scope: Organisation) -> None:
    factories.stages(in_scope)
    imported(in_scope, DEALS + "D1,Carol,Won,10,2026-01-05,2026-02-01,,\n")

    report = imported(in_scope, TEAMS, kind="teams")

    event = OpportunityEvent.objects.order_by("id").last()
    assert (event.kind, event.changed, event.occurred_on, event.team.name) == ("change", "team", None, "Bob")
    assert Opportunity.objects.select_related("team").get().team.name == "Bob"
    assert {"code": "teams_backfilled", "params": {"count": 1}} in report.notes
