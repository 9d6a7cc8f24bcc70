"""Rows of the tables that have many cells: everything is written here, so that templates only lay it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from objectives.domain.catalogue import Unit
from reporting.queries.conversion import Transition
from reporting.queries.gaps import Line
from reporting.queries.levers import LeverLine
from reporting.views.figures import Writer
from reporting.views.maths import Math, Maths
from tenants.templatetags.boussole import icon

FEW = 10  # under this many entries a rate is shown in grey: one deal more or less changes it by ten points
ICONS = {"behind": "trending-down", "cannot_tell": "help", "on_or_above": "circle-check", "none": "minus"}
WORDS: dict[str, Promise] = {
    "behind": _("behind"),
    "cannot_tell": _("cannot tell"),
    "on_or_above": _("on or above"),
    "none": _("no objective"),
}


@dataclass(frozen=True, slots=True)
class Owner:
    """A team or a person under the team that a page shows."""

    id: UUID
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """A line of the stage gap table."""

    name: str
    transition: Transition
    objective: str
    effect: str
    median: str
    math: Math


@dataclass(frozen=True, slots=True)
class Cell:
    """A rate of who x stage. text empty: nobody entered; few: too few entries to lean on."""

    text: str
    count: str = ""
    state: str = "none"
    word: str | Promise = ""
    icon: SafeString | str = ""
    few: bool = False


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A line of the members' table."""

    owner: Owner
    target: str
    path: str
    actual: str
    gap: str
    is_known: bool
    state: str
    word: str | Promise
    icon: SafeString

    @property
    def formula(self) -> str:
        return f"{self.actual} − {self.path} = {self.gap}"


def transition_rows(
    transitions: Sequence[Transition], levers: Sequence[LeverLine], writer: Writer, maths: Maths
) -> list[TransitionRow]:
    """effect: what the rate owes to the gap of revenue, where it is attributed."""
    effect = {lever.stage_id: lever.contribution for lever in levers if lever.stage_id}
    rows = []
    for one in transitions:
        owed = effect.get(str(one.from_stage.id))
        median = one.result.median_days
        rows.append(
            TransitionRow(
                name=f"{one.from_stage.name} → {one.to_stage.name}",
                transition=one,
                objective=writer.percent(one.result.objective_rate),
                effect="" if owed is None else writer.short(owed, Unit.MONEY, signed=True),
                median="" if median is None else writer.days(median),
                math=maths.transition(one),
            )
        )
    return rows


def member_rows(
    owners: Sequence[Owner], lines: Mapping[UUID | None, Line], writer: Writer
) -> list[MemberRow]:
    """In the order of the owners, which is by name: nobody is ranked."""
    pictures = {state: icon(name) for state, name in ICONS.items()}
    rows = []
    for owner in owners:
        line = lines.get(owner.id)
        state = line.state if line else "none"
        actual, path, gap, target = (
            (line.actual, line.path, line.gap_to_path, line.target) if line else (None,) * 4
        )
        row = MemberRow(
            owner=owner,
            target=writer.figure(target, Unit.MONEY),
            path=writer.figure(path, Unit.MONEY),
            actual=writer.figure(actual, Unit.MONEY),
            gap=writer.figure(gap, Unit.MONEY, signed=True),
            is_known=gap is not None,
            state=state,
            word=WORDS[state],
            icon=pictures[state],
        )
        rows.append(row)
    return rows


def matrix(
    owners: Sequence[Owner], columns: Sequence[Transition], cells: Sequence[Transition], writer: Writer
) -> dict[str, Any]:
    """Who x transition: the columns are those of the team's own table."""
    pictures = {state: icon(name, "icon-small") for state, name in ICONS.items()}
    found = {(one.scope_id, one.from_stage.id): one for one in cells}
    stages = [column.from_stage.id for column in columns]
    return {
        "columns": [f"{column.from_stage.name} → {column.to_stage.name}" for column in columns],
        "rows": [
            (owner, [_cell(found.get((owner.id, stage)), writer, pictures) for stage in stages])
            for owner in owners
        ],
    }


def _cell(one: Transition | None, writer: Writer, pictures: Mapping[str, SafeString]) -> Cell:
    if one is None:
        return Cell("")
    result = one.result
    if result.eventual_rate is None:
        return Cell("?", word=_("cannot be known from this data"))
    return Cell(
        text=writer.percent(result.eventual_rate),
        count=f"{result.advanced}/{result.entered}",
        state=result.state,
        word=WORDS[result.state],
        icon=pictures[result.state] if result.objective_rate is not None else "",
        few=result.entered < FEW,
    )
