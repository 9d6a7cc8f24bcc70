"""Signals of the rules, measured for all scopes at once from additive sums.

Two windows: the recent one, and the own past before it (`_before`). `sums` has one row per scope: `table` (the
organisation, when several are measured together), scope_kind, scope, and the columns of SUMS. `segments` has one row per
scope and segment with SEGMENT_SUMS. Sums of a team hold those of its people: everything here may be added up.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from reporting.domain.causes.statistics import (
    Figures,
    Floats,
    change,
    mean_variance,
    ratio,
    ratio_variance,
    share,
)  # fmt: skip
from reporting.domain.causes.sums import KEYS, LIST, MARGIN, SIDES, Scopes

YEAR = 4.0  # times the recent window
# The year is four times as long as the recent window: with less than half of the pace, contacts began to be logged since.
LOGGED_BEFORE = 2.0
RATE_FALLS = 0.9  # under load: at most this part of the rate at ease


Signal = Callable[[Scopes, float], Figures]


def measure(sums: pd.DataFrame, segments: pd.DataFrame, thresholds: Mapping[str, float]) -> pd.DataFrame:
    """One row per scope and rule that has anything to go by.

    Columns: KEYS, rule, signal (as counted), the estimate mean with its 80 % interval low, high, limit (unit of Rule.measure), numerator, denominator
    (counts or minor units), cases (how many things were looked at), reference (the own past; NaN where the limit is
    absolute), p = P(signal beyond its limit), gain: by how much, relatively, what the rule explains would rise at the
    reference, or at the limit without one.
    """
    scopes = Scopes.of(sums, segments)
    found = {rule: signal(scopes, thresholds[rule]) for rule, signal in SIGNALS.items()}
    known = {rule: np.flatnonzero(~np.isnan(cells["p"])) for rule, cells in found.items()}
    cells = sums[KEYS].iloc[np.concatenate([*known.values()])].reset_index(drop=True)
    cells["rule"] = np.repeat(np.array([*known], dtype=object), [len(rows) for rows in known.values()])
    names = next(iter(found.values()))
    return cells.assign(
        **{name: np.concatenate([found[rule][name][rows] for rule, rows in known.items()]) for name in names}
    )


def _cells(
    found: Figures, signal: Floats, limit: Floats | float, numerator: Floats, denominator: Floats, gain: Floats,
    reference: Floats | float = np.nan, cases: Floats | None = None,
) -> Figures:  # fmt: skip
    size = len(found["p"])
    return {
        "signal": signal, **found, "limit": np.broadcast_to(limit, size), "numerator": numerator, "denominator": denominator,
        "reference": np.broadcast_to(reference, size), "cases": denominator if cases is None else cases,
        "gain": np.maximum(np.nan_to_num(gain), 0.0),
    }  # fmt: skip


# Shares against a limit --------------------------------------------------------------------------------------------


def _too_many(scopes: Scopes, limit: float, x: Floats, n: Floats, weight: Floats | None = None) -> Figures:
    """Too high a share x of n; `weight`: what n is worth as a number of cases, where it is not one."""
    rate = ratio(x, n)
    cases = n if weight is None else weight
    successes = np.where(n > 0, np.nan_to_num(rate) * cases, 0.0)
    found = share(cases, successes, scopes.group, np.full(len(n), limit), too_high=True)
    return _cells(found, rate, limit, x, n, _excess(rate, limit), cases=cases)


def _excess(rate: Floats, limit: float) -> Floats:
    """By how much more there would be of the rest, 1 − rate, at the limit; where next to nothing is left, at most ×20."""
    return (rate - limit) / np.maximum(1 - rate, 0.05)


def off_target_share(scopes: Scopes, limit: float) -> Figures:
    off = scopes["contacts_off"]
    return _too_many(scopes, limit, off, off + scopes["contacts"])


def acceptance_rate(scopes: Scopes, limit: float) -> Figures:
    n, x = scopes["judged"], scopes["accepted"]
    found = share(n, x, scopes.group, np.full(len(n), limit), too_high=False)
    return _cells(found, ratio(x, n), limit, x, n, ratio(limit, found["mean"]) - 1)


def silent_deals(scopes: Scopes, limit: float) -> Figures:
    return _too_many(scopes, limit, scopes["silent_deals"], scopes["timed_deals"])


def slipped_closes(scopes: Scopes, limit: float) -> Figures:
    return _too_many(scopes, limit, scopes["slipped_deals"], scopes["dated_deals"])


def effort_on_small(scopes: Scopes, limit: float) -> Figures:
    """Effort comes in clusters, by deal: ten calls on one deal are no ten choices (Kish's effective number)."""
    effort = scopes["effort"]
    cases = np.nan_to_num(ratio(effort**2, scopes["effort_squares"]))
    return _too_many(scopes, limit, scopes["effort_small"], effort, cases)


# The recent window against the own past ------------------------------------------------------------------------------


def contact_rate(scopes: Scopes, limit: float) -> Figures:
    """Meetings held per prospect contacted, in the target: a ratio of counts of one window, both Poisson."""
    meetings, contacts = scopes["meetings"], scopes["contacts"]
    past, past_contacts = scopes["meetings_before"], scopes["contacts_before"]
    now, before = ratio(meetings + 0.5, contacts), ratio(past + 0.5, past_contacts)
    # A message that never brought a meeting has no past to fall from; nor has one whose contacts were hardly logged then.
    comparable = (past > 0) & (past_contacts >= LOGGED_BEFORE * contacts)
    held = np.where(comparable, past, np.nan)
    variance = 1 / (meetings + 0.5) + 1 / (held + 0.5)
    found = change(np.log(now / before), variance, scopes.group, np.log(limit), too_high=False)
    return _of_past(found, ratio(meetings, contacts), ratio(past, past_contacts), limit, meetings, contacts)


def load(scopes: Scopes, limit: float) -> Figures:
    """Two claims that must both hold: more open items per person than before, and a rate that falls in busy months."""
    now, before = scopes["open_deals"], scopes["open_before"]
    variance = 1 / (now + 0.5) + 1 / (before + 0.5)
    return _overload(scopes, limit, now, np.where(before > 0, before, np.nan), variance, "")


def activity_load(scopes: Scopes, limit: float) -> Figures:
    """The same of what people do: more activities than a quarter of the year before holds, and a rate that falls in months of
    many. A year that was hardly logged has nothing to tell."""
    now, past = scopes["activities"], scopes["activities_before"]
    before = np.where(past >= LOGGED_BEFORE * now, past / YEAR, np.nan)
    return _overload(scopes, limit, now, before, 1 / (now + 0.5) + 1 / (past + 0.5), "act_")


def _overload(
    scopes: Scopes, limit: float, now: Floats, before: Floats, variance: Floats, months: str
) -> Figures:
    """now, before: of the same length, NaN without a past; variance: of the log of their ratio; months: which SIDES."""
    capacity = scopes["capacity"]
    more = np.where(capacity > 0, np.log((now + 0.5) / (before + 0.5)), np.nan)
    heavier = change(more, variance, scopes.group, np.log(limit), too_high=True)
    busy, busy_on, calm, calm_on = (scopes[f"{months}{name}"] for name in SIDES)
    busy_rate = ratio(busy_on + 0.5, np.where(busy > 0, busy + 1, 0))
    calm_rate = ratio(calm_on + 0.5, np.where(calm > 0, calm + 1, 0))
    spread = (1 - busy_rate) / (busy_on + 0.5) + (1 - calm_rate) / (calm_on + 0.5)
    slower = change(np.log(busy_rate / calm_rate), spread, scopes.group, np.log(RATE_FALLS), too_high=False)
    per_person, usual = ratio(now, capacity), ratio(before, capacity)
    return _of_past(heavier, per_person, usual, limit, now, capacity) | {
        "cases": np.minimum(busy, calm),
        "p": heavier["p"] * slower["p"],
        "gain": np.maximum(np.expm1(-slower["mean"]), 0.0),
    }


def average_value(scopes: Scopes, limit: float) -> Figures:
    n, amount, past, past_amount = (
        scopes[name] for name in ("won", "won_amount", "won_before", "won_amount_before")
    )
    now, before = ratio(amount, n), ratio(past_amount, past)
    error = mean_variance(n, amount, scopes["won_squares"], scopes.group)
    past_error = mean_variance(past, past_amount, scopes["won_squares_before"], scopes.group)
    moved = np.log(np.where(now > 0, now, np.nan) / np.where(before > 0, before, np.nan))
    moved += (error - past_error) / 2  # the log of a mean of few is too low
    found = change(moved, error + past_error, scopes.group, np.log(limit), too_high=False)
    return _of_past(found, now, before, limit, amount, n)


def _of_past(
    found: Figures, now: Floats, before: Floats, limit: float, numerator: Floats, denominator: Floats
) -> Figures:
    """From the log of a ratio to the past, back to the unit of the signal."""
    gain = np.expm1(-found["mean"])
    found = found | {name: before * np.exp(found[name]) for name in ("mean", "low", "high")}
    return _cells(found, now, before * limit, numerator, denominator, gain, before)


def discount(scopes: Scopes, limit: float) -> Figures:
    n, paid, price, squares, list_squares, cross = (scopes[name] for name in LIST)
    off = 1 - ratio(paid, price)
    variance = ratio_variance(n, paid, price, squares, list_squares, cross, scopes.group)
    found = change(off, variance, scopes.group, limit, too_high=True)
    return _cells(found, off, limit, price - paid, price, _excess(off, limit), cases=n)


def margin_rate(scopes: Scopes, limit: float) -> Figures:
    """In points: a margin that fell from 62 % to 54 % is −8 points."""
    n, margin, amount, a, b, c = (scopes[name] for name in MARGIN)
    past, past_margin, past_amount, d, e, f = (scopes[f"{name}_before"] for name in MARGIN)
    now, before = ratio(margin, amount), ratio(past_margin, past_amount)
    variance = ratio_variance(n, margin, amount, a, b, c, scopes.group)
    variance += ratio_variance(past, past_margin, past_amount, d, e, f, scopes.group)
    found = change(now - before, variance, scopes.group, limit, too_high=False)
    lost = np.where(now > 0, ratio(before, now) - 1, 1.0)
    return _cells(found, now - before, limit, margin, amount, lost, before, cases=n)


# Mix apart from rate, by segment (F5) -----------------------------------------------------------------------------------


def segment_mix(scopes: Scopes, limit: float) -> Figures:
    """What the change of the segments alone did to the win rate, in points."""
    moved = _split(scopes, "closed", "won")
    found = change(moved["mix"], moved["mix_variance"], scopes.group, limit, too_high=False)
    effect = found["mean"]
    gain = ratio(-effect, moved["now"])
    return _cells(found, moved["mix"], limit, moved["x"], moved["n"], gain, moved["before"])


def first_stage_loss(scopes: Scopes, limit: float) -> Figures:
    """What became of the share lost at the first stage within the same segments, in points: skill, not targeting."""
    moved = _split(scopes, "left_first", "lost_first")
    found = change(moved["rate"], moved["rate_variance"], scopes.group, limit, too_high=True)
    gain = ratio(found["mean"], 1 - moved["now"])
    return _cells(found, moved["rate"], limit, moved["x"], moved["n"], gain, moved["before"])


def _split(scopes: Scopes, whole: str, part: str) -> dict[str, Floats]:
    """Mix and rate of the change of part ÷ whole (F5) with their variances, by scope; NaN without both windows.

    Shares of segments are multinomial, rates binomial around an estimate of half a case; a segment that is there in one
    window only has the rate of the other, so that its arrival is mix.
    """
    rows, place = scopes.segments, scopes.scope
    size = len(scopes.sums)

    def total(values: Floats) -> Floats:
        return np.bincount(place, values, size)

    n1, x1, n0, x0 = (
        rows[name].to_numpy(dtype=np.float64) for name in (whole, part, f"{whole}_before", f"{part}_before")
    )
    now_n, now_x, past_n, past_x = total(n1), total(x1), total(n0), total(x0)
    share1, share0 = (np.nan_to_num(ratio(n, t[place])) for n, t in ((n1, now_n), (n0, past_n)))
    rate1, rate0 = ratio(x1 + 0.5, np.where(n1 > 0, n1 + 1, 0)), ratio(x0 + 0.5, np.where(n0 > 0, n0 + 1, 0))
    error1 = np.nan_to_num(rate1 * (1 - rate1) / np.maximum(n1, 1))
    error0 = np.nan_to_num(rate0 * (1 - rate0) / np.maximum(n0, 1))
    rate1, rate0 = np.where(n1 > 0, rate1, rate0), np.where(n0 > 0, rate0, rate1)
    typical, weight = np.nan_to_num((rate0 + rate1) / 2), (share0 + share1) / 2
    known = (now_n > 0) & (past_n > 0)
    spread1 = total(share1 * typical**2) - total(share1 * typical) ** 2
    spread0 = total(share0 * typical**2) - total(share0 * typical) ** 2
    mix_variance = ratio(spread1, now_n) + ratio(spread0, past_n)
    mix_variance += total((share1 - share0) ** 2 / 4 * (error1 + error0))
    figures = {
        "mix": total((share1 - share0) * typical),
        "rate": total(weight * np.nan_to_num(rate1 - rate0)),
        "mix_variance": np.where(mix_variance > 0, mix_variance, np.nan),
        "rate_variance": total(weight**2 * (error1 + error0)),
    }
    return {name: np.where(known, values, np.nan) for name, values in figures.items()} | {
        "now": ratio(now_x, now_n), "before": ratio(past_x, past_n), "x": now_x, "n": now_n,
    }  # fmt: skip


SIGNALS: dict[str, Signal] = {
    "off_target_share": off_target_share,
    "segment_mix": segment_mix,
    "acceptance_rate": acceptance_rate,
    "first_stage_loss": first_stage_loss,
    "contact_rate": contact_rate,
    "silent_deals": silent_deals,
    "slipped_closes": slipped_closes,
    "effort_on_small": effort_on_small,
    "load": load,
    "activity_load": activity_load,
    "average_value": average_value,
    "discount": discount,
    "margin_rate": margin_rate,
}
