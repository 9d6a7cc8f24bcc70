"""What a partner's work came to (formula F13, need R12): counts, rates, delays, cost, funnel, by engagement.

Pure. A meeting is a row of a data frame with the state it had at the end of the day that is looked at; nothing here
reads a clock. Rates keep their numerator and denominator; a denominator of 0 is "no rate" (NaN), never 0 %.
"""

from datetime import date
from enum import StrEnum
from typing import Any, Final, cast
from uuid import UUID

import numpy as np
import pandas as pd

from pipeline.domain.small_samples import fit_priors, posterior
from prospecting.domain.meetings import ACCEPTED, HELD, NO_SHOWS, REFUSED, TACITLY, State

# A row a meeting. engagement: any label; meeting, moved_from: ids (moved_from null unless it took another's place);
# state: State; slot_on: day of the slot; in_time: a cancellation that was in time; disputed: was disputed once;
# log_hours: from the end of the slot until its outcome was said; answer_days: working days from there until the
# answer, or until it lapsed; price_minor: frozen at booking; opportunity: id or null; outcome: open, won, lost or "";
# amount_minor: of the opportunity.
COLUMNS: Final = (
    *("engagement", "meeting", "moved_from", "state", "slot_on", "in_time", "disputed", "log_hours", "answer_days"),
    *("price_minor", "opportunity", "outcome", "amount_minor"),
)  # fmt: skip
DELAY_SHARES: Final = {"p50": 0.5, "p80": 0.8}


class Rate(StrEnum):
    SHOW = "show"
    ACCEPTANCE = "acceptance"
    TACIT = "tacit"
    DISPUTE = "dispute"
    OPPORTUNITY = "opportunity"  # accepted → opportunity
    WIN = "win"  # opportunity that is closed → won


# rate: (numerator, denominator), columns of `figures`.
PARTS: Final = {
    Rate.SHOW: ("held", "expected"),
    Rate.ACCEPTANCE: ("accepted", "judged"),
    Rate.TACIT: ("tacit", "judged"),
    Rate.DISPUTE: ("disputed", "judged"),
    Rate.OPPORTUNITY: ("opportunities", "accepted"),
    Rate.WIN: ("won", "closed"),
}


def booked(meetings: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The rows that count: slots dated ≤ as_of, and of a meeting that was moved only the one that took its place."""
    moved = meetings["meeting"].isin(meetings["moved_from"].dropna())
    stays = ~moved & (meetings["state"] != State.RESCHEDULED)
    return meetings[stays & (pd.to_datetime(meetings["slot_on"]) <= pd.Timestamp(as_of))]


def figures(meetings: pd.DataFrame, fees: pd.Series, as_of: date) -> pd.DataFrame:
    """Every figure of each engagement, a row each, in the order of `fees`.

    `meetings`: COLUMNS. `fees`: what the engagement costs beside its meetings in the window, minor units, indexed by
    engagement: every engagement that is to have a row, also one without any meeting.

    Counts (int): booked, cancelled_in_time, cancelled_late, guest_no_shows, host_no_shows, unsaid (the outcome was not
    said yet), expected (the denominator of the show rate), held, waiting (for the answer), judged (tacit ones in, open
    disputes out), accepted, refused, tacit, disputed (of those judged), open_disputes, opportunities, closed, won.
    Delays (NaN without any): log_p50, log_p80 (hours), answer_p50, answer_p80 (working days), and their counts logged,
    answered. Money, minor units: won_minor (an opportunity that two meetings led to counts once), price_minor (of the
    accepted meetings), fee_minor, cost_minor; per_accepted_minor and per_won (a ratio), NaN where there is nothing to
    divide by.

    A host no-show counts as booked and nowhere else: never against who prospects.
    """
    rows = booked(meetings, as_of)
    state = rows["state"]
    flags = pd.DataFrame({"engagement": rows["engagement"]})
    flags["booked"] = True
    in_time = rows["in_time"].fillna(False).astype(bool)
    flags["cancelled_in_time"] = (state == State.CANCELLED) & in_time
    flags["cancelled_late"] = (state == State.CANCELLED) & ~in_time
    flags["guest_no_shows"] = state == State.GUEST_NO_SHOW
    flags["host_no_shows"] = state == State.HOST_NO_SHOW
    flags["unsaid"] = state == State.BOOKED
    flags["expected"] = ~flags["cancelled_in_time"] & ~flags["host_no_shows"]
    flags["held"] = state.isin(HELD)
    flags["waiting"] = state == State.HELD
    flags["accepted"] = state.isin(ACCEPTED)
    flags["refused"] = state.isin(REFUSED)
    flags["judged"] = flags["accepted"] | flags["refused"]
    flags["tacit"] = state.isin(TACITLY)
    flags["disputed"] = flags["judged"] & rows["disputed"].astype(bool)
    flags["open_disputes"] = state == State.DISPUTED
    flags["opportunities"] = flags["accepted"] & rows["opportunity"].notna()
    flags["closed"] = flags["opportunities"] & rows["outcome"].isin(["won", "lost"])
    flags["won"] = flags["opportunities"] & (rows["outcome"] == "won")
    found = flags.groupby("engagement").sum().reindex(fees.index, fill_value=0).astype("int64")
    money = _money(rows, flags, fees, found)
    return found.join(_delays(rows, flags, fees.index)).join(money)


def rates(found: pd.DataFrame) -> pd.DataFrame:
    """The rates of `figures`, a row each engagement and rate: engagement, rate, x, n, value, mean, low, high.

    value = x / n, NaN without any observation; mean and the 80 % interval are those of F3, with a prior fitted over the
    engagements (Jeffreys' with fewer than 3 that have observations).
    """
    parts = [
        pd.DataFrame({"engagement": found.index, "rate": rate.value, "x": found[top], "n": found[bottom]})
        for rate, (top, bottom) in PARTS.items()
    ]
    rows = pd.concat(parts, ignore_index=True)
    prior = fit_priors(rows["rate"], rows["n"], rows["x"]).reindex(rows["rate"])
    told = posterior(rows["n"], rows["x"], prior["a"].to_numpy(), prior["b"].to_numpy(), np.nan)
    rows["value"] = (rows["x"] / rows["n"].where(rows["n"] > 0)).astype("float64")
    return rows.assign(**{name: told[name].to_numpy() for name in ("mean", "low", "high")})


def row_of(found: pd.DataFrame, engagement: UUID) -> Any:
    """The row of `figures` of one engagement."""
    return found.loc[cast("Any", engagement)]  # any label to pandas, not to its stubs


def _delays(rows: pd.DataFrame, flags: pd.DataFrame, engagements: pd.Index) -> pd.DataFrame:
    """Quantiles of both delays. The log of a slot that took place, or that the guest missed; answers of those judged."""
    of_partner = rows["state"].isin(HELD | NO_SHOWS) & ~flags["host_no_shows"]
    columns: dict[str, pd.Series] = {}
    for name, values, count in (
        ("log", rows["log_hours"].where(of_partner), "logged"),
        ("answer", rows["answer_days"].where(flags["judged"] | flags["open_disputes"]), "answered"),
    ):
        grouped = values.astype("float64").groupby(rows["engagement"])
        for label, share in DELAY_SHARES.items():
            columns[f"{name}_{label}"] = grouped.quantile(share).reindex(engagements)
        columns[count] = grouped.count().reindex(engagements, fill_value=0).astype("int64")
    return pd.DataFrame(columns, index=engagements)


def _money(rows: pd.DataFrame, flags: pd.DataFrame, fees: pd.Series, found: pd.DataFrame) -> pd.DataFrame:
    index = fees.index
    price = rows["price_minor"].where(flags["accepted"], 0).groupby(rows["engagement"]).sum()
    won = rows[flags["won"]].drop_duplicates(["engagement", "opportunity"])
    worth = won.groupby("engagement")["amount_minor"].sum()
    money = pd.DataFrame(
        {
            "price_minor": price.reindex(index, fill_value=0),
            "fee_minor": fees,
            "won_minor": worth.reindex(index, fill_value=0),
        }
    ).fillna(0).astype("int64")  # fmt: skip
    money["cost_minor"] = money["price_minor"] + money["fee_minor"]
    money["per_accepted_minor"] = money["cost_minor"] / found["accepted"].where(found["accepted"] > 0)
    money["per_won"] = money["cost_minor"] / money["won_minor"].where(money["won_minor"] > 0)
    return money
