"""Twenty people at the same time, on connections of their own: nothing is lost, nothing waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from objectives.actions import revisions
from objectives.actions.errors import StaleVersion
from objectives.models import Objective, ObjectiveVersion, Revision
from objectives.queries.revisions import stale_changes
from tenants.access import SYSTEM
from tenants.models import AuditEntry, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.objectives.promised import NOW, Promised, ask, promised

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 20


def at_once(organisation: Organisation, acts: list[Callable[[], Any]]) -> list[Any]:
    """Run the acts together, each in a scope of its own; give what each returned, or StaleVersion."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(30)
            with tenant_scope(organisation.id):
                return act()
        except StaleVersion as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def approving(revision: Revision) -> Callable[[], Revision]:
    return lambda: revisions.approve(revision=revision, by=SYSTEM, now=NOW)


@pytest.fixture
def tree() -> Promised:
    return promised(factories.organisation("atelier"))


def test_of_twenty_revisions_of_one_objective_all_are_kept_and_one_is_approved(tree: Promised) -> None:
    house = tree.organisation
    targets = [41_000_000 + 10_000 * n for n in range(MANY)]

    proposed = at_once(house, [lambda t=t: ask(tree, "North", t, below=True) for t in targets])  # type: ignore[misc]
    answers = at_once(house, [approving(revision) for revision in proposed])

    approved = [answer for answer in answers if isinstance(answer, Revision)]
    told = [answer for answer in answers if isinstance(answer, StaleVersion)]
    assert (len(proposed), len(approved), len(told)) == (MANY, 1, MANY - 1)
    with tenant_scope(house.id):
        kept = {revision.pk: revision for revision in Revision.objects.select_related("cycle")}
        assert {revision.pk for revision in proposed} == set(kept)
        assert (
            sorted(
                int(line["after"])
                for revision in kept.values()
                for line in revision.preview["rows"]
                if line["owner"] == "North"
            )
            == targets
        )
        (winner,) = approved
        north = tree.fresh("North")
        assert (north.revision_id, north.version) == (winner.pk, 1)
        versions = ObjectiveVersion.objects.filter(objective=north)
        assert list(versions.values_list("number", "revision_id")) == [(1, None), (2, winner.pk)]
        assert tree.target("Ann") + tree.target("Bea") == north.target
        late = [revision for key, revision in kept.items() if key != winner.pk]
        assert {revision.state for revision in late} == {"proposed"}
        # What each of them is told is the change that went before.
        assert all(
            any(
                stale.current == north and stale.current.target == north.target
                for stale in stale_changes(one)
            )
            for one in late
        )
        assert {stale.detail["target"] for stale in told} <= {
            str(row.target) for row in Objective.objects.filter(revision=winner)
        }
        assert AuditEntry.objects.filter(verb="revision.approve").count() == 1
        assert AuditEntry.objects.filter(verb="revision.propose").count() == MANY


def test_twenty_revisions_of_different_objectives_of_one_tree_are_all_approved(tree: Promised) -> None:
    house = tree.organisation
    with tenant_scope(house.id):
        for n in range(MANY):
            person = factories.person(house, f"P{n:02}", team=tree.teams["South"])
            tree.rows[f"P{n}"] = factories.objective(
                tree.cycle, target=1_000, parent=tree.rows["South"], person=person, weight=1, state="active"
            )

    proposed = at_once(house, [lambda n=n: ask(tree, f"P{n}", 2_000 + n) for n in range(MANY)])  # type: ignore[misc]
    answers = at_once(house, [approving(revision) for revision in reversed(proposed)])

    assert [type(answer) for answer in answers] == [Revision] * MANY
    with tenant_scope(house.id):
        assert [tree.target(f"P{n}") for n in range(MANY)] == [2_000 + n for n in range(MANY)]
        assert ObjectiveVersion.objects.filter(revision__in=proposed).count() == MANY
        assert Revision.objects.filter(state="approved").count() == MANY


def test_proposals_do_not_wait_for_a_decision_under_way(tree: Promised) -> None:
    """Ten proposals and ten approvals that touch the same rows, in opposite orders, at the same time."""
    house = tree.organisation
    with tenant_scope(house.id):
        first = [ask(tree, "company", 61_000_000 + n, below=True) for n in range(MANY // 2)]

    acts: list[Callable[[], Any]] = [approving(revision) for revision in first]
    acts += [lambda n=n: _propose(tree, n) for n in range(MANY // 2)]  # type: ignore[misc]
    answers = at_once(house, acts)

    approved = [answer for answer in answers[: MANY // 2] if isinstance(answer, Revision)]
    recorded = [answer for answer in answers[MANY // 2 :] if isinstance(answer, Revision)]
    assert (len(approved), len(recorded)) == (1, MANY // 2)


def _propose(tree: Promised, n: int) -> Revision:
    """Somebody whose view was overtaken looks again, and proposes what is shown then."""
    while True:
        try:
            return ask(tree, "Ann", 26_000_000 + n, above=True)
        except revisions.Moved:
            continue
