"""The lock in the database: an active objective changes by an approved revision with exactly that target, once.

Statements are sent as the role of web and workers, past every model and action.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from objectives.actions import revisions
from objectives.models import Objective, ObjectiveVersion, Revision, RevisionChange
from tenants.access import SYSTEM
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tests.objectives.promised import NOW, Promised, ask, promised

REVISE = "UPDATE objectives_objective SET target = %s, revision_id = %s, version = version + 1 WHERE id = %s"


@pytest.fixture
def tree(in_scope: Organisation) -> Promised:
    return promised(in_scope)


def sql(statement: str, *params: Any) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def decided(revision: Revision, state: str = "approved") -> Revision:
    """Decided in the table alone: its changes are not made."""
    Revision.objects.filter(pk=revision.pk).update(state=state, decided_at=NOW)
    return revision


def test_an_approved_revision_changes_the_target_to_what_it_says(tree: Promised) -> None:
    revision = decided(ask(tree, "North", 44_000_000))

    assert sql(REVISE, 44_000_000, revision.pk, tree.rows["North"].pk) == 1
    assert tree.target("North") == 44_000_000


@pytest.mark.parametrize("state", ["proposed", "refused", "withdrawn"])
def test_a_revision_that_is_not_approved_changes_nothing(tree: Promised, state: str) -> None:
    revision = ask(tree, "North", 44_000_000)
    if state != "proposed":
        decided(revision, state)

    with pytest.raises(DatabaseError, match="locked"):
        sql(REVISE, 44_000_000, revision.pk, tree.rows["North"].pk)


@pytest.mark.parametrize(
    ("target", "name"),
    [(44_000_001, "North"), (44_000_000, "South"), (None, "North")],
    ids=["another target", "another objective", "no target"],
)
def test_it_changes_nothing_but_what_it_says(tree: Promised, target: int | None, name: str) -> None:
    revision = decided(ask(tree, "North", 44_000_000))

    with pytest.raises(DatabaseError, match="locked"):
        sql(REVISE, target, revision.pk, tree.rows[name].pk)


@pytest.mark.parametrize(
    "also",
    [
        "metric = 'deals_won'",
        "parent_id = NULL",
        "why = 'x'",
        "weight = 1",
        "state = 'draft'",
        "is_locked = true",
    ],
)
def test_nothing_else_of_the_objective_changes_with_it(tree: Promised, also: str) -> None:
    revision = decided(ask(tree, "North", 44_000_000))
    statement = REVISE.replace("version = version + 1", f"version = version + 1, {also}")

    with pytest.raises(DatabaseError):
        sql(statement, 44_000_000, revision.pk, tree.rows["North"].pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE objectives_objective SET target = 1",
        "UPDATE objectives_objective SET version = version + 1",
        "UPDATE objectives_objective SET commitment = 1",
        "DELETE FROM objectives_objective WHERE metric = 'deals_won' AND person_id IS NOT NULL",
    ],
)
def test_without_a_revision_nothing_moves(tree: Promised, statement: str) -> None:
    with pytest.raises(DatabaseError, match="locked"):
        sql(statement)


def test_the_same_revision_does_not_change_it_twice(tree: Promised) -> None:
    north = tree.rows["North"].pk
    first = decided(ask(tree, "North", 44_000_000))
    sql(REVISE, 44_000_000, first.pk, north)

    with pytest.raises(DatabaseError, match="locked"):
        sql(REVISE, 44_000_000, first.pk, north)


def test_an_old_revision_does_not_undo_a_later_one(tree: Promised) -> None:
    first = revisions.approve(revision=ask(tree, "North", 44_000_000), by=SYSTEM, now=NOW)
    revisions.approve(revision=ask(tree, "North", 45_000_000), by=SYSTEM, now=NOW)

    with pytest.raises(DatabaseError, match="locked"):
        sql(REVISE, 44_000_000, first.pk, tree.rows["North"].pk)
    assert tree.target("North") == 45_000_000


def test_a_revision_from_an_older_version_changes_nothing_even_when_it_was_approved(tree: Promised) -> None:
    late = ask(tree, "North", 30_000_000)
    revisions.approve(revision=ask(tree, "North", 44_000_000), by=SYSTEM, now=NOW)
    decided(late)

    with pytest.raises(DatabaseError, match="locked"):
        sql(REVISE, 30_000_000, late.pk, tree.rows["North"].pk)


def test_the_version_goes_up_by_one(tree: Promised) -> None:
    revision = decided(ask(tree, "North", 44_000_000))

    for version in ("version", "version + 2"):
        with pytest.raises(DatabaseError, match="locked"):
            sql(REVISE.replace("version + 1", version), 44_000_000, revision.pk, tree.rows["North"].pk)


def test_another_organisations_revision_changes_nothing(atelier: Organisation, rival: Organisation) -> None:
    with tenant_scope(rival.id):
        theirs = promised(rival)
        revision = decided(ask(theirs, "North", 44_000_000))
    with tenant_scope(atelier.id):
        ours = promised(atelier)

        with pytest.raises(DatabaseError):
            sql(REVISE, 44_000_000, revision.pk, ours.rows["North"].pk)
        # Nor with a change that names our objective and their revision: the key holds the organisation.
        with pytest.raises(DatabaseError):
            _point_at(revision.pk, ours)
        assert ours.target("North") == 40_000_000


def _point_at(revision: UUID, ours: Promised) -> None:
    with transaction.atomic():
        RevisionChange.objects.create(
            revision_id=revision, objective=ours.rows["North"], before=40_000_000, after=44_000_000
        )
        sql("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE objectives_revision SET text = 'x' WHERE id = %s",
        "UPDATE objectives_revision SET state = 'proposed', decided_at = NULL WHERE id = %s",
        "UPDATE objectives_revision SET effective_on = effective_on + 1 WHERE id = %s",
        "DELETE FROM objectives_revision WHERE id = %s",
        "UPDATE objectives_revisionchange SET after = 1 WHERE revision_id = %s",
        "UPDATE objectives_revisionchange SET expected_version = 9 WHERE revision_id = %s",
        "DELETE FROM objectives_revisionchange WHERE revision_id = %s",
    ],
)
@pytest.mark.parametrize("state", ["approved", "refused", "withdrawn"])
def test_a_decided_revision_and_its_changes_stay_as_they_are(
    tree: Promised, state: str, statement: str
) -> None:
    revision = decided(ask(tree, "North", 44_000_000), state)

    with pytest.raises(DatabaseError, match="decided"):
        sql(statement, revision.pk)


def test_a_change_is_not_added_to_a_decided_revision(tree: Promised) -> None:
    revision = decided(ask(tree, "North", 44_000_000))

    with pytest.raises(DatabaseError, match="decided"), transaction.atomic():
        RevisionChange.objects.create(
            revision=revision, objective=tree.rows["South"], before=20_000_000, after=1
        )


@pytest.mark.parametrize(
    "statement",
    ["UPDATE objectives_objectiveversion SET target = 1", "DELETE FROM objectives_objectiveversion"],
)
def test_versions_are_only_ever_added(tree: Promised, statement: str) -> None:
    before = ObjectiveVersion.objects.count()

    with pytest.raises(DatabaseError):
        sql(statement)
    assert ObjectiveVersion.objects.count() == before > 0


def test_an_objective_leaves_its_state_only_by_closing(tree: Promised) -> None:
    assert Objective.objects.filter(pk=tree.rows["Cai"].pk).update(state="closed", outcome={"hit": None}) == 1
    with pytest.raises(DatabaseError, match="locked"):
        sql("UPDATE objectives_objective SET state = 'active' WHERE id = %s", tree.rows["Cai"].pk)
