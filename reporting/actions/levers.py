"""The levers of a revenue gap: planned and actual counts at the leaves (team × person), attributed, then summed up."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import pandas as pd

from objectives.models import Objective
from pipeline.queries.stays import NOBODY
from reporting.domain.attribution import attribute_leaves, whole_units
from reporting.models import DailyFact
from tenants.queries import TeamTree

if TYPE_CHECKING:
    from reporting.actions.window import Window

CARRIED = "carried_in"
WINS = "won"
LEVELS = ["team", "person"]
Metric = DailyFact.Metric
IN_CYCLE, WON_IN_CYCLE, WON = (one.value for one in (Metric.IN_CYCLE, Metric.WON_IN_CYCLE, Metric.WON))


def lever_rows(
    *, window: "Window", objectives: list[Objective], facts: pd.DataFrame, tree: TeamTree
) -> dict[UUID, list[dict[str, Any]]]:
    """The levers of every revenue objective, by objective id, each list summing to its gap to path in minor units.

    A lever: {"lever": volume | mix | rate | value | carried_in, "stage": id of the stage left (rates only),
    "contribution": minor units}. Without a known chain the whole gap is one line, volume.
    """
    own = [o for o in objectives if o.metric == "revenue_won" and o.target is not None]
    if not own:
        return {}
    leaves = _leaves(window, own, facts, tree)
    links = [*(str(stage) for stage in window.plan.stages), WINS]
    shares = attribute_leaves(leaves.drop(columns=[CARRIED]), levels=LEVELS, links=links)
    players = [column for column in shares.columns if column not in LEVELS]
    exact = np.column_stack([shares[players].to_numpy(), leaves[CARRIED].to_numpy()])
    teams, people = leaves["team"].tolist(), leaves["person"].tolist()
    under = np.array([_under(teams, people, o, tree) for o in own]).reshape(len(own), len(leaves))
    whole = under.astype(np.int64) @ whole_units(exact)
    names = [*players, CARRIED]
    return {
        o.id: _lines(dict(zip(names, row, strict=True)), o, links)
        for o, row in zip(own, whole.tolist(), strict=True)
    }


def _leaves(window: "Window", own: list[Objective], facts: pd.DataFrame, tree: TeamTree) -> pd.DataFrame:
    """One row a (team, person) with plan or facts: counts of every link, average values, the carried-in difference.

    The plan of a person is the company's, in proportion to what is due from the person by today; what no person has
    been given stays with nobody, so that the leaves add up to what is due from the company. The counts of the plan are
    those of the activation: after a revision they follow the path.
    """
    plan, today = window.plan, window.today
    due_of = {o.id: float(window.path_of(o, plan.path)[today]) for o in own}
    expected = float(plan.revenue[today])
    # Before the first win is due, deals are entered already: they follow the targets.
    size = {o.id: due_of[o.id] if expected > 0 else float(o.target or 0) for o in own}
    whole = expected if expected > 0 else float(plan.target)
    everywhere = [o for o in own if not o.segment]  # a part of the deals is counted in the whole already
    company = sum(size[o.id] for o in everywhere if o.team_id is None and o.person_id is None)
    people = {o.person_id: size[o.id] for o in everywhere if o.person_id is not None}
    share = {(tree.team_of.get(person, NOBODY), person): amount for person, amount in people.items()}
    unallotted = company - sum(people.values())
    if abs(unallotted) > 0.5 or not people:
        share[(NOBODY, NOBODY)] = unallotted
    chain = [*plan.stages]
    actual = _actual(facts, chain)
    index = pd.MultiIndex.from_tuples(sorted({*share, *actual.index}, key=str), names=LEVELS)
    leaves = pd.DataFrame(index=index)
    actual = actual.reindex(index).fillna(0.0)
    part = np.array([share.get(leaf, 0.0) for leaf in index]) / whole if company else np.zeros(len(index))
    for position, stage in enumerate([*chain, WINS]):
        planned = float(plan.counts[position][today]) if len(plan.counts) else 0.0
        leaves[f"{stage}_plan"] = part * planned
        leaves[f"{stage}_actual"] = actual[stage].to_numpy()
    wins = float(plan.counts[-1][today]) if len(plan.counts) else 0.0
    value = float(plan.chain_revenue[today]) / wins if wins > 0 else (plan.average_value or np.nan)
    leaves["value_plan"] = value
    revenue = actual["revenue"].to_numpy()
    won = leaves[f"{WINS}_actual"].to_numpy()
    leaves["value_actual"] = np.divide(revenue, won, out=np.full(len(won), np.nan), where=won > 0)
    due = float(plan.revenue[today]) * part
    in_chain = part * wins * (0.0 if np.isnan(value) else value)
    everything = actual["everything"].to_numpy()
    leaves[CARRIED] = (everything - revenue) - (due - in_chain)
    return leaves.reset_index()


def _actual(facts: pd.DataFrame, chain: list[UUID]) -> pd.DataFrame:
    """Counts of the window by (team, person): entries of each stage of the chain and wins, of deals opened in the
    cycle; their revenue; and all revenue, carried-in deals included."""
    metric = facts["metric"].to_numpy(dtype=object)
    entered, won, all_won = (metric == one for one in (IN_CYCLE, WON_IN_CYCLE, WON))
    codes, stages = pd.factorize(facts["stage"])
    place = {one: number for number, one in enumerate(chain)}
    stage = np.array([*(place.get(one, -1) for one in stages), -1])[codes]
    counted = np.flatnonzero(entered & (stage >= 0) | won | all_won)
    team, teams = pd.factorize(facts["team"].iloc[counted])
    person, people = pd.factorize(facts["owner"].iloc[counted])
    leaf, pairs = pd.factorize(team * max(len(people), 1) + person)
    of_team, of_person = np.divmod(pairs, max(len(people), 1))
    index = pd.MultiIndex.from_arrays(
        [np.asarray(teams, dtype=object)[of_team], np.asarray(people, dtype=object)[of_person]], names=LEVELS
    )

    def by_leaf(wanted: np.ndarray, column: str) -> np.ndarray:
        here = wanted[counted]
        values = facts[column].to_numpy(dtype=np.float64)[counted]
        return np.bincount(leaf[here], values[here], minlength=len(pairs))

    columns: dict[Any, np.ndarray] = {
        one: by_leaf(entered & (stage == number), "numerator") for one, number in place.items()
    }
    columns[WINS] = by_leaf(won, "denominator")
    columns["revenue"] = by_leaf(won, "numerator")
    columns["everything"] = by_leaf(all_won, "numerator")
    return pd.DataFrame(columns, index=index)


def _under(teams: Sequence[UUID], people: Sequence[UUID], objective: Objective, tree: TeamTree) -> list[bool]:
    """Which leaves, of these teams and people, are under the objective's owner."""
    if objective.person_id is not None:
        return [person == objective.person_id for person in people]
    if objective.team_id is not None:
        below = tree.descendants(objective.team_id)
        return [team in below for team in teams]
    return [True] * len(teams)


def _lines(total: dict[str, int], objective: Objective, links: list[str]) -> list[dict[str, Any]]:
    """What the leaves under an owner sum up to, as lines: what is above it is volume, what is below it is mix."""
    above = ["count"]
    if objective.team_id is not None or objective.person_id is not None:
        above.append("share:team")
    if objective.person_id is not None:
        above.append("share:person")
    below = [name for name in ("share:team", "share:person") if name not in above]
    lines = [{"lever": "volume", "stage": None, "contribution": sum(total[name] for name in above)}]
    if below:
        lines.append({"lever": "mix", "stage": None, "contribution": sum(total[name] for name in below)})
    for stage, link in pairwise(links):
        lines.append({"lever": "rate", "stage": stage, "contribution": total[f"rate:{link}"]})
    lines.append({"lever": "value", "stage": None, "contribution": total["value"]})
    lines.append({"lever": CARRIED, "stage": None, "contribution": total[CARRIED] + total["outside"]})
    return lines


def to_the_cent(lines: list[dict[str, Any]], gap: float | None) -> list[dict[str, Any]]:
    """Give what rounding left over (a unit or two: a person's path is rounded on its own) to the largest line."""
    if lines and gap is not None:
        largest = max(lines, key=lambda line: abs(line["contribution"]))
        largest["contribution"] += round(gap) - sum(line["contribution"] for line in lines)
    return lines
