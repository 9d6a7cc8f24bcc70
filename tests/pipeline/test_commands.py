"""create_organisation, import_opportunities, and the page of a new organisation."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from pipeline.models import Opportunity, Stage
from tenants import queries
from tenants.models import Invitation, Membership, Organisation, User
from tenants.scope import tenant_scope
from tests import factories
from tests.pipeline.files import DEALS

pytestmark = pytest.mark.django_db
GOOD = "D1,Carol,Won,10,2026-01-25,2026-02-01,Acme,GTX\n"
WRONG = "D2,Carol,Dreaming,10,2026-01-25,,,\n"


@pytest.fixture(autouse=True)
def _own_uploads(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"


def call(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def made(slug: str = "maven", *words: str) -> Organisation:
    call(
        "create_organisation",
        slug,
        "--currency",
        "USD",
        "--stages",
        "Prospecting,Engaging,Won:won,Lost:lost",
        *words,
    )
    organisation = queries.organisation_by_slug(slug)
    assert organisation is not None
    return organisation


def file(folder: Path, text: str) -> str:
    path = folder / "deals.csv"
    path.write_text(text)
    return str(path)


# create_organisation -----------------------------------------------------------------------------------------


def test_an_organisation_is_made_with_its_stages() -> None:
    organisation = made()

    with tenant_scope(organisation.id):
        assert [stage.name for stage in Stage.objects.all()] == ["Prospecting", "Engaging", "Won", "Lost"]
    assert organisation.currency == "USD"


@pytest.mark.parametrize(
    "words",
    [("--currency", "XXQ"), ("--time-zone", "Europe/Nowhere"), ("--stages", "A,B"), ("--country", "FRA")],
    ids=["currency", "time zone", "stages", "country"],
)
def test_a_wrong_setting_is_refused_and_nothing_is_made(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call("create_organisation", "wrong", *words)

    assert queries.organisation_by_slug("wrong") is None


def test_a_slug_is_taken_once() -> None:
    made()

    with pytest.raises(CommandError, match="slug"):
        made()


def test_a_director_without_login_gets_a_link() -> None:
    out = io.StringIO()
    call_command("create_organisation", "maven", director="eve@maven.example", stdout=out)

    organisation = queries.organisation_by_slug("maven")
    assert organisation is not None
    assert "/join/maven/" in out.getvalue()
    with tenant_scope(organisation.id):
        assert Invitation.objects.get().email == "eve@maven.example"


def test_a_director_with_a_password_can_sign_in_at_once() -> None:
    made("maven", "--director", "eve@maven.example", "--password", "long enough 4 us")

    assert User.objects.get(email="eve@maven.example").check_password("long enough 4 us")
    assert Membership.objects.get(organisation__slug="maven").role == "director"


# import_opportunities ----------------------------------------------------------------------------------------


def test_json_ends_with_one_line_of_counts(tmp_path: Path) -> None:
    made()

    out = call(
        "import_opportunities", file(tmp_path, DEALS + GOOD + WRONG), "--organisation", "maven", "--json"
    )

    told = json.loads(out.splitlines()[-1])
    assert set(told) == {"created", "changed", "unchanged", "refused", "errors"}
    assert (told["created"], told["changed"], told["unchanged"], told["refused"]) == (1, 0, 0, 1)
    assert told["errors"] == [
        {
            "row": 3,
            "column": "stage",
            "reason": "“Dreaming” is not a stage of the organisation. Its stages: Prospecting, Engaging, Won, Lost.",
        }
    ]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    organisation = made()

    call("import_opportunities", file(tmp_path, DEALS + GOOD), "--organisation", "maven", "--dry-run")

    with tenant_scope(organisation.id):
        assert Opportunity.objects.count() == 0


def test_a_refused_file_ends_with_status_1(tmp_path: Path) -> None:
    made()

    with pytest.raises(SystemExit) as end:
        call(
            "import_opportunities",
            file(tmp_path, DEALS + GOOD + WRONG),
            "--organisation",
            "maven",
            "--policy",
            "all",
        )

    assert end.value.code == 1


def test_a_mapping_file_says_what_columns_mean(tmp_path: Path) -> None:
    organisation = made()
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"kind": "opportunities", "columns": {"no": "external_id", "where": "stage"}}')

    path = file(tmp_path, "no,where\nD1,Won\n")
    call("import_opportunities", path, "--organisation", "maven", "--mapping", str(mapping))

    with tenant_scope(organisation.id):
        assert Opportunity.objects.get().external_id == "D1"


def test_a_mapping_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    made()
    path = file(tmp_path, DEALS + GOOD)

    with pytest.raises(CommandError, match="no mapping file"):
        call(
            "import_opportunities", path, "--organisation", "maven", "--mapping", str(tmp_path / "none.json")
        )


@pytest.mark.parametrize(
    ("text", "words", "reason"),
    [
        ("", (), "empty"),
        ("alpha,beta\n1,2\n", (), "kind of file"),
        (DEALS + "D1,Carol,Won,1,01/02/2026,03/04/2026,,\n", (), "day or month comes first"),
    ],
    ids=["empty", "strange headers", "ambiguous dates"],
)
def test_a_file_that_cannot_be_read_is_an_error(
    tmp_path: Path, text: str, words: tuple[str, ...], reason: str
) -> None:
    made()

    with pytest.raises(CommandError, match=reason):
        call("import_opportunities", file(tmp_path, text), "--organisation", "maven", *words)


# The page ----------------------------------------------------------------------------------------------------


def form(**changed: str) -> dict[str, str]:
    given = {"name": "Maven", "slug": "maven", "currency": "USD", "time_zone": "America/New_York"}
    return {**given, "country": "US", "locale": "en", "stages": "Prospecting\nWon:won\nLost:lost", **changed}


def test_who_makes_an_organisation_directs_it() -> None:
    browser = Client()
    browser.force_login(factories.stranger())

    answer = browser.post("/new/", form())

    assert answer["Location"] == "/o/maven/imports/new/"
    assert browser.get(answer["Location"]).status_code == 200


def test_what_is_wrong_is_said_at_its_field(atelier: Organisation) -> None:
    browser = Client()
    browser.force_login(factories.stranger())

    answer = browser.post("/new/", form(slug="atelier", stages="Won:won"))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"slug", "stages"}
    assert answer.context["form"]["name"].value() == "Maven"
