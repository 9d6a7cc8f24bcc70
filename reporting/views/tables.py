"""Rows of the tables that have many cells: everything is written here, so that templates only lay it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives.domain.catalogue import Unit
from reporting.queries.conversion import Transition
from reporting.queries.gaps import Standing
from reporting.queries.levers import LeverLine
from reporting.views.figures import Writer
from reporting.views.maths import Math, Maths
from tenants.markup import STATES
from tenants.templatetags.boussole import icon

NO_CELL = '<td class="numeric"></td>'
FEW = 10  # under this many entries a rate is shown in grey: one deal more or less changes it by ten points
NOTHING = Standing(None, None, None, None, "none", [])


@dataclass(frozen=True, slots=True)
class Owner:
    """A team or a person under the team that a page shows."""

    id: UUID
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """A line of the stage gap table; `one` places the interval."""

    one: Transition
    name: str
    objective: str
    rate: str
    interval: str
    count: str
    open: str
    effect: str
    median: str
    math: Math


class MemberRow(NamedTuple):
    """A line of the members' table."""

    url: str
    name: str
    target: str
    path: str
    actual: str
    gap: str
    state: str
    icon: SafeString
    word: str
    formula: str


def transition_rows(
    transitions: Sequence[Transition], levers: Sequence[LeverLine], writer: Writer, maths: Maths
) -> list[TransitionRow]:
    """effect: what the rate owes to the gap of revenue, where it is attributed."""
    effect = {lever.stage_id: lever.contribution for lever in levers if lever.stage_id}
    return [_transition_row(one, effect.get(str(one.from_stage.id)), writer, maths) for one in transitions]


def _transition_row(one: Transition, owed: float | None, writer: Writer, maths: Maths) -> TransitionRow:
    count = {"advanced": writer.number(one.advanced), "entered": writer.number(one.entered)}
    still = ngettext("%(count)s open", "%(count)s open", one.open) % {"count": writer.number(one.open)}
    return TransitionRow(
        one=one,
        name=one.name,
        objective=writer.percent(one.objective_rate),
        rate=writer.percent(one.rate),
        interval=writer.interval(one.low, one.high, Unit.RATE),
        count=_("%(advanced)s of %(entered)s") % count,
        open=still if one.open else "",
        effect="" if owed is None else writer.short(owed, Unit.MONEY, signed=True),
        median="" if one.median_days is None else writer.days(one.median_days),
        math=maths.transition(one),
    )


def member_rows(
    owners: Sequence[Owner], standings: Mapping[UUID | None, Standing], writer: Writer
) -> list[MemberRow]:
    """Revenue in the order of the owners, which is by name: nobody is ranked."""
    marks = _marks()
    rows = []
    for owner in owners:
        one = standings.get(owner.id, NOTHING)
        target, path, actual = (
            writer.figure(value, Unit.MONEY) for value in (one.target, one.path, one.actual)
        )
        gap = writer.figure(one.gap_to_path, Unit.MONEY, signed=True)
        formula = "" if one.gap_to_path is None else f"{actual} − {path} = {gap}"
        rows.append(
            MemberRow(owner.url, owner.name, target, path, actual, gap, one.state, *marks[one.state], formula)
        )
    return rows


def matrix(
    owners: Sequence[Owner], columns: Sequence[Transition], cells: Sequence[Transition], writer: Writer
) -> dict[str, Any]:
    """Who x transition: the columns are those of the team's own table."""
    marks = _marks("icon-small")
    found = {(one.scope_id, one.from_stage.id): one for one in cells}
    # What cannot be known of all of them cannot be known of anyone.
    empty = {
        column.from_stage.id: NO_CELL if column.eventual_rate is not None else _unknown_cell()
        for column in columns
    }
    rows = []
    for owner in owners:
        drawn = (_cell(found.get((owner.id, stage)), writer, marks, blank) for stage, blank in empty.items())
        rows.append((owner.url, owner.name, SafeString("".join(drawn))))
    return {"columns": [column.name for column in columns], "rows": rows}


def _unknown_cell() -> str:
    return f'<td class="numeric"><span class="rate-unknown">{escape(_("not known"))}</span></td>'


def _cell(
    one: Transition | None, writer: Writer, marks: Mapping[str, tuple[SafeString, str]], blank: str
) -> str:
    """Drawn here and not by the template engine: a table has hundreds. blank: nobody entered; grey: too few to lean on."""
    if one is None:
        return blank
    if one.eventual_rate is None:
        return _unknown_cell()
    rate = writer.percent(one.rate)
    if one.objective_rate is not None:
        picture, word = marks[one.state]
        words = f'<span>{rate}</span><span class="visually-hidden">{escape(word)}</span>'
        rate = f'<span class="state state-{one.state}">{picture}{words}</span>'
    grey = " cell-few" if one.entered < FEW else ""
    count = f"{writer.number(one.advanced)}/{writer.number(one.entered)}"
    return f'<td class="numeric{grey}">{rate}<span class="cell-count">{count}</span></td>'


def _marks(css: str = "") -> dict[str, tuple[SafeString, str]]:
    """Icon and word of each state, drawn once for a table."""
    return {state: (icon(name, css), str(words)) for state, (name, words) in STATES.items()}
