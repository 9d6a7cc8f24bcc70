"""A second look is cheap, and never somebody else's or an older one."""

from datetime import date, timedelta

import pytest

from reporting.queries import memo
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.reporting import builders

DAY = date(2026, 2, 11)


class Work:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int | None:
        self.times += 1
        return None


@pytest.fixture
def work() -> Work:
    return Work()


def look(organisation: Organisation, work: Work, asked: object = ("North", DAY)) -> None:
    with tenant_scope(organisation.id):
        memo.remember(work, name="flow", source=memo.as_known(DAY), asked=asked)


def test_the_same_question_is_worked_out_once(atelier, work):
    for _look in range(2):
        look(atelier, work)
    look(atelier, work, asked=("South", DAY))
    assert work.times == 2


def test_another_organisation_never_sees_the_answer(atelier, rival, work):
    look(atelier, work)
    look(rival, work)
    assert work.times == 2


def test_an_event_or_another_stage_asks_again(atelier, work):
    look(atelier, work)
    factories.event(factories.opportunity(atelier))
    look(atelier, work)
    factories.stage(atelier, "Trial", 9)
    look(atelier, work)
    assert work.times == 3


def test_a_run_that_was_computed_again_is_another_source(atelier):
    run = builders.run(atelier)
    before = memo.of_run(run)
    run.finished_at += timedelta(seconds=1)
    assert memo.of_run(run) != before
