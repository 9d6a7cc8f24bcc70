"""The SQL derivation against its executable definition, and an incremental refresh against a rebuild."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta

import pandas as pd
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.actions.passages import refresh
from pipeline.domain.passages import PASSAGE_COLUMNS, Passages, passages
from pipeline.models import Close, Frontier, OpenDeal, Opportunity, OpportunityEvent, Stage, StageStay
from pipeline.queries import close_sql, open_deal_sql
from tenants.ids import new_id
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tests import factories

DAY_ONE = date(2026, 1, 1)
STAGES = (("P", "open"), ("E", "open"), ("N", "open"), ("W", "won"), ("X", "lost"))

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["P", "P", "E", "E", "N", "W", "X", "R"]),
        st.one_of(st.none(), st.integers(0, 8), st.integers(0, 8)),
        st.sampled_from(["history", "inferred"]),
    ),
    max_size=7,
)
LIVES = st.lists(EVENTS, min_size=1, max_size=12)


def write(
    organisation: Organisation, stages: dict[str, Stage], lives: list[list[tuple]], prefix: str = ""
) -> None:
    for number, life in enumerate(lives):
        deal = factories.opportunity(organisation, f"{prefix}{number}", stage=stages["P"])
        for code, day, source in life:
            add(organisation, deal, stages, code, day, source)


def add(organisation, deal, stages, code, day, source) -> None:
    if code == "R" and day is None:
        return  # the database refuses an undated reopening
    OpportunityEvent.objects.create(
        opportunity=deal,
        kind="reopen" if code == "R" else "stage",
        stage=stages["P" if code == "R" else code],
        occurred_on=None if day is None else DAY_ONE + timedelta(days=day),
        source=source,
        owner=deal.owner,
        team=deal.team,
    )


def from_sql(as_of: date) -> set[tuple]:
    done = refresh(as_of=as_of, rebuild=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT opportunity_id, stage_id, entered_on, exited_on, outcome FROM {done.passages} WHERE sign = 1"
        )
        return set(cursor.fetchall())


def from_definition(as_of: date) -> set[tuple]:
    rows = defined(as_of).rows
    return {tuple(row) for row in rows[list(PASSAGE_COLUMNS)].itertuples(index=False, name=None)}


def defined(as_of: date) -> Passages:
    """What the executable definition makes of every event."""
    events = pd.DataFrame(
        [
            (
                event.opportunity_id,
                event.stage_id,
                event.occurred_on,
                event.source == "inferred",
                event.kind,
                event.id,
            )
            for event in OpportunityEvent.objects.all()
        ],
        columns=["opportunity", "stage", "occurred_on", "inferred", "kind", "seq"],
        dtype=object,
    )
    stages = pd.DataFrame(
        [(stage.id, stage.position, stage.kind) for stage in Stage.objects.all()],
        columns=["stage", "position", "kind"],
        dtype=object,
    )
    return passages(events, stages, as_of)


@contextmanager
def undone() -> Iterator[None]:
    """What an example writes goes with it, its temporary tables too."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def make_stages(organisation: Organisation) -> dict[str, Stage]:
    return {
        name: factories.stage(organisation, name, position, kind)
        for position, (name, kind) in enumerate(STAGES)
    }


@pytest.fixture
def stages(in_scope) -> dict[str, Stage]:
    return make_stages(in_scope)


slow_example = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@slow_example
@given(lives=LIVES, last=st.integers(0, 9))
def test_the_statement_tells_the_same_passages_as_the_definition(in_scope, stages, lives, last):
    with undone():
        write(in_scope, stages, lives)
        as_of = DAY_ONE + timedelta(days=last)
        assert from_sql(as_of) == from_definition(as_of)


@pytest.fixture
def committed_stages(transactional_db) -> tuple[Organisation, dict[str, Stage]]:
    organisation = factories.organisation("atelier")
    with tenant_scope(organisation.id):
        return organisation, make_stages(organisation)


@settings(slow_example, max_examples=12)
@given(
    before=LIVES,
    later=LIVES,
    more=st.lists(st.tuples(st.integers(0, 11), EVENTS), max_size=6),
    days=st.integers(0, 4),
)
def test_an_incremental_refresh_leaves_the_counts_of_a_rebuild(committed_stages, before, later, more, days):
    organisation, stages = committed_stages
    batch = new_id()
    with tenant_scope(organisation.id):
        frontier = Frontier.objects.first()
        first_day = frontier.as_of if frontier else DAY_ONE + timedelta(days=3)
        write(organisation, stages, before, prefix=f"{batch}a")
    with tenant_scope(organisation.id):
        refresh(as_of=first_day)
    with tenant_scope(organisation.id):
        write(organisation, stages, later, prefix=f"{batch}b")
        deals = list(Opportunity.objects.order_by("external_id")[:20])
        for position, life in more:
            for event in life:
                add(organisation, deals[position % len(deals)], stages, *event)
    as_of = first_day + timedelta(days=days)
    with tenant_scope(organisation.id):
        refresh(as_of=as_of)
        stepwise = counts()
    with tenant_scope(organisation.id):
        refresh(as_of=as_of, rebuild=True)
        assert stepwise == counts()


def test_two_refreshes_at_once_count_what_is_new_only_once(committed_stages):
    """Given something new, when a second refresh begins before the first has committed, then it is counted once."""
    organisation, stages = committed_stages
    new = [("P", 0, "history"), ("E", 2, "history")]
    as_of = DAY_ONE + timedelta(days=5)
    with tenant_scope(organisation.id):
        write(organisation, stages, [new], prefix="a")
    with tenant_scope(organisation.id):
        refresh(as_of=as_of)
    with tenant_scope(organisation.id):
        write(organisation, stages, [new], prefix="b")

    def second() -> None:
        try:
            with tenant_scope(organisation.id):
                refresh(as_of=as_of)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with tenant_scope(organisation.id):
            refresh(as_of=as_of)
            waiting = pool.submit(second)
            wait_until_blocked()
        waiting.result(timeout=30)

    with tenant_scope(organisation.id):
        both = counts()
    with tenant_scope(organisation.id):
        refresh(as_of=as_of, rebuild=True)
        assert both == counts()


def wait_until_blocked() -> None:
    """Until another session of this database waits for a lock of this one."""
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            # Not pg_stat_activity: within a transaction it stays what it was when first read.
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
            )
            if cursor.fetchone() == (True,):
                return
            time.sleep(0.02)
    raise AssertionError("the second refresh never waited for the first")


def counts() -> tuple[set[tuple], ...]:
    """What is stored: the sums, the closes in force, the open deals."""
    sums = StageStay.objects.values_list("scope", "outcome", "measure", "count", "amount_minor")
    closes = Close.objects.values_list("opportunity_id", *close_sql.COLUMNS)
    opened = OpenDeal.objects.values_list("opportunity_id", *open_deal_sql.COLUMNS)
    return set(sums), set(closes), set(opened)
