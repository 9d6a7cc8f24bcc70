import pytest

from pipeline.domain.importing.kinds import KINDS
from pipeline.domain.importing.matching import Source, guess_kind, match_headers, recognise_source
from tests.pipeline.domain.importing.conftest import STAGES

SALES_STAGES = {"Appointment": "open", "Négociation": "open", "Closed won": "won", "Closed lost": "lost"}


def matched(headers: list[str], kind: str, stages: dict[str, str] | None = None) -> dict[str, str]:
    return {m.header: m.field for m in match_headers(headers, KINDS[kind], stages) if m.field}


# Headers of real exports and of public data sets, with what they must give without a human.
FILES = [
    pytest.param(
        "opportunities",
        {
            "opportunity_id": "external_id",
            "sales_agent": "owner_name",
            "product": "product",
            "account": "company",
            "deal_stage": "stage",
            "engage_date": "entered_at:Engaging",
            "close_date": "closed_on",
            "close_value": "amount",
        },
        None,
        id="maven pipeline",
    ),
    pytest.param(
        "companies",
        {
            "account": "name",
            "sector": "industry",
            "year_established": "founded_year",
            "revenue": "revenue",
            "employees": "employees",
            "office_location": "country",
            "subsidiary_of": "parent_company",
        },
        None,
        id="maven accounts",
    ),
    pytest.param(
        "products",
        {"product": "name", "series": "series", "sales_price": "list_price"},
        None,
        id="maven products",
    ),
    pytest.param(
        "teams",
        {"sales_agent": "owner_name", "manager": "manager_name", "regional_office": "parent_team"},
        None,
        id="maven teams",
    ),
    pytest.param(
        "opportunities",
        {
            "Record ID": "external_id",
            "Deal Name": "name",
            "Deal Stage": "stage",
            "Amount": "amount",
            "Deal owner": "owner_name",
            "Close Date": "closed_on",
            "Create Date": "created_on",
            "Last Activity Date": "",
            "Pipeline": "",
        },
        Source.HUBSPOT,
        id="hubspot deals",
    ),
    pytest.param(
        "opportunities",
        {
            "Deal - ID": "external_id",
            "Deal - Title": "name",
            "Deal - Value": "amount",
            "Deal - Currency of value": "currency",
            "Deal - Stage": "stage",
            "Deal - Status (Open/Won/Lost)": "status",
            "Deal - Owner": "owner_name",
            "Deal - Creation date": "created_on",
            "Deal - Won time": "won_on",
            "Deal - Lost time": "lost_on",
            "Deal - Lost reason": "lost_reason",
            "Deal - Expected close date": "expected_close_on",
            "Organization": "company",
            "Contact person": "",
        },
        Source.PIPEDRIVE,
        id="pipedrive deals",
    ),
    pytest.param(
        "history",
        {
            "Id": "",
            "OpportunityId": "external_id",
            "StageName": "stage",
            "Amount": "amount",
            "ExpectedRevenue": "",
            "CloseDate": "",
            "Probability": "",
            "ForecastCategory": "",
            "PrevAmount": "",
            "PrevCloseDate": "",
            "CreatedDate": "entered_at",
            "CreatedById": "",
        },
        Source.SALESFORCE,
        id="salesforce history",
    ),
    pytest.param(
        "opportunities",
        {
            "Opportunity ID": "external_id",
            "Opportunity Owner": "owner_name",
            "Account Name": "company",
            "Opportunity Name": "name",
            "Stage": "stage",
            "Forecast Category": "",
            "Total Amount Currency": "currency",
            "Total Amount": "amount",
        },
        Source.SALESFORCE,
        id="salesforce report",
    ),
    pytest.param(
        "opportunities",
        {
            "deal_id": "external_id",
            "deal_name": "name",
            "amount": "amount",
            "stage": "stage",
            "close_date": "closed_on",
            "company_id": "company_external_id",
            "contact_id": "",
        },
        None,
        id="synthetic deals",
    ),
    pytest.param(
        "companies",
        {
            "company_id": "external_id",
            "company_name": "name",
            "industry": "industry",
            "annual_revenue": "revenue",
            "num_employees": "employees",
            "country": "country",
        },
        None,
        id="synthetic companies",
    ),
    pytest.param(
        "products",
        {"product_id": "", "product_name": "name", "price": "list_price", "category": "series"},
        None,
        id="synthetic products",
    ),
    pytest.param(
        "opportunities",
        {
            "N° opportunité": "external_id",
            "Nom de l'opportunité": "name",
            "Propriétaire": "owner_name",
            "Équipe commerciale": "team",
            "Entreprise": "company",
            "Produit": "product",
            "Étape": "stage",
            "Montant HT": "amount",
            "Devise": "currency",
            "Marge brute": "margin",
            "Date de création": "created_on",
            "Date de clôture prévue": "expected_close_on",
            "Date de clôture": "closed_on",
            "Motif de perte": "lost_reason",
            "Canal d’acquisition": "channel",
        },
        None,
        id="french opportunities",
    ),
]


@pytest.mark.parametrize(("kind", "expected", "source"), FILES)
def test_an_export_is_recognised_by_its_headers(
    kind: str, expected: dict[str, str], source: Source | None
) -> None:
    headers = list(expected)
    guessed = guess_kind(headers)

    assert guessed is not None
    assert guessed.key == kind
    assert matched(headers, kind, STAGES) == {header: field for header, field in expected.items() if field}
    assert recognise_source(headers) == source


@pytest.mark.parametrize(
    "headers",
    [
        ["contact_id", "first_name", "last_name", "email", "phone", "job_title", "company_id"],
        ["ticket_id", "subject", "status", "priority", "createdate", "closed_date"],
        ["Table", "Field", "Description"],
    ],
)
def test_a_file_of_another_kind_is_not_guessed(headers: list[str]) -> None:
    assert guess_kind(headers) is None


@pytest.mark.parametrize("header", ["DEAL STAGE", "deal-stage", "Deal_Stage ", "Etape", "ÉTAPE"])
def test_case_accents_and_punctuation_of_a_header_do_not_count(header: str) -> None:
    assert matched([header], "opportunities") == {header: "stage"}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ('Date entered "Negociation (Sales Pipeline)"', "entered_at:Négociation"),
        ('Date entered "Closed Won (Sales Pipeline)"', "entered_at:Closed won"),
        ("Date d'entrée dans « Négociation (Pipeline des ventes) »", "entered_at:Négociation"),
    ],
)
def test_dated_entries_of_a_pipeline_become_entries_of_a_stage(header: str, field: str) -> None:
    assert matched([header], "opportunities", SALES_STAGES) == {header: field}


def test_dated_entries_keep_their_own_spelling_without_known_stages() -> None:
    header = 'Date entered "Demo (online) (Sales Pipeline)"'

    assert matched([header], "opportunities") == {header: "entered_at:Demo (online)"}


def test_an_entry_into_a_stage_that_the_organisation_does_not_have_is_left_out() -> None:
    assert matched(['Date entered "Onboarding (Service)"'], "opportunities", SALES_STAGES) == {}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("engage_date", "entered_at:Engaging"),
        ("Entered prospecting", "entered_at:Prospecting"),
        ("date de prospection", "entered_at:Prospecting"),
        ("date_won", "won_on"),
    ],
)
def test_a_dated_header_with_the_stem_of_a_stage_is_an_entry_into_it(header: str, field: str) -> None:
    assert matched([header], "opportunities", STAGES) == {header: field}


@pytest.mark.parametrize("header", ["engagement", "contact_date", "engage_date_2024_batch"])
def test_a_header_that_is_not_about_a_stage_is_left_out(header: str) -> None:
    assert matched([header], "opportunities", {"Contract": "open", "Engaging": "open"}) == {}


def test_the_preferred_of_two_headers_is_taken() -> None:
    fields = matched(["Id", "Owner", "Opportunity ID", "Stage"], "opportunities")

    assert fields == {"Owner": "owner_name", "Opportunity ID": "external_id", "Stage": "stage"}


def test_a_listed_header_is_surer_than_a_stem() -> None:
    listed, stem = match_headers(["deal_stage", "engage_date"], KINDS["opportunities"], STAGES)

    assert listed.confidence > stem.confidence > 0
