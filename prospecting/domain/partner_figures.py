"""What a partner's work came to (formula F13, need R12): counts, rates, delays, cost, funnel, by engagement.

Pure. A meeting is a row of a data frame with the state it had at the end of the day that is looked at; nothing here
reads a clock. Rates keep their numerator and denominator; a denominator of 0 is "no rate" (NaN), never 0 %.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Any, Final, cast
from uuid import UUID

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain.small_samples import fit_priors, posterior
from prospecting.domain.meetings import ACCEPTED, HELD, REFUSED, TACITLY, State

type Flags = NDArray[np.bool_]
type Places = NDArray[np.intp]

# A row a meeting. engagement: any label; meeting, moved_from: ids (moved_from null unless it took another's place);
# state: State; slot_on: day of the slot; in_time: a cancellation that was in time; disputed: was disputed once;
# log_hours: from the end of the slot until its outcome was said; answer_days: working days from there until the
# answer, or until it lapsed; price_minor: frozen at booking; opportunity: id or null; outcome: open, won, lost or "";
# amount_minor: of the opportunity.
COLUMNS: Final = (
    *("engagement", "meeting", "moved_from", "state", "slot_on", "in_time", "disputed", "log_hours", "answer_days"),
    *("price_minor", "opportunity", "outcome", "amount_minor"),
)  # fmt: skip
STATES: Final = pd.Index([state.value for state in State])
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
    at = fees.index.get_indexer(pd.Index(rows["engagement"]))
    rows, at = rows[at >= 0], at[at >= 0]
    flags = _flags(rows)
    found = {name: _sums(flag, at, len(fees)) for name, flag in flags.items()}
    found |= _delays(rows, flags, at, len(fees))
    found |= _money(rows, flags, at, fees.fillna(0).to_numpy(dtype=np.int64), found["accepted"])
    return pd.DataFrame(found, index=fees.index)


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


def _flags(rows: pd.DataFrame) -> dict[str, Flags]:
    """Which meetings each count of `figures` counts, in its order."""
    code = STATES.get_indexer(pd.Index(rows["state"]))

    def among(states: Collection[State]) -> Flags:
        return np.array([state in states for state in State])[code]

    cancelled, in_time = among({State.CANCELLED}), rows["in_time"].fillna(False).to_numpy(dtype=bool)
    accepted, refused, missed = among(ACCEPTED), among(REFUSED), among({State.HOST_NO_SHOW})
    opportunities = accepted & rows["opportunity"].notna().to_numpy()
    outcome = rows["outcome"].to_numpy(dtype=object)
    won = opportunities & (outcome == "won")
    return {
        "booked": np.ones(len(rows), dtype=bool),
        "cancelled_in_time": cancelled & in_time,
        "cancelled_late": cancelled & ~in_time,
        "guest_no_shows": among({State.GUEST_NO_SHOW}),
        "host_no_shows": missed,
        "unsaid": among({State.BOOKED}),
        "expected": ~(cancelled & in_time) & ~missed,
        "held": among(HELD),
        "waiting": among({State.HELD}),
        "accepted": accepted,
        "refused": refused,
        "judged": accepted | refused,
        "tacit": among(TACITLY),
        "disputed": (accepted | refused) & rows["disputed"].to_numpy(dtype=bool),
        "open_disputes": among({State.DISPUTED}),
        "opportunities": opportunities,
        "closed": won | opportunities & (outcome == "lost"),
        "won": won,
    }


def _sums(values: NDArray[Any], at: Places, size: int) -> NDArray[np.int64]:
    """The sum of whole numbers, or of flags, for each of `size` engagements; `at`: the engagement of each row."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, at, values)
    return found


def _delays(rows: pd.DataFrame, flags: dict[str, Flags], at: Places, size: int) -> dict[str, NDArray[Any]]:
    """Quantiles of both delays. The log of a slot that took place, or that the guest missed; answers of those judged."""
    of_partner = flags["held"] | flags["guest_no_shows"]
    columns: dict[str, NDArray[Any]] = {}
    for name, values, those, count in (
        ("log", rows["log_hours"], of_partner, "logged"),
        ("answer", rows["answer_days"], flags["judged"] | flags["open_disputes"], "answered"),
    ):
        delays = values.to_numpy(dtype=np.float64)
        there = those & ~np.isnan(delays)
        columns[count] = _sums(there, at, size)
        order = np.lexsort((delays[there], at[there]))
        ordered, first = delays[there][order], np.cumsum(columns[count]) - columns[count]
        for label, share in DELAY_SHARES.items():
            columns[f"{name}_{label}"] = _quantile(ordered, first, columns[count], share)
    return columns


def _quantile(
    ordered: NDArray[np.float64], first: Places, count: NDArray[np.int64], share: float
) -> NDArray[np.float64]:
    """The quantile of each run of `count` values from `first` on, between its two neighbours; NaN of none."""
    found = np.full(len(count), np.nan)
    some = count > 0
    place = (count[some] - 1) * share
    low = np.floor(place).astype(np.int64)
    below, above = ordered[first[some] + low], ordered[first[some] + np.ceil(place).astype(np.int64)]
    found[some] = below + (place - low) * (above - below)
    return found


def _money(
    rows: pd.DataFrame,
    flags: dict[str, Flags],
    at: Places,
    fees: NDArray[np.int64],
    accepted: NDArray[np.int64],
) -> dict[str, NDArray[Any]]:
    size = len(fees)
    price = np.where(flags["accepted"], _whole(rows["price_minor"]), 0)
    # An opportunity counts once for an engagement, with the first of its meetings.
    of_won = at[flags["won"]]
    opportunity, known = pd.factorize(rows["opportunity"][flags["won"]])
    _, once = np.unique(of_won * max(1, len(known)) + opportunity, return_index=True)
    money = {
        "price_minor": _sums(price, at, size),
        "fee_minor": fees,
        "won_minor": _sums(_whole(rows["amount_minor"])[flags["won"]][once], of_won[once], size),
    }
    cost = money["price_minor"] + fees
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            **money,
            "cost_minor": cost,
            "per_accepted_minor": np.where(accepted > 0, cost / accepted, np.nan),
            "per_won": np.where(money["won_minor"] > 0, cost / money["won_minor"], np.nan),
        }


def _whole(amounts: pd.Series) -> NDArray[np.int64]:
    return pd.to_numeric(amounts).fillna(0).to_numpy(dtype=np.int64)
