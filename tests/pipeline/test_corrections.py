"""A file that corrects what an earlier one said: what the figures say afterwards is what the last file says."""

from datetime import date

import pytest
from django.db import connection

from pipeline.actions.passages import refresh
from tenants.models import Organisation
from tests import factories
from tests.pipeline.files import DEALS, imported

pytestmark = pytest.mark.django_db

WON = "D1,Carol,Won,1200.50,2026-01-05,2026-02-01,Acme,GTX Pro"


@pytest.fixture(autouse=True)
def stages(in_scope: Organisation) -> None:
    factories.stages(in_scope)


def outcomes(as_of: date = date(2026, 3, 9)) -> list[tuple[str, date, int]]:
    """The closes that count: stage, day, amount."""
    done = refresh(as_of=as_of, rebuild=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.name, p.entered_on, p.amount_minor FROM {done.passages} p"
            " JOIN pipeline_stage s ON s.id = p.stage_id WHERE s.kind <> 'open' AND p.sign = 1"
        )
        return cursor.fetchall()


@pytest.mark.parametrize(
    ("corrected", "expected"),
    [
        pytest.param(WON.replace("1200.50", "2000"), ("Won", date(2026, 2, 1), 200_000), id="another amount"),
        pytest.param(WON.replace("02-01", "02-20"), ("Won", date(2026, 2, 20), 120_050), id="a later close"),
        pytest.param(
            WON.replace("02-01", "01-20"), ("Won", date(2026, 1, 20), 120_050), id="an earlier close"
        ),
        pytest.param(
            WON.replace("Won", "Lost"), ("Lost", date(2026, 2, 1), 120_050), id="lost, on the same day"
        ),
        pytest.param(
            WON.replace("Won", "Lost").replace("02-01", "02-20"),
            ("Lost", date(2026, 2, 20), 120_050),
            id="lost, later",
        ),
    ],
)
def test_the_last_file_is_right(in_scope: Organisation, corrected: str, expected: tuple) -> None:
    imported(in_scope, DEALS + WON + "\n")
    imported(in_scope, DEALS + corrected + "\n")

    name, day, amount = expected
    assert outcomes() == [(name, day, amount)]


def test_a_deal_open_again_has_no_close_from_that_day_on(in_scope: Organisation) -> None:
    imported(in_scope, DEALS + WON + "\n")
    imported(in_scope, DEALS + WON.replace("Won", "Engaging").replace("2026-02-01", "") + "\n")

    assert outcomes(date(2026, 3, 10)) == []
    # The day before the files said otherwise, and that day is told as it was.
    assert outcomes(date(2026, 3, 9)) == [("Won", date(2026, 2, 1), 120_050)]


def test_a_deal_won_again_after_it_was_reopened_counts_once(in_scope: Organisation) -> None:
    imported(in_scope, DEALS + WON + "\n")
    imported(in_scope, DEALS + WON.replace("Won", "Engaging").replace("2026-02-01", "") + "\n")
    imported(in_scope, DEALS + WON.replace("2026-02-01", "2026-03-10") + "\n")

    assert [close[:2] for close in outcomes(date(2026, 3, 10))] == [("Won", date(2026, 3, 10))]
