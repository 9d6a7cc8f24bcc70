"""Rates of the transitions by what deals have in common, as of any day: worked out on demand, kept for a second look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pandas as pd

from pipeline.domain.cohorts import Triangle, lag_quantiles, triangle
from pipeline.domain.rates import agreed, rate_cells
from pipeline.models import Product, Stage
from pipeline.queries import histories
from pipeline.queries.stay_cells import Hands, counted_aside, life_cells, mature_cells, stay_cells
from pipeline.queries.stays import NOBODY
from pipeline.queries.steps_back import steps_back
from reporting.queries import memo
from reporting.queries.conversion import Transition
from reporting.queries.reach import Reach

TEAM, PERSON, PRODUCT = "team", "person", "product"
MONTH, QUARTER = "month", "quarter"
OTHERS = "others"  # people that the reader may not see one by one
WHOLE = "whole"  # the life of a deal, from the opening to the win
SHARES = (0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a page is about: a person, a team with those below it, or the company."""

    team_id: UUID | None
    hands: Hands
    reach: Reach

    @classmethod
    def of(cls, reach: Reach, team_id: UUID | None, person_id: UUID | None = None) -> "Scope":
        if person_id is not None:
            return cls(team_id, Hands(people=frozenset({person_id})), reach)
        teams = None if team_id is None else frozenset(reach.tree.descendants(team_id))
        return cls(team_id, Hands(teams), reach)

    @property
    def asked(self) -> tuple[Any, ...]:
        """What answers about it depend on."""
        people = () if self.reach.sees_company else sorted(self.reach.person_ids)
        return (self.team_id, sorted(self.hands.teams or ()), sorted(self.hands.people or ()), people)

    def cell_of(self, dimension: str, group: str) -> str:
        """The cell that a group is read in: a team in that right below the page's, a person out of reach among others."""
        if dimension == TEAM and group != str(NOBODY):
            line = self.reach.tree.ancestors(UUID(group))
            if self.team_id in line:
                line = line[: line.index(self.team_id)] or [self.team_id]
            return str(line[-1])
        if dimension == PERSON and not self.reach.sees_company and group != str(NOBODY):
            return group if UUID(group) in self.reach.person_ids else OTHERS
        return group


@dataclass(frozen=True, slots=True)
class Cell:
    """A transition of a group, with what is shown beside its rate."""

    transition: Transition
    group: str
    mature_rate: float | None
    mature_advanced: int
    mature_entered: int
    p90_days: float | None
    skipped: int
    back: int


@dataclass(frozen=True, slots=True)
class ByDimension:
    """whole: the scope itself, a cell per transition. cells: of the groups. groups: their keys, by name."""

    whole: list[Cell]
    cells: list[Cell]
    groups: list[tuple[str, str]]


Objectives = Mapping[Any, float]  # rate by stage, and by (stage, group); ids as text


def by_dimension(
    day: date, dimension: str, scope: Scope, stages: list[Stage], objectives: Objectives
) -> ByDimension:
    """The rates of the scope by a dimension of `pipeline.queries.stay_cells.DIMENSIONS`.

    The first look at a day derives its passages; a second one within the hour reads the answer. Groups by name: no
    order of rates is meant.
    """
    table, whole = memo.remember(
        lambda: _worked_out(day, dimension, scope, dict(objectives)),
        name="rates",
        source=memo.as_known(day),
        asked=(dimension, scope.asked, sorted(objectives.items(), key=repr)),
    )
    follows = following(stages)
    names = group_names(dimension, list(table["group"].unique()) if len(table) else [], scope)
    return ByDimension(_cells(whole, follows), _cells(table, follows), names)


def following(stages: list[Stage]) -> dict[str, tuple[Stage, Stage]]:
    """Each open stage's id as text → itself and the one after it, won after the last."""
    here = [stage for stage in stages if stage.kind == Stage.Kind.OPEN]
    after = [*here[1:], *[stage for stage in stages if stage.kind == Stage.Kind.WON][:1]]
    return {str(one.id): (one, then) for one, then in zip(here, after, strict=False)}


def _worked_out(
    day: date, dimension: str, scope: Scope, objectives: dict[Any, float]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    found = histories.as_of(day)
    counts = stay_cells(found, dimension, scope.hands, nights=2 if objectives else 1)
    leaves = list(counts["group"].unique())
    cell_of = {leaf: scope.cell_of(dimension, leaf) for leaf in leaves}
    counts["group"] = counts["group"].map(cell_of)
    tonight, before = (counts[counts["nights"] == night] for night in (0, 1))
    table, whole = (_both_nights(one, two, objectives) for one, two in (
        (tonight, before), (tonight.assign(group=""), before.assign(group="")),
    ))  # fmt: skip
    aside = counted_aside(found, dimension, scope.hands, steps_back(found))
    aside["group"] = aside["group"].map(
        {one: scope.cell_of(dimension, one) for one in aside["group"].unique()}
    )
    table = _beside(table, aside)
    whole = _beside(whole, aside.assign(group=""))
    p90 = {
        (stage, group): days
        for stage, group, days in table[["stage", "group", "p90_days"]].itertuples(index=False)
    }
    all_p90 = {(stage, ""): days for stage, days in whole[["stage", "p90_days"]].itertuples(index=False)}
    mature = mature_cells(found, dimension, scope.hands, p90, cell_of)
    mature_whole = mature_cells(found, "none", scope.hands, all_p90, {"": ""})
    return _mature(table, mature), _mature(whole, mature_whole)


def _both_nights(tonight: pd.DataFrame, before: pd.DataFrame, objectives: dict[Any, float]) -> pd.DataFrame:
    table = rate_cells(tonight, objectives)
    if len(table) and objectives:
        earlier = rate_cells(before, objectives)
        if len(earlier):
            states = earlier.set_index(["stage", "group"])["state"]
            table = table.set_index(["stage", "group"])
            table["state"] = agreed(table["state"], states)
            table = table.reset_index()
    return table if len(table) else pd.DataFrame(columns=["stage", "group", "p90_days"], dtype="float64")


def _beside(table: pd.DataFrame, aside: pd.DataFrame) -> pd.DataFrame:
    """With the counts of skips, steps back and unknown ways out; also for cells without any known way out."""
    keys = ["stage", "group"]
    counted = aside.groupby(keys, as_index=False)[["skipped", "unknown", "back"]].sum()
    both = table.astype(dict.fromkeys(keys, "str")).merge(
        counted.astype(dict.fromkeys(keys, "str")), on=keys, how="outer"
    )
    whole = [
        name for name in ("entered", "advanced", "lost", "open", "skipped", "unknown", "back") if name in both
    ]
    both[whole] = both[whole].fillna(0).astype("int64")
    return both


def _mature(table: pd.DataFrame, mature: pd.DataFrame) -> pd.DataFrame:
    keys = dict.fromkeys(["stage", "group"], "str")
    mature = mature.astype(keys).groupby(["stage", "group"], as_index=False)[["entered", "advanced"]].sum()
    mature = mature.rename(columns={"entered": "mature_entered", "advanced": "mature_advanced"})
    return table.merge(mature, on=["stage", "group"], how="left")


def _cells(table: pd.DataFrame, follows: dict[str, tuple[Stage, Stage]]) -> list[Cell]:
    """In the order of the stages."""
    cells = [_cell(row, follows) for row in table.to_dict("records") if row["stage"] in follows]
    return sorted(cells, key=lambda cell: cell.transition.from_stage.position)


def _cell(row: dict[str, Any], follows: dict[str, tuple[Stage, Stage]]) -> Cell:
    def number(name: str) -> float | None:
        value = row.get(name)
        return None if value is None or pd.isna(value) else float(value)

    def count(name: str) -> int:
        return int(number(name) or 0)

    leaves, enters = follows[row["stage"]]
    transition = Transition(
        scope_id=row["group"], from_stage=leaves, to_stage=enters, entered=count("entered"), advanced=count("advanced"),
        lost=count("lost"), open=count("open"), unknown=count("unknown"), eventual_rate=number("eventual_rate"),
        mean=number("mean"), low=number("low"), high=number("high"), snapshot_rate=number("snapshot_rate"),
        median_days=number("median_days"), objective_rate=number("objective_rate"), p_below=number("p_below"),
        state=str(row["state"]) if number("eventual_rate") is not None else "none",
        inputs={name: number(name) for name in ("n_eff", "x_eff", "prior_a", "prior_b")},
    )  # fmt: skip
    entered, advanced = count("mature_entered"), count("mature_advanced")
    return Cell(
        transition, row["group"], advanced / entered if entered else None, advanced, entered, number("p90_days"),
        count("skipped"), count("back"),
    )  # fmt: skip


def group_names(dimension: str, groups: list[str], scope: Scope) -> list[tuple[str, str]]:
    """(key, name) by name, the latest period first; "" is the name of what is not said. One query at most."""
    tree = scope.reach.tree
    names: dict[str, str] = {}
    if dimension == TEAM:
        names = {str(team.id): team.name for team in tree.teams.values()}
    elif dimension == PERSON:
        names = {str(person.id): person.name for person in tree.people.values()}
    elif dimension == PRODUCT:
        known = Product.objects.filter(id__in=[group for group in groups if group])
        names = {str(product.id): product.name for product in known}
    else:
        names = {group: group for group in groups}
    found = [(group, names.get(group, "")) for group in groups]
    if dimension in (MONTH, QUARTER):
        return sorted(found, reverse=True)
    return sorted(found, key=lambda one: (one[1] == "", one[1].casefold()))


def cohorts(
    day: date, stage: str, scope: Scope, *, ages: list[int], most: int = 18
) -> tuple[list[str], Triangle] | None:
    """The latest entry months of a stage (WHOLE: of openings) and their triangle; None without any entry."""

    def work() -> tuple[list[str], Triangle] | None:
        found = histories.as_of(day)
        if stage == WHOLE:
            counts = life_cells(found, "to_char(p.opened_on, 'YYYY-MM')", scope.hands)
        else:
            counts = stay_cells(found, MONTH, scope.hands)
            counts = counts[(counts["stage"] == stage) & counts["inside"]]
        months = sorted(counts["group"].unique())[-most:]
        counts = counts[counts["group"].isin(months)].sort_values(["group", "day"])
        if counts.empty:
            return None
        firsts = pd.to_datetime(pd.Series(months) + "-01")
        lasts = firsts + pd.offsets.MonthEnd(0)
        until = pd.Timestamp(day)
        return months, triangle(
            counts, ages, first_age=(until - firsts).dt.days, last_age=(until - lasts).dt.days
        )

    return memo.remember(
        work, name="cohorts", source=memo.as_known(day), asked=(stage, scope.asked, tuple(ages), most)
    )


def lags(day: date, scope: Scope) -> pd.DataFrame:
    """Days to advance, given that it does: by stage (id as text) and WHOLE, a column per share of SHARES, and advanced."""

    def work() -> pd.DataFrame:
        found = histories.as_of(day)
        counts = stay_cells(found, "none", scope.hands)
        counts = counts[counts["inside"]].drop(columns="group").rename(columns={"stage": "group"})
        lives = life_cells(found, "''", scope.hands).assign(group=WHOLE)
        both = pd.concat([counts, lives], ignore_index=True)
        result = lag_quantiles(both, SHARES)
        result["advanced"] = both.groupby("group", sort=False)["advanced"].sum().reindex(result.index)
        return result

    return memo.remember(work, name="lags", source=memo.as_known(day), asked=scope.asked)
