"""Passages and deals as of a day, against their definition and against what comes later."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import Opportunity, OpportunityEvent, Stage
from pipeline.queries import histories
from pipeline.queries.stays import NOBODY
from pipeline.queries.steps_back import steps_back
from tests import factories
from tests.pipeline.test_passage_refresh import (
    DAY_ONE,
    EVENTS,
    LIVES,
    add,
    defined,
    from_definition,
    make_stages,
    slow_example,
    undone,
    write,
)


@pytest.fixture
def stages(in_scope) -> dict[str, Stage]:
    return make_stages(in_scope)


def day(number: int) -> date:
    return DAY_ONE + timedelta(days=number)


def rows(table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2")
        return cursor.fetchall()


def deals(number: int, columns: str, **given: Any) -> dict[str, tuple[Any, ...]]:
    """By external identifier."""
    found = histories.as_of(day(number), fresh=True, **given)
    names = dict(Opportunity.objects.values_list("id", "external_id"))
    return {names[row[0]]: row[1:] for row in rows(found.deals, f"opportunity_id, {columns}")}


def happened(deal: Opportunity, stage: Stage, number: int | None, **given: Any) -> OpportunityEvent:
    return factories.event(deal, stage, None if number is None else day(number), **given)


def at_noon(number: int) -> datetime:
    return datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)


@slow_example
@given(lives=LIVES, last=st.integers(0, 9))
def test_the_passages_are_those_of_the_definition(in_scope, stages, lives, last):
    with undone():
        write(in_scope, stages, lives)
        found = histories.as_of(day(last), fresh=True)
        told = rows(found.passages, "opportunity_id, stage_id, entered_on, exited_on, outcome")
        assert set(told) == from_definition(day(last))


@settings(slow_example, max_examples=15)
@given(lives=LIVES, last=st.integers(0, 5), more=st.lists(st.tuples(st.integers(0, 11), EVENTS), max_size=6))
def test_what_happens_later_does_not_change_a_day(in_scope, stages, lives, last, more):
    """Given the deals of a day, when events of later days come with other values, then the day is what it was."""
    with undone():
        write(in_scope, stages, lives)
        before = everything(last)
        known = list(Opportunity.objects.order_by("external_id"))
        for position, life in more:
            deal = known[position % len(known)]
            deal.amount_minor, deal.owner, deal.team = 7, None, None
            for code, number, source in life:
                add(in_scope, deal, stages, code, last + 1 + (number or 0), source)
        assert everything(last) == before


def everything(number: int) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    found = histories.as_of(day(number), fresh=True)
    return rows(found.passages), rows(found.deals)


@settings(slow_example, max_examples=15)
@given(lives=LIVES, since=st.integers(0, 8), more=st.integers(0, 4))
def test_a_window_holds_every_deal_that_was_open_or_touched_in_it(in_scope, stages, lives, since, more):
    with undone():
        write(in_scope, stages, lives)
        project(stages)
        whole = histories.as_of(day(since + more), slot="_whole", fresh=True)
        part = histories.as_of(day(since + more), since=day(since), slot="_part", fresh=True)
        touched = f"kind <> 'unknown' AND (closed_on IS NULL OR closed_on >= '{day(since)}')"
        wanted = set(rows(f"{whole.deals} WHERE {touched}"))
        assert wanted <= set(rows(part.deals)) <= set(rows(whole.deals))


def project(stages: dict[str, Stage]) -> None:
    """Bring the present stages in step with the events, as every import does."""
    kinds = deals(99, "kind")
    for kind, stage in (("won", "W"), ("lost", "X")):
        closed = [name for name, found in kinds.items() if found == (kind,)]
        Opportunity.objects.filter(external_id__in=closed).update(stage=stages[stage])


def test_an_amount_counts_from_the_day_that_it_was_told(in_scope, stages):
    """Given a deal worth 100 that is said to be worth 140 on the sixth day, then on the fifth it is worth 100."""
    deal = factories.opportunity(in_scope, "A", stage=stages["E"], amount_minor=140)
    happened(deal, stages["P"], 0, amount_minor=100)
    happened(
        deal, stages["E"], None, kind="change", changed="amount", source="import", amount_minor=140,
        recorded_at=at_noon(6),
    )  # fmt: skip
    assert deals(5, "amount_minor") == {"A": (100,)}
    assert deals(6, "amount_minor") == {"A": (140,)}


def test_neither_a_win_nor_a_loss_tells_what_the_deal_was_worth_before(in_scope, stages):
    """As in shared files where lost rows carry 0 and only closed ones carry a value."""
    won, lost = (factories.opportunity(in_scope, name, stage=stages["P"]) for name in "WL")
    for deal, stage, amount in ((won, "W", 900), (lost, "X", 0)):
        happened(deal, stages["P"], 0, amount_minor=None)
        happened(deal, stages[stage], 5, amount_minor=amount)
    assert deals(4, "kind, amount_minor, closed_on") == {"W": ("open", None, None), "L": ("open", None, None)}
    assert deals(5, "kind, amount_minor, closed_on") == {
        "W": ("won", 900, day(5)),
        "L": ("lost", None, day(5)),
    }


def test_a_lost_deal_is_worth_what_it_was_worth_before_the_loss(in_scope, stages):
    deal = factories.opportunity(in_scope, "L", stage=stages["X"])
    happened(deal, stages["P"], 0, amount_minor=500)
    happened(deal, stages["X"], 5, amount_minor=0)
    assert deals(5, "amount_minor") == {"L": (500,)}


def test_an_undated_amount_of_an_open_deal_stands_in_until_something_is_told(in_scope, stages):
    """A file that dates the entries and not the values: they are the present ones."""
    deal = factories.opportunity(in_scope, "A", stage=stages["P"])
    happened(deal, stages["P"], 0, amount_minor=None)
    happened(deal, stages["P"], None, source="import", amount_minor=300, recorded_at=at_noon(8))
    happened(
        deal, stages["P"], None, kind="change", changed="amount", amount_minor=400, recorded_at=at_noon(9)
    )
    assert deals(4, "amount_minor, touched_on") == {"A": (300, day(0))}
    assert deals(9, "amount_minor, touched_on") == {"A": (400, day(9))}


def test_an_open_deal_is_in_the_hands_of_the_day_and_a_closed_one_stays_where_it_closed(in_scope, stages):
    ann, bea = factories.person(in_scope, "Ann"), factories.person(in_scope, "Bea")
    deal = factories.opportunity(in_scope, "A", stage=stages["W"], owner=bea)
    happened(deal, stages["P"], 0, owner_id=ann.id)
    happened(deal, stages["P"], None, kind="change", changed="owner", owner_id=bea.id, recorded_at=at_noon(3))
    happened(deal, stages["W"], 5, owner_id=bea.id)
    happened(deal, stages["W"], None, kind="change", changed="owner", owner_id=ann.id, recorded_at=at_noon(8))
    assert [deals(number, "owner_id")["A"][0] for number in (2, 3, 5, 9)] == [ann.id, bea.id, bea.id, bea.id]
    assert deals(2, "team_id")["A"] == (NOBODY,)


def test_an_expected_close_that_is_put_off_is_counted(in_scope, stages):
    deal = factories.opportunity(in_scope, "A", stage=stages["P"])
    happened(deal, stages["P"], 0, expected_close_on=day(20))
    for number, expected in ((2, 30), (4, 25), (6, 40)):
        happened(
            deal, stages["P"], None, kind="change", changed="expected_close", expected_close_on=day(expected),
            recorded_at=at_noon(number),
        )  # fmt: skip
    columns = "expected_close_on, first_expected_on, pushes"
    assert deals(1, columns) == {"A": (day(20), day(20), 0)}
    assert deals(5, columns) == {"A": (day(25), day(20), 1)}
    assert deals(6, columns) == {"A": (day(40), day(20), 2)}


def test_the_tables_are_filled_once_in_a_scope(in_scope, stages, django_assert_num_queries):
    histories.as_of(day(3))
    with django_assert_num_queries(0):
        again = histories.as_of(day(3))
    other = histories.as_of(day(4))
    assert (again.deals, again.as_of) == (other.deals, day(3))
    assert histories.as_of(day(3)).as_of == day(3)


@settings(slow_example, max_examples=15)
@given(lives=LIVES, last=st.integers(0, 9))
def test_steps_back_are_those_of_the_definition(in_scope, stages, lives, last):
    with undone():
        write(in_scope, stages, lives)
        table = steps_back(histories.as_of(day(last), fresh=True))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT opportunity_id, count(*) FROM {table} GROUP BY 1")
            counted = dict(cursor.fetchall())
        told = defined(day(last)).oddities["regressions"]
        assert counted == told[told > 0].to_dict()
