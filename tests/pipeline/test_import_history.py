"""A stage history: every row an event, exact repeats once, oddities counted."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.models import Opportunity, OpportunityEvent
from tenants.models import Organisation
from tests import factories
from tests.pipeline.files import DEALS, counts, imported, told

pytestmark = pytest.mark.django_db

HISTORY = "id,stage,entered_at\n"
ROWS = ("D1,Prospecting,2026-01-05", "D1,Engaging,2026-01-20", "D1,Won,2026-02-01", "D2,Engaging,2026-01-07")


@pytest.fixture(autouse=True)
def two_deals(in_scope: Organisation) -> None:
    factories.stages(in_scope)
    imported(
        in_scope, DEALS + "D1,Carol,Won,100,2026-01-05,2026-02-01,,\nD2,Carol,Engaging,50,2026-01-07,,,\n"
    )


def history(*rows: str) -> str:
    return HISTORY + "\n".join(rows) + "\n"


def test_every_row_is_an_event_of_its_day(in_scope: Organisation) -> None:
    report = imported(in_scope, history(*ROWS), kind="history")

    assert counts(report) == (4, 0, 0, 0)
    assert [event for event in told("D1") if event[3] == "history"] == [
        ("stage", "Prospecting", "2026-01-05", "history"),
        ("stage", "Engaging", "2026-01-20", "history"),
        ("stage", "Won", "2026-02-01", "history"),
    ]


def test_exact_repeats_add_nothing(in_scope: Organisation) -> None:
    report = imported(in_scope, history(*ROWS, ROWS[0], ROWS[0]), kind="history")

    assert (report.created, report.repeated) == (4, 2)
    assert report.notes == [{"code": "history_repeats", "params": {"count": 2}}]


def test_the_same_history_again_adds_nothing(in_scope: Organisation) -> None:
    imported(in_scope, history(*ROWS), kind="history")

    report = imported(in_scope, history(*ROWS), kind="history")

    assert (counts(report), report.repeated) == ((0, 0, 4, 0), 4)


def test_rows_of_unknown_opportunities_are_refused(in_scope: Organisation) -> None:
    report = imported(in_scope, history("D9,Won,2026-02-01", ROWS[0]), kind="history")

    assert counts(report) == (1, 0, 0, 1)
    assert report.errors[0]["code"] == "unknown_opportunity"


def test_oddities_are_kept_and_counted(in_scope: Organisation) -> None:
    rows = (
        "D1,Won,2026-02-01",  # skips Engaging
        "D1,Prospecting,2026-01-05",  # out of order
        "D1,Engaging,2026-02-10",  # after the close
        "D2,Engaging,2026-01-07",
        "D2,Prospecting,2026-01-09",  # back, where it is since
    )

    report = imported(in_scope, history(*rows), kind="history")

    assert report.created == 5
    assert {note["code"]: note["params"]["count"] for note in report.notes} == {
        "history_skips": 1,
        "history_steps_back": 1,
        "history_after_close": 1,
        "history_out_of_order": 1,
        "present_moved": 1,
    }


def test_owner_and_amount_of_the_row_are_in_the_event(in_scope: Organisation) -> None:
    text = "id,stage,entered_at,owner,amount\nD2,Prospecting,2026-01-03,Bob,70\n"

    imported(in_scope, text, kind="history")

    event = OpportunityEvent.objects.select_related("owner").get(source="history")
    assert (event.owner.name, event.amount_minor) == ("Bob", 7000)


def test_an_undated_present_state_is_not_moved(in_scope: Organisation) -> None:
    imported(in_scope, history("D2,Won,2026-02-20"), kind="history")

    assert Opportunity.objects.select_related("stage").get(external_id="D2").stage.name == "Engaging"


def test_a_dated_open_state_moves_forward_with_the_history(in_scope: Organisation) -> None:
    imported(in_scope, history("D2,Engaging,2026-01-07"), kind="history")

    report = imported(in_scope, history("D2,Won,2026-02-20"), kind="history")

    deal = Opportunity.objects.select_related("stage").get(external_id="D2")
    assert (deal.stage.name, deal.closed_on) == ("Won", date(2026, 2, 20))
    assert [note["code"] for note in report.notes] == ["present_moved"]


@pytest.mark.parametrize(
    "files",
    [
        ["D2,Engaging,2026-01-07\nD2,Won,2026-02-20"],
        ["D2,Won,2026-02-20", "D2,Engaging,2026-01-07"],
        ["D2,Engaging,2026-01-07\nD2,Won,2026-02-20"] * 2,
    ],
    ids=["in one file", "the end first", "twice"],
)
def test_the_present_state_is_the_same_however_the_history_came(
    in_scope: Organisation, files: list[str]
) -> None:
    moved = [imported(in_scope, history(*rows.split("\n")), kind="history").moved for rows in files]

    deal = Opportunity.objects.select_related("stage").get(external_id="D2")
    assert (deal.stage.name, deal.closed_on, sum(moved)) == ("Won", date(2026, 2, 20), 1)


def test_a_close_without_date_takes_the_historys(in_scope: Organisation) -> None:
    imported(in_scope, DEALS + "D3,Carol,Lost,0,2026-01-05,,,\n")

    imported(in_scope, history("D3,Lost,2026-02-03"), kind="history")

    assert Opportunity.objects.get(external_id="D3").closed_on == date(2026, 2, 3)


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(order=st.permutations(ROWS))
def test_the_order_of_the_rows_does_not_matter(in_scope: Organisation, order: list[str]) -> None:
    deals = [factories.opportunity(in_scope, f"X{n}-{OpportunityEvent.objects.count()}") for n in range(2)]
    renamed = [row.replace("D1", deals[0].external_id).replace("D2", deals[1].external_id) for row in order]

    imported(in_scope, history(*renamed), kind="history")

    told_days = OpportunityEvent.objects.filter(opportunity__in=deals).values_list(
        "opportunity__external_id", "stage__name", "occurred_on"
    )
    assert {(name[:2], stage, day.isoformat()) for name, stage, day in told_days} == {
        ("X0", "Prospecting", "2026-01-05"),
        ("X0", "Engaging", "2026-01-20"),
        ("X0", "Won", "2026-02-01"),
        ("X1", "Engaging", "2026-01-07"),
    }
