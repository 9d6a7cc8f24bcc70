"""What each metric of the catalogue comes to for the objectives that carry it, in the cycle up to the day.

Sums are judged against the path; shares of counted things by a Beta posterior, means and medians by the intervals of
`reporting.domain.measures`; what people typed like a count. Every objective gets its values, a period without any activity too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
import pandas as pd

from objectives.domain.catalogue import CATALOGUE, Source, Unit
from objectives.models import Objective, Progress
from objectives.queries.progress import TYPED
from pipeline.actions.passages import Refresh
from pipeline.domain.conversion import eventual_rates
from pipeline.domain.small_samples import fit_prior
from pipeline.queries.stays import NOBODY, Stays
from prospecting.queries import facts as prospecting
from reporting.actions import measure_sql
from reporting.actions.measure_values import (
    SEED,
    Floats,
    Values,
    against_path,
    counted,
    levels,
    summed,
    targets,
)
from reporting.actions.window import Hands, Window
from reporting.domain import measures
from tenants.domain.names import normalise_key
from tenants.queries import TeamTree

JEFFREYS = (0.5, 0.5)

FROM_FACTS = frozenset({"revenue_won", "deals_won", "opportunities_opened"})
FROM_LIVES = frozenset({"win_rate", "sales_cycle_days", "stale_share"})
# What each ratio of sums divides, by the columns of the won deals; "deals" is 1 each.
RATIOS = {
    "average_deal_value": ("amount", "deals"),
    "margin_rate": ("margin", "amount"),
    "recurring_share": ("recurring", "amount"),
    "contract_months": ("months", "deals"),
}
LIMITS = {"margin_rate": (-np.inf, 1.0), "recurring_share": (0.0, 1.0)}


@dataclass(frozen=True, slots=True, eq=False)
class Measuring:
    """What the metrics are measured from: a window, the stays, and the deals as of a refresh."""

    window: Window
    refresh: Refresh
    stays: Stays
    tree: TeamTree

    def values(self, objectives: Sequence[Objective]) -> dict[UUID, Values]:
        """The values of GapResult for every objective that is measured here, by id: those that the facts and the stage
        conversions do not give for everybody (see `is_elsewhere`)."""
        by_metric: dict[str, list[Objective]] = {}
        for one in objectives:
            by_metric.setdefault(one.metric, []).append(one)
        found: dict[UUID, Values] = {}
        logged = self._logged(set(by_metric))
        by_hand = [one for one in objectives if one.metric in (TYPED | prospecting.LOGGED) - logged.metrics]
        found |= self._typed(by_hand)
        deals = self._deals(objectives)
        for metric, own in by_metric.items():
            if metric in logged.metrics:
                found |= self._counted(metric, own, logged)
            elif CATALOGUE[metric].source is Source.MEASURED:
                found |= self._of(metric, own, deals)
        return found

    # Activities and meetings ----------------------------------------------------------------------------------

    def _logged(self, metrics: set[str]) -> prospecting.Logged:
        if not metrics & prospecting.LOGGED:
            return prospecting.NOTHING
        return prospecting.daily(since=self.window.cycle.start_on, as_of=self.window.as_of)

    def _counted(self, metric: str, own: list[Objective], logged: prospecting.Logged) -> dict[UUID, Values]:
        """What was done inside the target, in the spelling of segments that the objectives use."""
        rows = logged.in_target[logged.in_target["metric"] == metric]
        spelt = {normalise_key(one.segment): one.segment for one in own if one.segment}
        rows = rows.assign(
            day=rows["day"] - self.window.cycle.start_on.toordinal(),
            segment=rows["segment"].map(lambda name: spelt.get(normalise_key(name), name)),
        )
        hands = Hands(rows, self.tree)
        daily = hands.daily("value", self.window.days)
        total = np.array([daily[hands.of(one)].sum(axis=0) for one in own]).cumsum(axis=1)
        return against_path(self.window, metric, own, total, counted)

    def _of(self, metric: str, own: list[Objective], deals: "Deals") -> dict[UUID, Values]:
        if metric in FROM_LIVES or metric == "stage_conversion_rate":
            return self._lives(metric, own, deals)
        if metric in RATIOS:
            rows = deals.ratio(metric)
            columns = ["numerator", "denominator"]
            found = measures.ratios(
                Hands(rows, self.tree).samples(own, columns), rows[columns], targets(own),
                limits=LIMITS.get(metric, (0.0, np.inf)),
            )  # fmt: skip
            return levels(own, found)
        if metric == "top_customers_share":
            bought = deals.window[deals.window["company"].notna()].rename(columns={"company": "customer"})
            samples = Hands(bought, self.tree).samples(own, ["customer", "amount"])
            return levels(own, measures.concentration(samples, targets(own), seed=SEED))
        if metric == "customer_retention":
            return self._retention(own, deals)
        return self._sums(metric, own, deals)

    # Sums against the path ------------------------------------------------------------------------------------

    def _sums(self, metric: str, own: list[Objective], deals: "Deals") -> dict[UUID, Values]:
        window = self.window
        rows = deals.summed(metric)
        hands = Hands(rows.assign(day=rows["day"] - window.cycle.start_on.toordinal()), self.tree)
        daily = hands.daily("value", window.days)
        total = np.array([daily[hands.of(one)].sum(axis=0) for one in own]).cumsum(axis=1)
        if CATALOGUE[metric].unit != Unit.MONEY:
            return against_path(window, metric, own, total, counted)
        amounts = hands.samples(own, ["value", "opportunity"]).rename(columns={"value": "amount"})
        typical = window.plan.average_value if metric == "revenue_won" else rows["value"].mean()
        wins = amounts.groupby("group")["opportunity"].nunique()
        inputs = {one.id: {"wins": int(wins.get(one.id, 0))} for one in own}

        def judge(_actual: pd.Series, path: pd.Series) -> pd.DataFrame:
            return summed(amounts, path, typical=np.nan if typical is None else max(typical, 0.0))

        return against_path(window, metric, own, total, judge, inputs)

    def _typed(self, own: list[Objective]) -> dict[UUID, Values]:
        found: dict[UUID, Values] = {}
        for metric in sorted({one.metric for one in own}):
            of_metric = [one for one in own if one.metric == metric]
            total = self._typed_totals(of_metric)
            found |= against_path(self.window, metric, of_metric, total, counted)
        return found

    def _typed_totals(self, own: list[Objective]) -> Floats:
        """Done by the end of each day, (O, D): the latest that was typed; where nothing was, what those below typed."""
        window = self.window
        place = {one.id: row for row, one in enumerate(own)}
        rows = Progress.objects.filter(objective__in=list(place), day__lte=window.as_of)
        told = np.full((len(own), window.days), np.nan)
        for key, day, value in rows.order_by("day", "recorded_at", "id").values_list(
            "objective_id", "day", "value"
        ):
            told[place[key], min(max((day - window.cycle.start_on).days, 0), window.days - 1)] = float(value)
        filled = pd.DataFrame(told).ffill(axis=1)
        total = filled.fillna(0.0).to_numpy()
        silent = filled.isna().all(axis=1).to_numpy()
        below: dict[UUID | None, list[int]] = {}
        for row, one in enumerate(own):
            below.setdefault(one.parent_id, []).append(row)

        def settled(row: int, above: tuple[int, ...] = ()) -> Floats:
            children = [child for child in below.get(own[row].id, []) if child not in above]
            if silent[row] and children:
                return np.sum([settled(child, (*above, row)) for child in children], axis=0)
            return np.asarray(total[row])

        return np.array([settled(row) for row in range(len(own))]).reshape(len(own), window.days)

    def _retention(self, own: list[Objective], deals: "Deals") -> dict[UUID, Values]:
        """Who bought again, against the part of the path that has passed: the others may still come back."""
        before = deals.wins[deals.wins["company"].notna() & (deals.wins["day"] < deals.start)]
        again = set(deals.window["company"].dropna())
        before = before[before["day"] >= deals.year_before].assign(
            back=lambda rows: rows["company"].isin(again).astype(float)
        )

        def shares(samples: pd.DataFrame, keys: pd.Index) -> tuple[pd.Series, pd.Series]:
            once = samples.drop_duplicates(["group", "company"]).groupby("group")["back"]
            return (
                once.size().reindex(keys, fill_value=0).astype(float),
                once.sum().reindex(keys, fill_value=0.0),
            )

        people = before[before["owner"] != NOBODY].rename(columns={"owner": "group"})
        prior = fit_prior(*shares(people, pd.Index(people["group"].unique())))
        keys = pd.Index([one.id for one in own], tupleize_cols=False)
        size, back = shares(Hands(before, self.tree).samples(own, ["company", "back"]), keys)
        share = self.window.share_of_path("customer_retention")
        due = pd.Series([float(self.window.path_of(one, share)[self.window.today]) for one in own], keys)
        return levels(own, measures.rates(size, back, due, prior, higher=True), path=due)

    # Whole lives, and stages ----------------------------------------------------------------------------------

    def _lives(self, metric: str, own: list[Objective], deals: "Deals") -> dict[UUID, Values]:
        """From every dated deal up to the day, as the stage rates are; in a segment from its deals."""
        everywhere = [one for one in own if not one.segment]
        life = self.stays.life().astype({"team": object, "owner": object})
        found: dict[UUID, Values] = {}
        groups: dict[UUID | None, list[Objective]] = {}
        for one in own:
            if one.segment:
                groups.setdefault(one.stage_id, []).append(one)
        if everywhere:
            found |= self._life(metric, everywhere, life, life)
        for stage, of_stage in groups.items():
            rows = deals.read.stays
            rows = rows[rows["stage"].isna() if stage is None else rows["stage"] == stage]
            found |= self._life(metric, of_stage, rows, rows if stage else life)
        return found

    def _life(
        self, metric: str, own: list[Objective], rows: pd.DataFrame, everybody: pd.DataFrame
    ) -> dict[UUID, Values]:
        counts = ["day", "advanced", "lost", "censored"]
        samples, target = Hands(rows, self.tree).samples(own, counts), targets(own)
        if metric == "sales_cycle_days":
            return levels(own, measures.lifetimes(samples, target))
        owned = everybody[everybody["owner"] != NOBODY].rename(columns={"owner": "group"})
        if metric == "stale_share":
            old = eventual_rates(everybody.assign(group=0))["p90_days"].max()

            def shares(open_deals: pd.DataFrame, keys: pd.Index) -> tuple[pd.Series, pd.Series]:
                stale = open_deals["censored"] * (open_deals["day"] > old)
                group = open_deals["group"]
                n = open_deals["censored"].groupby(group).sum().reindex(keys, fill_value=0)
                n = n.astype(float) * (0.0 if pd.isna(old) else 1.0)  # without any win, "old" means nothing
                return n, stale.groupby(group).sum().reindex(keys, fill_value=0).astype(float).clip(upper=n)
        else:

            def shares(open_deals: pd.DataFrame, keys: pd.Index) -> tuple[pd.Series, pd.Series]:
                rates = eventual_rates(open_deals[["group", *counts]]).reindex(keys)
                return rates["n_eff"].fillna(0.0), rates["x_eff"].fillna(0.0)

        prior = fit_prior(*shares(owned, pd.Index(owned["group"].unique()))) if len(owned) else JEFFREYS
        n, x = shares(samples, target.index)
        return levels(own, measures.rates(n, x, target, prior, higher=metric != "stale_share"))

    # Deals ----------------------------------------------------------------------------------------------------

    def _deals(self, objectives: Sequence[Objective]) -> "Deals":
        metrics = {one.metric for one in objectives}
        segments = {one.segment for one in objectives if one.segment}
        wins = metrics - FROM_LIVES - {"opportunities_opened", "stage_conversion_rate"}
        wins = {metric for metric in wins if CATALOGUE[metric].source is Source.MEASURED}
        start = self.window.cycle.start_on
        since = year_before(start) if "customer_retention" in metrics else start
        if not wins and not segments:
            return Deals(measure_sql.nothing(), start)
        read = measure_sql.read(
            self.refresh, as_of=self.window.as_of, since=since, wins=bool(wins),
            companies="repeat_revenue" in metrics, margins=bool(metrics & {"margin_won", "margin_rate"}),
            segments=segments,
        )  # fmt: skip
        return Deals(read, start)


@dataclass(frozen=True, slots=True, eq=False)
class Deals:
    """The won deals of a cycle up to the day, and those before it that are needed to judge them."""

    read: measure_sql.Read
    first_day: date

    @property
    def start(self) -> int:
        return self.first_day.toordinal()

    @property
    def year_before(self) -> int:
        return year_before(self.first_day).toordinal()

    @property
    def wins(self) -> pd.DataFrame:
        return self.read.wins

    @property
    def window(self) -> pd.DataFrame:
        """Won in the cycle, in the hands that won them."""
        return self.wins[self.wins["day"] >= self.start]

    def ratio(self, metric: str) -> pd.DataFrame:
        """team, owner, segment, numerator, denominator of the deals for which both are known."""
        rows = self.window.assign(deals=1.0)
        top, bottom = RATIOS[metric]
        rows = rows[rows[top].notna()]
        return rows.assign(numerator=rows[top], denominator=rows[bottom])

    def summed(self, metric: str) -> pd.DataFrame:
        """team, owner, segment, day, value: the rows that a sum over the cycle adds up, in the hands credited with them."""
        if metric == "opportunities_opened":
            opened = self.read.opened[self.read.opened["day"] >= self.start]
            return opened.assign(value=opened["count"].astype(float))
        if metric == "deals_won":
            return self.window.assign(value=1.0)
        credited = self.read.credited[self.read.credited["day"] >= self.start]
        if metric == "margin_won":
            credited = credited[credited["margin"].notna()]
            return credited.assign(value=credited["margin"])
        if metric == "repeat_revenue":
            first = self.wins.groupby("company")["day"].min()
            earlier = credited["company"].map(first).to_numpy(dtype=float) < credited["day"].to_numpy(
                dtype=float
            )
            credited = credited[earlier]
        return credited.assign(value=credited["amount"])


def is_elsewhere(objective: Objective) -> bool:
    """Whether the facts or the stage conversions of the run measure it: those of everybody, in every segment."""
    return not objective.segment and objective.metric in FROM_FACTS | {"stage_conversion_rate"}


def year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
