"""The life of a deal, from its opening to its close, as counts: what the win rate and the sales cycle are made of."""

from datetime import date

import pandas as pd
import pytest

from pipeline.actions.passages import refresh
from pipeline.queries.stays import stays
from tenants.models import Organisation
from tests import factories

pytestmark = pytest.mark.django_db

AS_OF = date(2026, 2, 10)
OPENED = date(2026, 1, 1)


def lives(as_of: date = AS_OF) -> list[tuple[int, int, int, int]]:
    """(days, won, lost, open)."""
    found: pd.DataFrame = stays(as_of=as_of, table=refresh(as_of=as_of, rebuild=True).stays).life()
    rows = found[["day", "advanced", "lost", "censored"]].itertuples(index=False, name=None)
    return sorted(tuple(map(int, row)) for row in rows)  # type: ignore[misc]


@pytest.fixture
def stages(in_scope: Organisation) -> dict:
    return factories.stages(in_scope)


def test_a_deal_lives_from_its_opening_to_its_close_or_to_the_day(
    in_scope: Organisation, stages: dict
) -> None:
    for name, close in (("D1", "Won"), ("D2", "Lost"), ("D3", None)):
        deal = factories.opportunity(in_scope, name)
        factories.event(deal, stages["Prospecting"], OPENED)
        factories.event(deal, stages["Engaging"], date(2026, 1, 5))
        if close:
            factories.event(deal, stages[close], date(2026, 1, 21))

    assert lives() == [(20, 0, 1, 0), (20, 1, 0, 0), (40, 0, 0, 1)]


def test_a_close_whose_opening_nobody_dated_is_no_life_of_no_days(
    in_scope: Organisation, stages: dict
) -> None:
    factories.event(factories.opportunity(in_scope, "D1"), stages["Won"], date(2026, 1, 21))
    assert lives() == []


def test_a_close_that_was_undone_has_not_ended_the_deal(in_scope: Organisation, stages: dict) -> None:
    deal = factories.opportunity(in_scope, "D1")
    factories.event(deal, stages["Prospecting"], OPENED)
    factories.event(deal, stages["Lost"], date(2026, 1, 21))
    factories.event(deal, stages["Prospecting"], date(2026, 2, 1), kind="reopen")
    assert lives() == [(40, 0, 0, 1)]


def test_the_day_is_not_over_for_what_comes_later(in_scope: Organisation, stages: dict) -> None:
    deal = factories.opportunity(in_scope, "D1")
    factories.event(deal, stages["Prospecting"], OPENED)
    factories.event(deal, stages["Won"], date(2026, 3, 1))
    assert lives() == [(40, 0, 0, 1)]
