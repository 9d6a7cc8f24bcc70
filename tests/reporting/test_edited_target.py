"""An edited target reaches every derived number, and leaves the past where it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from objectives.actions import revisions
from objectives.queries.cycles import cycle_lines
from reporting.models import GapResult
from tenants.access import SYSTEM
from tenants.models import Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.promised import NOW, Promised, ask, promised
from tests.reporting.nights import partial_night

NIGHT = datetime(2026, 2, 21, 1, 0, tzinfo=UTC)
BEFORE, AFTER = date(2026, 2, 6), date(2026, 2, 20)
RAISED = 72_000_000  # by a fifth, from 10 February on


@kept
def tree() -> Promised:
    """The tree of promised.py with a deal of 100 000.00 won by Ann in January and one in February."""
    atelier = factories.organisation()
    made = promised(atelier)
    stages = factories.stages(atelier)
    with tenant_scope(atelier.id):
        for number, day in enumerate((date(2026, 1, 20), date(2026, 2, 12))):
            deal = factories.opportunity(
                atelier, f"D{number}", stage=stages["Won"], owner=made.people["Ann"], team=made.teams["North"],
                amount_minor=10_000_000, closed_on=day,
            )  # fmt: skip
            factories.event(deal, stages["Prospecting"], date(2026, 1, 2))
            factories.event(deal, stages["Won"], day)
    return made


def results(as_of: date) -> dict[tuple[str, str], GapResult]:
    run = partial_night(as_of, NIGHT, without=("causes", "landing"))
    rows = GapResult.objects.filter(run=run).select_related("objective__team", "objective__person")
    return {(str(r.objective.team or r.objective.person or ""), r.objective.metric): r for r in rows}


def figures(row: GapResult) -> tuple[Any, ...]:
    return row.target, row.path, row.actual, row.gap_to_path, row.gap_to_target, row.series, row.levers


def raise_the_company(tree: Promised) -> None:
    revisions.approve(revision=ask(tree, "company", RAISED, below=True), by=SYSTEM, now=NOW)


def test_an_edited_target_reaches_every_derived_number(tree: Promised, in_scope: Organisation) -> None:
    then = results(AFTER)
    raise_the_company(tree)
    now = results(AFTER)

    assert set(now) == set(then)
    for key in then:
        assert now[key].target == pytest.approx(then[key].target * 1.2, abs=0.5), key  # type: ignore[operator]
        assert now[key].path > then[key].path, key  # type: ignore[operator]
        assert now[key].gap_to_path == pytest.approx(now[key].actual - now[key].path), key  # type: ignore[operator]
        assert now[key].gap_to_target == now[key].actual - now[key].target, key  # type: ignore[operator]
        assert now[key].series["path"][-1] == now[key].target, key
    for key in (("", "revenue_won"), ("North", "revenue_won"), ("Ann", "revenue_won")):
        levers = now[key].levers
        assert sum(line["contribution"] for line in levers) == round(now[key].gap_to_path or 0), key
    assert [line.revenue_minor for line in cycle_lines()] == [RAISED]


def test_the_levers_of_the_parts_follow_what_is_due_from_each(tree: Promised, in_scope: Organisation) -> None:
    raise_the_company(tree)
    rows = results(AFTER)

    def gaps(*names: str) -> float:
        return sum(rows[name, "revenue_won"].gap_to_path or 0.0 for name in names)

    assert gaps("North", "South") == pytest.approx(gaps(""), abs=1.0)
    assert gaps("Ann", "Bea") == pytest.approx(gaps("North"), abs=1.0)


def test_what_was_due_before_the_day_stays_what_it_was(tree: Promised, in_scope: Organisation) -> None:
    then, later = results(BEFORE), results(AFTER)
    raise_the_company(tree)
    again, now = results(BEFORE), results(AFTER)

    assert {key: figures(row) for key, row in again.items()} == {
        key: figures(row) for key, row in then.items()
    }
    for key, row in now.items():
        eve = row.series["dates"].index("2026-02-08")
        assert row.series["path"][: eve + 1] == later[key].series["path"][: eve + 1]


def test_pages_and_the_api_show_the_new_target(tree: Promised, alice: Membership) -> None:
    with tenant_scope(tree.organisation.id):
        raise_the_company(tree)
        partial_night(AFTER, NIGHT, without=("causes", "landing"))
    client = factories.client_of(alice)
    state = {"cycle": tree.cycle.pk, "as_of": AFTER.isoformat()}
    north, ann = tree.teams["North"].pk, tree.people["Ann"].pk

    pages: dict[str, tuple[dict[str, Any], str]] = {
        "director": ({}, "€720"),
        "manager": ({"team": north}, "€300"),
        "rep": ({"person": ann}, "€300"),
        "objectives": ({}, "€720"),
    }
    for page, (query, amount) in pages.items():
        assert amount in client.get(f"/o/atelier/{page}/", {**state, **query}).content.decode(), page
    robot = factories.api_client(tree.organisation)
    for address, query in (("gaps", {"as_of": AFTER.isoformat()}), ("objectives", {})):
        rows = robot.get(f"/api/v1/{address}", query).json()["results"]
        targets = {row["target"] for row in rows if row["metric"] == "revenue_won"}
        assert targets == {"720000.00", "480000.00", "240000.00", "300000.00", "180000.00"}, address
