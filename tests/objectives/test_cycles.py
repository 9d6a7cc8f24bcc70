from datetime import date
from itertools import pairwise

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from objectives.actions import cycles
from objectives.actions.errors import Locked
from objectives.domain.quarters import Quarter, quarters
from objectives.models import Cycle
from objectives.queries import current_cycle, cycle_for
from tenants.models import Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories


def create(organisation: Organisation, member: Membership, first: date, last: date, name: str = "Q") -> Cycle:
    with tenant_scope(organisation.id):
        return cycles.create(name=name, first_day=first, last_day=last, by=factories.actor(member))


def test_the_last_day_is_inside(atelier: Organisation, alice: Membership) -> None:
    cycle = create(atelier, alice, date(2026, 1, 1), date(2026, 3, 31))

    assert cycle.end_on == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 3, 31), date(2026, 6, 30), "first_day"),
        (date(2025, 10, 1), date(2026, 1, 1), "last_day"),
        (date(2025, 12, 1), date(2026, 6, 30), "last_day"),
    ],
    ids=["starts inside", "ends inside", "around"],
)
def test_an_overlap_is_refused_at_the_field_that_runs_into_it(
    atelier: Organisation, alice: Membership, first: date, last: date, field: str
) -> None:
    create(atelier, alice, date(2026, 1, 1), date(2026, 3, 31), "Q1 2026")

    with pytest.raises(ValidationError) as refused:
        create(atelier, alice, first, last)

    assert "Q1 2026" in refused.value.message_dict[field][0]


def test_cycles_may_follow_each_other(atelier: Organisation, alice: Membership) -> None:
    create(atelier, alice, date(2026, 1, 1), date(2026, 3, 31))

    assert create(atelier, alice, date(2026, 4, 1), date(2026, 6, 30)).pk


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 1, 2), date(2026, 1, 1)), (date(2026, 1, 1), date(2027, 1, 2))],
    ids=["backwards", "over a year"],
)
def test_days_without_meaning_are_refused(
    atelier: Organisation, alice: Membership, first: date, last: date
) -> None:
    with pytest.raises(ValidationError) as refused:
        create(atelier, alice, first, last)

    assert "last_day" in refused.value.message_dict


def test_only_who_sets_objectives_makes_cycles(atelier: Organisation, carol: Membership) -> None:
    with pytest.raises(PermissionDenied):
        create(atelier, carol, date(2026, 1, 1), date(2026, 3, 31))


def test_a_draft_is_deleted_with_its_plan_and_shares(atelier: Organisation, alice: Membership) -> None:
    cycle = factories.cycle(atelier)
    factories.plan(cycle)
    factories.objective(cycle)

    with tenant_scope(atelier.id):
        cycles.delete(cycle=cycle, by=factories.actor(alice))

        assert not Cycle.objects.exists()


def test_an_active_cycle_is_not_deleted(atelier: Organisation, alice: Membership) -> None:
    cycle = factories.cycle(atelier, state=Cycle.State.ACTIVE)

    with tenant_scope(atelier.id), pytest.raises(Locked):
        cycles.delete(cycle=cycle, by=factories.actor(alice))


def test_a_cycle_is_found_by_its_days(in_scope: Organisation) -> None:
    cycle = factories.cycle(in_scope)

    assert cycle_for(date(2026, 3, 31)) == cycle
    assert cycle_for(date(2026, 4, 1)) is None


@time_machine.travel("2026-02-10 12:00", tick=False)
def test_the_current_cycle_is_the_active_one_that_holds_yesterday(in_scope: Organisation) -> None:
    factories.cycle(in_scope, "Q2", start_on=date(2026, 4, 1), end_on=date(2026, 7, 1))
    past = factories.cycle(
        in_scope, "Q4", start_on=date(2025, 10, 1), end_on=date(2026, 1, 1), state="active"
    )
    assert current_cycle() == past

    now = factories.cycle(in_scope, state="active")
    assert current_cycle() == now


def test_quarters_go_from_the_next_one_back_to_the_data() -> None:
    found = quarters(date(2026, 2, 10), date(2025, 5, 3))

    assert [(one.year, one.number) for one in found] == [
        (2026, 2),
        (2026, 1),
        (2025, 4),
        (2025, 3),
        (2025, 2),
    ]


def test_old_data_keeps_its_own_quarters_in_the_list() -> None:
    found = quarters(date(2026, 11, 27), date(2016, 10, 20))

    assert (found[0], found[-1]) == (Quarter(2027, 1), Quarter(2016, 4))


def test_the_oldest_quarters_are_left_out_never_the_latest() -> None:
    found = quarters(date(2026, 11, 27), date(1998, 2, 1))

    assert found[:4] == [Quarter(2027, 1), Quarter(2026, 4), Quarter(2026, 3), Quarter(2026, 2)]
    assert found[-1] == Quarter(2012, 2)
    assert all(newer == older.next for newer, older in pairwise(found))


def test_a_quarter_ends_the_day_before_the_next_one() -> None:
    assert (Quarter(2026, 4).first_day, Quarter(2026, 4).last_day) == (date(2026, 10, 1), date(2026, 12, 31))
