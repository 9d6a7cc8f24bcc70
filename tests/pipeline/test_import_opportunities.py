"""Opportunities from a file: what is created, which events the dates prove, what a second file changes."""

from datetime import date

import pytest

from pipeline.models import Company, Opportunity, OpportunityEvent, Product
from tenants.models import Organisation, Person, Team, TeamMembership
from tests import factories
from tests.pipeline.files import DEALS, counts, imported, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stages(in_scope: Organisation) -> None:
    factories.stages(in_scope)


def deals(*rows: str) -> str:
    return DEALS + "\n".join(rows) + "\n"


WON = "D1,Carol,Won,1200.50,2026-01-05,2026-02-01,Acme,GTX Pro"
OPEN = "D2,Carol,Engaging,300,2026-01-10,,Acme,GTXPro"
WRONG_SHAPE = "D4,\0,Won,1,,,,,more"
FIRST = "D3,Bob,Prospecting,,2026-02-02,,,"


def test_a_new_row_is_an_opportunity_in_its_present_stage(in_scope: Organisation) -> None:
    report = imported(in_scope, deals(WON))

    assert counts(report) == (1, 0, 0, 0)
    deal = Opportunity.objects.select_related("stage", "owner", "company").get(external_id="D1")
    assert (deal.stage.name, deal.owner.name, deal.company.name) == ("Won", "Carol", "Acme")
    assert (deal.amount_minor, deal.created_on, deal.closed_on) == (
        120050,
        date(2026, 1, 5),
        date(2026, 2, 1),
    )


def test_dates_prove_events_and_nothing_else_is_invented(in_scope: Organisation) -> None:
    imported(in_scope, deals(WON, OPEN, FIRST))

    assert told("D1") == [
        ("stage", "Prospecting", "2026-01-05", "inferred"),
        ("stage", "Won", "2026-02-01", "inferred"),
    ]
    assert told("D2") == [
        ("stage", "Prospecting", "2026-01-05".replace("05", "10"), "inferred"),
        ("stage", "Engaging", None, "import"),
    ]
    assert told("D3") == [("stage", "Prospecting", "2026-02-02", "inferred")]


def test_only_the_last_event_carries_the_amount(in_scope: Organisation) -> None:
    imported(in_scope, deals(WON))

    amounts = OpportunityEvent.objects.order_by("id").values_list("amount_minor", flat=True)
    assert list(amounts) == [None, 120050]


def test_a_close_without_date_is_an_undated_event(in_scope: Organisation) -> None:
    imported(in_scope, deals("D1,Carol,Lost,0,2026-01-05,,,"))

    assert told("D1")[-1] == ("stage", "Lost", None, "import")


def test_entered_at_columns_date_the_stages(in_scope: Organisation) -> None:
    text = "id,stage,entered,closed_on\nD1,Won,2026-01-20,2026-02-01\nD2,Engaging,2026-01-21,\n"
    imported(in_scope, text, columns={"entered": "entered_at:Engaging"})

    assert told("D1") == [
        ("stage", "Engaging", "2026-01-20", "inferred"),
        ("stage", "Won", "2026-02-01", "inferred"),
    ]
    assert told("D2") == [("stage", "Engaging", "2026-01-21", "inferred")]


def test_names_meet_by_their_key(in_scope: Organisation) -> None:
    factories.product(in_scope, "GTX Pro")
    factories.person(in_scope, "Zoë Müller")

    imported(
        in_scope,
        deals(
            "D1,zoe muller,Engaging,1,2026-01-05,,ACME,GTXPro",
            "D2,Zoë Müller,Engaging,1,2026-01-05,,Acme,gtx-pro",
        ),
    )

    assert (Product.objects.count(), Company.objects.count(), Person.objects.count()) == (1, 1, 1)


def test_an_owner_is_found_by_address_before_name(in_scope: Organisation) -> None:
    carol = factories.person(in_scope, "Carol Old", email="carol@atelier.example")

    imported(in_scope, "id,stage,owner_name,owner_email\nD1,Engaging,Carol New,CAROL@atelier.example\n")

    assert Opportunity.objects.get().owner_id == carol.id


def test_the_team_is_the_owners_on_the_day_of_the_event(in_scope: Organisation) -> None:
    north, south = factories.team(in_scope, "North"), factories.team(in_scope, "South")
    carol = factories.person(in_scope, "Carol")
    TeamMembership.objects.create(person=carol, team=north, end_on=date(2026, 1, 20))
    TeamMembership.objects.create(person=carol, team=south, start_on=date(2026, 1, 20))

    imported(in_scope, deals(WON))

    teams = OpportunityEvent.objects.order_by("id").values_list("team__name", flat=True)
    assert list(teams) == ["North", "South"]
    assert Opportunity.objects.get().team_id == south.id


def test_a_team_column_wins_over_the_owners_team(in_scope: Organisation) -> None:
    factories.person(in_scope, "Carol", team=factories.team(in_scope, "North"))

    imported(in_scope, "id,stage,owner,team\nD1,Engaging,Carol,South\n")

    assert Opportunity.objects.get().team == Team.objects.get(name="South")


# A date that cannot be the creation --------------------------------------------------------------------------


def engaged(prospecting: int = 20, engaging: int = 40) -> str:
    rows = [f"P{n},Carol,Prospecting,,,,," for n in range(prospecting)]
    rows += [f"E{n},Carol,Engaging,,2026-01-{1 + n % 28:02},,," for n in range(engaging)]
    return deals(*rows)


def test_a_creation_date_that_the_first_stage_never_has_dates_the_second(in_scope: Organisation) -> None:
    report = imported(in_scope, engaged())

    assert [note["code"] for note in report.notes] == ["created_is_second_stage"]
    assert told("E0") == [("stage", "Engaging", "2026-01-01", "inferred")]
    assert told("P0") == [("stage", "Prospecting", None, "import")]
    assert Opportunity.objects.get(external_id="E0").created_on == date(2026, 1, 1)


@pytest.mark.parametrize(
    "text",
    [engaged(prospecting=19), engaged() + "P99,Carol,Prospecting,,2026-01-01,,,\n"],
    ids=["few rows", "one has it"],
)
def test_without_that_certainty_it_is_the_creation(in_scope: Organisation, text: str) -> None:
    report = imported(in_scope, text)

    assert report.notes == []
    assert told("E0")[0] == ("stage", "Prospecting", "2026-01-01", "inferred")


def test_a_smaller_file_is_read_as_the_whole_one_was(in_scope: Organisation) -> None:
    imported(in_scope, engaged())

    imported(in_scope, deals("E99,Carol,Engaging,,2026-02-01,,,"))

    assert told("E99") == [("stage", "Engaging", "2026-02-01", "inferred")]


# The same file again, and another one ---------------------------------------------------------------------------


def test_importing_the_same_file_again_changes_nothing(in_scope: Organisation) -> None:
    imported(in_scope, deals(WON, OPEN, FIRST))
    before = OpportunityEvent.objects.count()

    report = imported(in_scope, deals(WON, OPEN, FIRST))

    assert counts(report) == (0, 0, 3, 0)
    assert OpportunityEvent.objects.count() == before


def test_the_same_file_with_american_dates_changes_nothing(in_scope: Organisation) -> None:
    imported(in_scope, deals(WON))

    report = imported(
        in_scope,
        deals(WON.replace("2026-01-05", "1/5/2026").replace("2026-02-01", "2/1/2026")),
        date_format="MDY",
    )

    assert counts(report) == (0, 0, 1, 0)


def test_a_stage_change_adds_one_event(in_scope: Organisation) -> None:
    imported(in_scope, deals(OPEN))

    report = imported(in_scope, deals("D2,Carol,Won,300,2026-01-10,2026-03-01,Acme,GTXPro"))

    assert counts(report) == (0, 1, 0, 0)
    assert told("D2")[2:] == [("stage", "Won", "2026-03-01", "inferred")]
    assert Opportunity.objects.get().closed_on == date(2026, 3, 1)


def test_other_values_that_moved_are_one_change_event(in_scope: Organisation) -> None:
    imported(in_scope, deals(OPEN))

    imported(in_scope, deals("D2,Bob,Engaging,450,2026-01-10,,Acme,GTXPro"))

    event = OpportunityEvent.objects.select_related("owner").order_by("id").last()
    assert (event.kind, event.changed, event.occurred_on, event.source) == (
        "change",
        "owner,amount",
        None,
        "import",
    )
    assert (event.owner.name, event.amount_minor) == ("Bob", 45000)


def test_a_closed_deal_that_is_open_again_has_its_close_undone(in_scope: Organisation) -> None:
    imported(in_scope, deals(WON))

    imported(in_scope, deals(WON.replace("Won", "Engaging").replace("2026-02-01", "")))

    assert told("D1")[2:] == [
        ("reopen", "Engaging", "2026-03-10", "import"),
        ("stage", "Engaging", None, "import"),
    ]
    assert Opportunity.objects.get().closed_on is None


def test_an_empty_cell_erases_nothing(in_scope: Organisation) -> None:
    imported(in_scope, deals(WON))

    report = imported(in_scope, deals("D1,,Won,,,,,"))

    assert counts(report) == (0, 0, 1, 0)
    assert Opportunity.objects.get().amount_minor == 120050


def test_a_date_given_later_proves_its_event(in_scope: Organisation) -> None:
    imported(in_scope, deals("D1,Carol,Won,5,,,,"))

    report = imported(in_scope, deals("D1,Carol,Won,5,2026-01-05,2026-02-01,,"))

    assert counts(report) == (0, 1, 0, 0)
    assert told("D1") == [
        ("stage", "Won", None, "import"),
        ("stage", "Prospecting", "2026-01-05", "inferred"),
        ("stage", "Won", "2026-02-01", "inferred"),
    ]
    assert OpportunityEvent.objects.order_by("id").last().amount_minor == 500


# Refusals ----------------------------------------------------------------------------------------------------


def test_an_unknown_stage_is_refused_with_the_stages_there_are(in_scope: Organisation) -> None:
    report = imported(in_scope, deals(WON, "D9,Carol,Dreaming,1,2026-01-05,,,"))

    assert counts(report) == (1, 0, 0, 1)
    assert report.errors == [
        {
            "row": 3,
            "column": "stage",
            "code": "unknown_stage",
            "params": {"value": "Dreaming", "stages": "Prospecting, Engaging, Won, Lost"},
        }
    ]


def test_unknown_names_are_refused_when_they_may_not_be_created(in_scope: Organisation) -> None:
    factories.person(in_scope, "Carol")
    factories.company(in_scope, "Acme")

    report = imported(
        in_scope,
        deals(
            "D1,Carol,Won,1,2026-01-05,2026-02-01,Acme,",
            "D2,Zed,Won,1,,,,",
            "D3,Carol,Won,1,,,Nobody,",
            "D4,Carol,Won,1,,,,None",
        ),
        create_unknown=False,
    )

    assert counts(report) == (1, 0, 0, 3)
    assert [error["code"] for error in report.errors] == [
        "unknown_owner",
        "unknown_company",
        "unknown_product",
    ]


def test_a_close_before_the_known_creation_is_refused(in_scope: Organisation) -> None:
    imported(in_scope, deals(OPEN))

    report = imported(in_scope, deals("D2,Carol,Won,300,,2026-01-01,,"))

    assert counts(report) == (0, 0, 0, 1)
    assert report.errors[0]["code"] == "closed_before_created"


def test_new_names_are_listed(in_scope: Organisation) -> None:
    report = imported(in_scope, deals(WON))

    assert report.new_names == {"companies": ["Acme"], "products": ["GTX Pro"], "people": ["Carol"]}


def test_a_company_known_by_its_identifier_gets_its_name_later(in_scope: Organisation) -> None:
    imported(in_scope, "id,stage,company_external_id\nD1,Engaging,77\n")

    report = imported(in_scope, "company_id,company_name\n77,Acme\n", kind="companies")

    assert counts(report) == (0, 1, 0, 0)
    assert Opportunity.objects.select_related("company").get().company.name == "Acme"


def test_a_character_that_cannot_be_kept_refuses_its_row_and_no_other(in_scope: Organisation) -> None:
    report = imported(
        in_scope, deals("D\0,Carol,Won,1,,,,", "D2\0,Carol,D\0reaming,1,,,,", WRONG_SHAPE, OPEN)
    )

    assert counts(report) == (1, 0, 0, 3)
    assert {error["code"] for error in report.errors} == {"control_character", "too_many_cells"}


def test_a_column_name_may_hold_such_a_character(in_scope: Organisation) -> None:
    report = imported(in_scope, "i\0d,stage\nD1,Engaging\n")

    assert counts(report) == (1, 0, 0, 0)
