"""The settings page of stages, and lists of stages on one line."""

import pytest
from django.test import Client

from pipeline.domain.stage_list import StageListError, read_stages
from pipeline.models import Stage
from tenants.models import Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories

PAGE = "/o/atelier/settings/stages/"


@pytest.fixture
def browser(atelier: Organisation, alice: Membership) -> Client:
    factories.stages(atelier)
    return factories.client_of(alice)


def names(organisation: Organisation) -> list[str]:
    with tenant_scope(organisation.id):
        return list(Stage.objects.order_by("position").values_list("name", flat=True))


def stage_id(organisation: Organisation, name: str) -> str:
    with tenant_scope(organisation.id):
        return str(Stage.objects.get(name=name).id)


def test_a_new_stage_is_the_last_open_one(browser: Client, atelier: Organisation) -> None:
    browser.post(PAGE, {"name": "Closing"})

    assert names(atelier) == ["Prospecting", "Engaging", "Closing", "Won", "Lost"]


def test_two_stages_cannot_share_a_name(browser: Client, atelier: Organisation) -> None:
    answer = browser.post(PAGE, {"name": "ENGAGING!"})

    assert answer.status_code == 422
    assert names(atelier) == ["Prospecting", "Engaging", "Won", "Lost"]


def test_a_stage_is_renamed(browser: Client, atelier: Organisation) -> None:
    browser.post(f"{PAGE}{stage_id(atelier, 'Engaging')}/", {"name": "Meeting"})

    assert names(atelier)[1] == "Meeting"


def test_a_stage_moves_up_among_the_open_ones(browser: Client, atelier: Organisation) -> None:
    browser.post(f"{PAGE}{stage_id(atelier, 'Engaging')}/move/", {"to": "up"})
    browser.post(f"{PAGE}{stage_id(atelier, 'Prospecting')}/move/", {"to": "down"})

    assert names(atelier) == ["Engaging", "Prospecting", "Won", "Lost"]


def test_a_used_stage_stays_with_the_reason(browser: Client, atelier: Organisation) -> None:
    factories.opportunity(atelier)

    answer = browser.post(f"{PAGE}{stage_id(atelier, 'Prospecting')}/delete/", follow=True)

    assert "cannot be deleted" in answer.content.decode()
    assert len(names(atelier)) == 4


def test_an_unused_stage_is_deleted(browser: Client, atelier: Organisation) -> None:
    browser.post(f"{PAGE}{stage_id(atelier, 'Engaging')}/delete/")

    assert names(atelier) == ["Prospecting", "Won", "Lost"]


def test_a_list_on_one_line_is_read_in_order() -> None:
    stages = read_stages("Won:won, Prospecting,Engaging ,Lost:lost")

    assert [(stage.name, stage.kind) for stage in stages] == [
        ("Prospecting", "open"),
        ("Engaging", "open"),
        ("Won", "won"),
        ("Lost", "lost"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A,Won:won", "stage_kinds_missing"),
        ("Won:won,Lost:lost", "stage_kinds_missing"),
        ("A,a!,Won:won,Lost:lost", "stage_doubled"),
        ("A,Won:gained,Lost:lost", "stage_unknown_kind"),
        ("A,Won:won,Gain:won,Lost:lost", "stage_kind_doubled"),
        ("--,Won:won,Lost:lost", "stage_no_name"),
        (f"{'A' * 81},Won:won,Lost:lost", "stage_name_too_long"),
    ],
)
def test_a_list_that_is_no_pipeline_is_refused(text: str, code: str) -> None:
    with pytest.raises(StageListError) as error:
        read_stages(text)

    assert error.value.code == code
