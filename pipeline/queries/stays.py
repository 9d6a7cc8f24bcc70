"""The stored counts of stage stays, as the estimators read them: grouped, never a row per deal."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import numpy as np
import pandas as pd

from pipeline.models import Frontier, Stage, StageScope, StageStay
from pipeline.queries.columns import integers
from tenants.reading import one_of
from tenants.scope import current_organisation_id

NOBODY = UUID(int=0)  # no team, no owner
OUTCOMES = np.array([chr(code) for code in range(128)], dtype=object)  # by their code


@dataclass(frozen=True, slots=True)
class Stays:
    """Counts of stays as of a day.

    stage, team and owner are categories of UUID (NOBODY when there is none).
    ended: stage, team, owner, outcome ('A', 'L', 'U'), days (int), count, amount_minor.
    going: stage, team, owner, entered (ordinal of the first day), count, amount_minor: still there on the day;
    the closed stages are here too, `entered` being the day of the close.
    lives: the whole lives of deals, from opening to close, as they are stored; see `life`.
    scopes: what the scope numbers of stored counts stand for; see `stage_scopes`.
    """

    as_of: date
    stages: list[Stage]  # in order, closed ones included
    ended: pd.DataFrame
    going: pd.DataFrame
    lives: pd.DataFrame = field(default_factory=pd.DataFrame)
    scopes: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def open_stages(self) -> list[Stage]:
        return [stage for stage in self.stages if stage.kind == Stage.Kind.OPEN]

    @property
    def won_stages(self) -> list[Stage]:
        return [stage for stage in self.stages if stage.kind == Stage.Kind.WON]

    def won(self, since: date | None = None) -> pd.DataFrame:
        """Won deals (team, owner, entered = ordinal of the win, count, amount_minor), from `since` on."""
        rows = self.going[self.going["stage"].isin([stage.id for stage in self.won_stages])]
        return rows if since is None else rows[rows["entered"] >= since.toordinal()]

    def open(self) -> pd.DataFrame:
        """Open deals (stage, team, owner, age in days on the day, count, amount_minor)."""
        rows = self.going[self.going["stage"].isin([stage.id for stage in self.open_stages])]
        return rows.assign(age=self.as_of.toordinal() - rows["entered"])

    def counts(self) -> pd.DataFrame:
        """The input of `pipeline.domain.conversion`, before grouping: stage, team, owner, day, advanced, lost, censored.

        Stays with outcome 'U' count nowhere: see `unknown`.
        """
        return _counts(self.ended[self.ended["outcome"] != "U"], self.open())

    def life(self) -> pd.DataFrame:
        """`counts` of whole lives, without stage: advanced is won, censored still open."""
        goes_on = self.lives["outcome"] == "O"
        alive = self.lives[goes_on]
        alive = alive.assign(age=self.as_of.toordinal() - alive["measure"])
        ended = self.lives[~goes_on].rename(columns={"measure": "days"})
        return _counts(ended, alive).drop(columns="stage")

    def unknown(self) -> pd.DataFrame:
        """Stays whose way out cannot be known from the data: stage, team, owner, count."""
        return self.ended.loc[self.ended["outcome"] == "U", ["stage", "team", "owner", "count"]]


def _counts(ended: pd.DataFrame, here: pd.DataFrame) -> pd.DataFrame:
    """Stays that ended (outcome, days) and those that go on (age), as columns day, advanced, lost, censored."""
    keys = ["stage", "team", "owner"]
    advanced = np.where(ended["outcome"] == "A", ended["count"], 0)
    left = ended[keys].assign(
        day=ended["days"], advanced=advanced, lost=ended["count"] - advanced, censored=0
    )
    still = here[keys].assign(day=here["age"], advanced=0, lost=0, censored=here["count"])
    return pd.concat([left, still], ignore_index=True)


def frontier() -> Frontier | None:
    """How far the stored counts of the organisation in force go; None before the first recompute."""
    return one_of(Frontier, "")


def stays(*, as_of: date, table: str = StageStay._meta.db_table) -> Stays:
    """Read the counts in `table` (the stored ones, or those a refresh derived aside for a past day). Three queries.

    `as_of` is the day that the table stands for: the frontier's for the stored one.
    """
    scopes = stage_scopes()
    where = "WHERE organisation_id = %(org)s" if table == StageStay._meta.db_table else ""
    found = integers(
        f"SELECT scope, ascii(outcome::text), measure, count, amount_minor FROM {table} {where}",
        {"org": current_organisation_id()},
        ("scope", "outcome", "measure", "count", "amount_minor"),
    )
    rows = scopes.reindex(found.pop("scope")).reset_index(drop=True)
    rows["outcome"] = OUTCOMES[found.pop("outcome")]
    rows = rows.assign(**found)
    goes_on = rows["outcome"] == "O"
    whole = rows["stage"] == NOBODY
    lives = rows[whole]
    rows, goes_on = rows[~whole], goes_on[~whole]
    return Stays(
        as_of=as_of,
        stages=list(Stage.objects.order_by("position")),
        ended=rows[~goes_on].rename(columns={"measure": "days"}).reset_index(drop=True),
        going=rows[goes_on]
        .rename(columns={"measure": "entered"})
        .drop(columns="outcome")
        .reset_index(drop=True),
        lives=lives,
        scopes=scopes,
    )


def stage_scopes() -> pd.DataFrame:
    """What the scope numbers stand for: stage, team, owner (categories of UUID), indexed by number. One query."""
    found = StageScope.objects.values_list("number", "stage_id", "team_id", "owner_id")
    frame = pd.DataFrame(list(found), columns=["number", "stage", "team", "owner"]).set_index("number")
    return frame.astype({"stage": "category", "team": "category", "owner": "category"})
