"""Some deals as of a day: as every analysis has them, and read by themselves."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Opportunity, Stage
from pipeline.queries import histories, past
from tests import factories
from tests.pipeline.test_passage_refresh import DAY_ONE, LIVES, make_stages, slow_example, undone, write


@pytest.fixture
def stages(in_scope) -> dict[str, Stage]:
    return make_stages(in_scope)


def day(number: int) -> date:
    return DAY_ONE + timedelta(days=number)


@slow_example
@given(lives=LIVES, last=st.integers(0, 9))
def test_they_stand_where_the_analyses_of_the_day_have_them(in_scope, stages, lives, last):
    """Given any lives, when each deal is looked at by itself, then it is the deal of `histories` as of the day, or none."""
    with undone():
        write(in_scope, stages, lives)
        found = histories.as_of(day(last), fresh=True)
        with connection.cursor() as cursor:
            cursor.execute(past.STOOD.format(deals=f"SELECT * FROM {found.deals}"))
            everywhere = {key: past._stood(*rest) for key, *rest in cursor.fetchall()}
        page = [one for one in Opportunity.objects.all() if int(one.external_id) % 2]
        assert past.stood_on(day(last), [one.id for one in page]) == {
            one.id: everywhere[one.id] for one in page if one.id in everywhere
        }
        for stage in stages.values():
            there = {key for key, one in everywhere.items() if one.stage_id == stage.id}
            assert there <= set(past.opened_by(day(last), stage=stage.id).values_list("id", flat=True))


def test_a_stage_and_hands_are_those_of_the_day(in_scope, stages):
    """Given a deal that goes on from Carol to Dan, when the day before is asked for, then it is Carol's, where it was."""
    carol, dan = (factories.person(in_scope, name) for name in ("Carol", "Dan"))
    deal = factories.opportunity(in_scope, stage=stages["E"], owner=carol, amount_minor=5)
    factories.event(deal, stages["P"], day(1), owner_id=carol.id, amount_minor=3)
    factories.event(deal, stages["E"], day(5), owner_id=dan.id)

    def asked(number: int, **given: Any) -> list[past.Stood]:
        some = past.opened_by(day(number), **given).values_list("id", flat=True)
        return list(past.stood_on(day(number), list(some), **given).values())

    [then] = asked(4, stage=stages["P"].id, owner=carol.id)
    assert (then.state, then.amount_minor) == ("open", 3)
    assert asked(5, stage=stages["P"].id) == asked(4, owner=dan.id) == asked(0) == []
    assert [one.amount_minor for one in asked(5, stage=stages["E"].id, owner=dan.id)] == [5]


def test_a_page_takes_three_queries_whatever_its_size(in_scope, stages, django_assert_num_queries):
    write(in_scope, stages, [[("P", 0, "history"), ("E", 2, "history")]] * 30)
    some = list(Opportunity.objects.values_list("id", flat=True))
    with django_assert_num_queries(3):
        assert len(past.stood_on(day(3), some)) == 30
