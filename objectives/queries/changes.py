"""What joiners, leavers and movers would make of the shares of an active cycle: a proposal, never made by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np

from objectives.domain.reshare import Carrier, Move, moved, reshare
from objectives.domain.revised_path import Step, revised_path
from objectives.domain.revising import follow
from objectives.models import Cycle, Objective, Plan
from objectives.queries.capacity import sellers
from objectives.queries.effects import FOLLOWING, REVENUE, Document, New, Wanted, document, objectives_of
from objectives.queries.history import promised_on
from objectives.queries.phased import phased_plan
from objectives.queries.revisions import COMPANY, counts_of
from objectives.queries.staffing import Staffing, changes_among
from tenants.models import Person

LEFT, MOVED = "left", "moved"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the changes would make of the shares; `shown` is what a revision keeps."""

    staffing: Staffing[Objective]
    wanted: Wanted
    shown: Document
    not_allotted: int


def proposal(cycle: Cycle, day: date) -> Proposal | None:
    """The shares with everybody who is there from `day` on, nobody's past moved; None when nothing has changed.

    Twenty queries or fewer. Leavers keep what was due by their last day; joiners get a ramped share of what remains;
    movers take the rest of theirs along (see objectives.domain.reshare).
    """
    if cycle.state != Cycle.State.ACTIVE or not cycle.start_on <= day < cycle.end_on:
        return None
    rows = objectives_of(cycle)
    tree = [row for row in rows if row.metric == REVENUE and not row.segment and row.target is not None]
    found = changes_among(cycle, tree, day)
    if not found:
        return None
    paths = _paths(cycle, tree)
    weights = {
        seller.person.pk: seller.weight
        for seller in sellers(
            Cycle(organisation=cycle.organisation, start_on=day, end_on=cycle.end_on)
        ).people
    }
    shares, new, not_allotted = _reshared(cycle, tree, found, day, paths, weights)
    notes = {
        change.row.pk: note
        for note, changes in ((LEFT, found.left), (MOVED, found.moved))
        for change in changes
        if change.row is not None
    }
    targets = shares | _team_targets(cycle, tree, found, paths)
    # Marked even when it stays: the change has been taken up.
    targets |= {row.pk: row.target or Decimal(0) for row in tree if row.pk in notes and row.pk not in targets}
    counts, new_counts = _counts(rows, tree, shares, new)
    wanted = Wanted(targets={**targets, **counts}, new=(*new, *new_counts), notes=notes)
    shown = document(
        cycle=cycle, objectives=rows, wanted=wanted, effective_on=day, asked={"people": True}, about=None,
        not_allotted=not_allotted,
    )  # fmt: skip
    return Proposal(found, wanted, shown, not_allotted)


def _paths(cycle: Cycle, tree: list[Objective]) -> "dict[UUID, np.ndarray]":
    """What is due from each by the end of each day of the cycle, (D,)."""
    plan = Plan.objects.filter(cycle=cycle).first()
    days = (cycle.end_on - cycle.start_on).days
    share = np.arange(1, days + 1) / days
    if plan is not None:
        plan.cycle = cycle
        phased = phased_plan(plan)
        share = phased.path if phased is not None else share
    copies = [Objective(pk=row.pk, target=row.target, revision_id=row.revision_id) for row in tree]
    steps = promised_on(copies, cycle, cycle.end_on - timedelta(days=1)).steps
    return {
        row.pk: revised_path(share, steps.get(row.pk) or [Step(0, float(row.target or 0))]) for row in tree
    }


def _due(cycle: Cycle, path: "np.ndarray", day: date) -> int:
    """By the eve of `day`."""
    index = (day - cycle.start_on).days - 1
    return 0 if index < 0 else round(float(path[min(index, path.size - 1)]))


def _reshared(
    cycle: Cycle,
    tree: list[Objective],
    found: Staffing[Objective],
    day: date,
    paths: "dict[UUID, np.ndarray]",
    weights: Mapping[UUID, float],
) -> tuple[dict[UUID, Decimal], list[New], int]:
    """The people's shares in each team that somebody joined or left; movers keep theirs."""
    left = {change.row.pk: change.on for change in found.left if change.row is not None}
    away = {change.row.pk for change in found.moved if change.row is not None}
    joined: dict[UUID, list[Person]] = {}
    for change in found.joined:
        if change.home is not None:
            joined.setdefault(change.home.pk, []).append(change.person)
    groups = {*joined, *(row.parent_id for row in tree if row.pk in left and row.parent_id is not None)}
    scale = _scale(cycle, tree, day, weights)
    targets: dict[UUID, Decimal] = {}
    new: list[New] = []
    over = 0
    for parent in (row for row in tree if row.pk in groups):
        members = [row for row in tree if row.parent_id == parent.pk and row.person_id and row.pk not in away]
        carriers: list[Carrier[UUID]] = [
            Carrier(
                row.pk,
                str(row.person),
                int(row.target or 0),
                due=_due(cycle, paths[row.pk], day),
                kept=_due(cycle, paths[row.pk], left[row.pk]) if row.pk in left else None,
                weight=weights.get(row.person_id, 0.0) if row.person_id else 0.0,
                fixed=row.is_locked,
                low=None if row.low is None else int(row.low),
                high=None if row.high is None else int(row.high),
            )
            for row in members
        ]
        people = joined.get(parent.pk, [])
        carriers += [Carrier(one.pk, one.name, 0, weight=weights.get(one.pk, 0.0)) for one in people]
        after = reshare(carriers)
        over += after.not_allotted
        for row in members:
            if after.targets[row.pk] != row.target:
                targets[row.pk] = Decimal(after.targets[row.pk])
        for one in people:
            share = Decimal(after.targets[one.pk])
            new.append(New(parent, one.pk, one.name, share, weights.get(one.pk, 0.0) * scale))
    return targets, new, over


def _scale(cycle: Cycle, tree: list[Objective], day: date, weights: Mapping[UUID, float]) -> float:
    """From a weight over what remains to one of the cascade, which is over the whole cycle."""
    known = [row for row in tree if row.person_id in weights and row.weight]
    together = sum(weights[row.person_id] for row in known if row.person_id is not None)
    stored = sum(float(row.weight or 0) for row in known)
    remaining = (cycle.end_on - day).days / (cycle.end_on - cycle.start_on).days
    return stored / together * remaining if together else 1.0


def _team_targets(
    cycle: Cycle, tree: list[Objective], found: Staffing[Objective], paths: "dict[UUID, np.ndarray]"
) -> dict[UUID, Decimal]:
    by_id = {row.pk: row for row in tree}
    moves: list[Move[UUID]] = []
    for change in found.moved:
        if change.row is None or change.home is None or change.row.parent_id is None:
            continue
        old, own = _chain(by_id, change.row.parent_id), _chain(by_id, change.home.pk)
        moves.append(
            Move(
                target=int(change.row.target or 0),
                due=_due(cycle, paths[change.row.pk], change.on),
                teams_from=tuple(key for key in old if key not in own),
                teams_to=tuple(key for key in own if key not in old),
            )
        )
    carried = {row.pk: int(row.target or 0) for row in tree if row.person_id is None}
    return {key: Decimal(target) for key, target in moved(moves, carried).items()}


def _chain(by_id: Mapping[UUID, Objective], key: UUID) -> list[UUID]:
    chain: list[UUID] = []
    current: UUID | None = key
    while current is not None and current in by_id and current not in chain:
        chain.append(current)
        current = by_id[current].parent_id
    return chain


def _counts(
    rows: list[Objective], tree: list[Objective], shares: Mapping[UUID, Decimal], new: list[New]
) -> tuple[dict[UUID, Decimal], list[New]]:
    """Deals to win and opportunities to open go with the revenue of the people whose shares move."""
    people = {row.pk: row.person_id for row in tree if row.person_id is not None}
    before: dict[UUID | str, int] = {}
    after: dict[UUID | str, int] = {}
    for row in tree:
        person = people.get(row.pk)
        if person is not None and row.pk in shares:
            before[person], after[person] = int(row.target or 0), int(shares[row.pk])
    names = {one.person_id: one.name for one in new}
    after |= {one.person_id: int(one.target) for one in new}
    targets: dict[UUID, Decimal] = {}
    made: list[New] = []
    for metric in FOLLOWING:
        counts = counts_of(rows, metric)
        had: dict[UUID | str, int] = {holder: int(row.target or 0) for holder, row in counts.items()}
        for holder, count in follow(had, before, after, COMPANY).items():
            if holder in counts:
                if count != had[holder]:
                    targets[counts[holder].pk] = Decimal(count)
            elif COMPANY in counts and isinstance(holder, UUID):
                made.append(New(counts[COMPANY], holder, names[holder], Decimal(count)))
    return targets, made
