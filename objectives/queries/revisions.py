"""Revisions as pages read them, and what a revision of one target would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from objectives.domain.catalogue import CATALOGUE
from objectives.domain.revising import Place, follow, revise
from objectives.models import Cycle, Objective, Plan, Revision, RevisionChange
from objectives.queries.effects import FOLLOWING, REVENUE, Document, Wanted, document, objectives_of
from objectives.queries.hands import Hands

COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Stale:
    """A change that no longer fits: the objective has moved on since the revision was proposed."""

    change: RevisionChange
    current: Objective | None


def revisions_of(cycle: Cycle, hands: Hands) -> QuerySet[Revision]:
    """The revisions of a cycle that touch what these hands hold, those to be decided first, then the latest."""
    waiting = Case(
        When(state=Revision.State.PROPOSED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows: QuerySet[Revision] = Revision.objects.filter(cycle=cycle)
    if not hands.everything:
        rows = rows.filter(pk__in=_touching(hands))
    return rows.order_by(waiting, "-proposed_at", "-id")


def touches(revision: Revision, hands: Hands) -> bool:
    """Whether these hands hold one of the objectives that it changes. One query, none for who holds everything."""
    return hands.everything or _touching(hands).filter(revision=revision).exists()


def _touching(hands: Hands) -> QuerySet[Any, Any]:
    changes = RevisionChange.objects.all()
    held = (
        changes.filter(objective__team_id__in=hands.team_ids)
        | changes.filter(objective__person_id__in=hands.person_ids)
        | changes.filter(person_id__in=hands.person_ids)
    )
    return held.order_by().values("revision_id")


def stale_changes(revision: Revision) -> list[Stale]:
    """The changes of a proposed revision that can no longer be made as they stand. Two queries."""
    if revision.state != Revision.State.PROPOSED:
        return []
    changes = list(
        RevisionChange.objects.filter(revision=revision)
        .select_related(
            "objective__team",
            "objective__person",
            "objective__engagement",
            "objective__stage",
            "parent",
            "person",
        )
        .order_by("id")
    )
    return stale_among(revision.cycle_id, changes)


def stale_among(cycle_id: UUID, changes: Sequence[RevisionChange]) -> list[Stale]:
    """As stale_changes, of changes that were read with their objective and parent. One query for new objectives."""
    made = [change for change in changes if change.objective_id is None]
    there = (
        {
            (row.metric, row.person_id): row
            for row in Objective.objects.filter(
                cycle=cycle_id, person__in=[change.person_id for change in made]
            ).select_related("person", "team", "engagement", "stage")
        }
        if made
        else {}
    )
    found = []
    for change in changes:
        if change.objective is not None:
            if change.objective.version != change.expected_version:
                found.append(Stale(change, change.objective))
        elif change.parent is not None and (change.parent.metric, change.person_id) in there:
            found.append(Stale(change, there[change.parent.metric, change.person_id]))
    return found


def effect_of(
    *,
    objective: Objective,
    target: Decimal,
    effective_on: date,
    below: bool,
    above: bool,
) -> tuple[Document, Wanted]:
    """What a new target of one objective changes in the tree, as it stands now. Five queries or fewer.

    Raises Infeasible naming the shares that stand in the way, or BelowZero.
    """
    cycle = objective.cycle
    rows = objectives_of(cycle)
    targets = _targets(rows, objective, target, effective_on, below=below, above=above)
    wanted = Wanted(targets=targets)
    asked = {"objective": str(objective.pk), "target": str(target), "below": below, "above": above}
    about = next(row for row in rows if row.pk == objective.pk)
    shown = document(
        cycle=cycle, objectives=rows, wanted=wanted, effective_on=effective_on, asked=asked, about=about
    )
    return shown, wanted


def _targets(
    rows: list[Objective],
    objective: Objective,
    target: Decimal,
    effective_on: date,
    *,
    below: bool,
    above: bool,
) -> dict[UUID, Decimal]:
    if not CATALOGUE[objective.metric].is_shared_out:
        return {objective.pk: target}
    tree = tree_of(rows, objective)
    cover = Decimal(1)
    if below and tree[0].pk == objective.pk and objective.metric == REVENUE:
        cover = (
            Plan.objects.filter(cycle=objective.cycle_id).values_list("cover_ratio", flat=True).first()
            or cover
        )
    moved = revise(
        places(tree, effective_on), objective.pk, int(target), below=below, above=above, cover=cover
    )
    targets = {key: Decimal(amount) for key, amount in moved.items()}
    targets[objective.pk] = target
    if objective.metric == REVENUE and not objective.segment:
        before = {row.pk: int(row.target or 0) for row in tree}
        targets |= following(rows, before, {key: int(amount) for key, amount in targets.items()})
    return targets


def tree_of(rows: list[Objective], objective: Objective) -> list[Objective]:
    """The objectives that add up with this one: same metric, segment and stage; parents first, from the top of it."""
    same = [
        row
        for row in rows
        if (row.metric, row.segment, row.stage_id)
        == (objective.metric, objective.segment, objective.stage_id)
        and row.target is not None
    ]
    by_id = {row.pk: row for row in same}
    top = by_id[objective.pk]
    while top.parent_id in by_id:
        top = by_id[top.parent_id]
    ordered, inside = [top], {top.pk}
    for _level in same:
        more = [row for row in same if row.parent_id in inside and row.pk not in inside]
        if not more:
            break
        ordered += sorted(more, key=lambda row: (row.person_id is not None, str(row.owner or "")))
        inside |= {row.pk for row in more}
    return ordered


def places(tree: list[Objective], day: date) -> list[Place[UUID]]:
    """For the calculation. Without a weight of the cascade, what somebody carries is the weight.

    Who has left by `day` keeps what is kept: nothing is given to somebody who is gone.
    """
    weighted = all(row.weight is not None for row in tree)
    return [
        Place(
            key=row.pk,
            parent=row.parent_id if place else None,
            name=str(row.owner or ""),
            target=int(row.target or 0),
            weight=float(row.weight or 0) if weighted else float(row.target or 0),
            fixed=row.is_locked or _has_left(row, day),
            low=None if row.low is None else int(row.low),
            high=None if row.high is None else int(row.high),
        )
        for place, row in enumerate(tree)
    ]


def _has_left(row: Objective, day: date) -> bool:
    return row.person is not None and row.person.end_on is not None and row.person.end_on <= day


def following(rows: list[Objective], before: dict[UUID, int], after: dict[UUID, int]) -> dict[UUID, Decimal]:
    """The new targets of the counts that follow from revenue, by objective; `before`, `after`: revenue by objective."""
    by_id = {row.pk: row for row in rows}
    owners: dict[UUID, UUID | str] = {key: _holder(by_id[key]) for key in after if by_id[key].team_id is None}
    money_before: dict[UUID | str, int] = {holder: before[key] for key, holder in owners.items()}
    money_after: dict[UUID | str, int] = {holder: after[key] for key, holder in owners.items()}
    found: dict[UUID, Decimal] = {}
    for metric in FOLLOWING:
        counts = counts_of(rows, metric)
        had: dict[UUID | str, int] = {holder: int(row.target or 0) for holder, row in counts.items()}
        for holder, count in follow(had, money_before, money_after, COMPANY).items():
            if holder in counts and count != had[holder]:
                found[counts[holder].pk] = Decimal(count)
    return found


def counts_of(rows: list[Objective], metric: str) -> dict[UUID | str, Objective]:
    """The objectives on a count that activation derived from revenue, by owner: the company's and people's."""
    made_by_activation = (Objective.Source.CASCADE, Objective.Source.DERIVED)
    return {
        _holder(row): row
        for row in rows
        if row.metric == metric
        and not row.segment
        and row.team_id is None
        and row.target is not None
        and row.source in made_by_activation
    }


def _holder(row: Objective) -> UUID | str:
    return row.person_id or COMPANY


def own_objectives(cycle: Cycle, hands: Hands) -> list[Objective]:
    """The first 50 active objectives of the teams and people that these hands hold. One query."""
    held = Q(team_id__in=hands.team_ids) | Q(person_id__in=hands.person_ids)
    rows = Objective.objects.filter(held, cycle=cycle, state=Objective.State.ACTIVE)
    return list(
        rows.select_related("team", "person", "engagement", "stage").order_by(
            "metric", "team__name", "person__name"
        )[:50]
    )
