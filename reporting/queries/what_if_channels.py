"""The channels that deals come through, and what a deal of each is worth in the end, as of a day."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import connection

from pipeline.domain.conversion import eventual_rates
from pipeline.domain.importing.keys import normalise_key
from pipeline.domain.small_samples import fit_prior, posterior
from pipeline.queries import histories
from prospecting.models.people import CHANNELS, channel_name
from reporting.domain.channel_mix import Channel, worths

LANGUAGES = ("en", "fr")
MOST = 8  # channels shown; the others are one
YEAR, PERIOD = 365, 730

DEALS = """
SELECT channel, kind, CASE WHEN kind = 'open' THEN %(as_of)s ELSE closed_on END - opened_on AS days, count(*),
       count(*) FILTER (WHERE opened_on > %(as_of)s - {year}),
       count(*) FILTER (WHERE kind = 'won' AND amount_minor IS NOT NULL),
       coalesce(sum(amount_minor) FILTER (WHERE kind = 'won'), 0)
FROM {deals}
WHERE kind IN ('open', 'won', 'lost') AND opened_on > %(as_of)s - {period}
  AND (%(people)s::uuid[] IS NULL OR owner_id = ANY(%(people)s::uuid[]))
GROUP BY 1, 2, 3
"""


def channels(as_of: date, people: Collection[UUID] | None) -> list[Channel]:
    """Those of the deals opened in the last year, the largest first; their rates are of two years (F2, F3).

    Fewer than two channels: nothing to mix. `people`: their deals alone, None for all.
    """
    found = histories.as_of(as_of)
    with connection.cursor() as cursor:
        cursor.execute(
            DEALS.format(deals=found.deals, year=YEAR, period=PERIOD),
            {"as_of": as_of, "people": None if people is None else [str(one) for one in people]},
        )
        columns = ["channel", "kind", "day", "count", "recent", "wins", "amount"]
        rows = pd.DataFrame(cursor.fetchall(), columns=columns)
    if rows.empty:
        return []
    numbers = ["day", "count", "recent", "wins", "amount"]
    rows[numbers] = rows[numbers].astype("float64")
    rows["day"] = rows["day"].clip(lower=0).astype("int64")
    recent = rows.groupby("channel")["recent"].sum().sort_values(ascending=False, kind="stable")
    shown = list(recent[recent > 0].index[:MOST])
    rows = rows[rows["channel"].isin(shown)]
    return _measured(rows, recent[shown]) if len(shown) > 1 else []


def _measured(rows: pd.DataFrame, recent: pd.Series) -> list[Channel]:
    order = list(recent.index)
    counts = pd.DataFrame(
        {
            "group": rows["channel"],
            "day": rows["day"],
            "advanced": np.where(rows["kind"] == "won", rows["count"], 0).astype(int),
            "lost": np.where(rows["kind"] == "lost", rows["count"], 0).astype(int),
            "censored": np.where(rows["kind"] == "open", rows["count"], 0).astype(int),
        }
    )
    rates = eventual_rates(counts).loc[order]
    size = rates["n_eff"].to_numpy()
    won = np.minimum(rates["x_eff"].to_numpy(), size)
    told = posterior(size, won, *fit_prior(size, won), np.nan)
    by_channel = rows.groupby("channel")[["wins", "amount"]].sum().loc[order]
    worth = worths(told["mean"], by_channel["wins"], by_channel["amount"])
    keys, whole = _keys(), float(recent.sum())
    return [
        Channel(
            name=name,
            key=keys.get(normalise_key(name), ""),
            share=float(recent[name]) / whole,
            opened=int(recent[name]),
            rate=float(told["mean"].iloc[i]),
            low=float(told["low"].iloc[i]),
            high=float(told["high"].iloc[i]),
            worth=float(worth[i]),
        )
        for i, name in enumerate(order)
    ]


def _keys() -> dict[str, Any]:
    """What a channel may be called in the pipeline → the channel of activities."""
    return {
        normalise_key(channel_name(key, language)): key for language in LANGUAGES for key, _label in CHANNELS
    } | {normalise_key(key): key for key, _label in CHANNELS}
