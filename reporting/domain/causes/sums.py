"""The additive sums that the rules are measured from: their names, and those of many scopes at once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reporting.domain.causes.statistics import Floats

KEYS = ["table", "scope_kind", "scope"]
PRIORITY_SUMS = ["effort", "effort_small", "effort_squares"]  # squares: of each deal's effort
SIDES = [
    "high_left",
    "high_advanced",
    "low_left",
    "low_advanced",
]  # what left its stage in busy months, in calm ones
LOAD_SUMS = [
    "open_before",
    "capacity",
    *SIDES,
    "activities",
    "activities_before",
    *(f"act_{name}" for name in SIDES),
]
WON = ["won", "won_amount", "won_squares"]
LIST = ["listed", "paid", "list_price", "paid_squares", "list_squares", "list_cross"]
MARGIN = ["margined", "margin", "margin_amount", "margin_squares", "amount_squares", "margin_cross"]
SUMS = [
    "contacts", "contacts_before", "contacts_off", "meetings", "meetings_before",  # contacts, meetings: in target
    "judged", "accepted", "open_deals", "timed_deals", "silent_deals", "dated_deals", "slipped_deals",
    *PRIORITY_SUMS, *LOAD_SUMS, *WON, *(f"{name}_before" for name in WON), *LIST, *MARGIN,
    *(f"{name}_before" for name in MARGIN),
]  # fmt: skip
SEGMENT_SUMS = ["closed", "won", "left_first", "lost_first"]
SEGMENT_SUMS += [f"{name}_before" for name in SEGMENT_SUMS]


@dataclass(frozen=True, slots=True, eq=False)
class Scopes:
    """The sums of all scopes, which of them are alike (of one organisation and kind), and the scope of each row of
    `segments`, as the number of its row in `sums`."""

    sums: pd.DataFrame
    segments: pd.DataFrame
    group: NDArray[np.int64]
    scope: NDArray[np.int64]

    @classmethod
    def of(cls, sums: pd.DataFrame, segments: pd.DataFrame) -> "Scopes":
        """From frames with KEYS; a row of sums for every scope of the segments."""
        number = np.zeros(len(sums) + len(segments), dtype=np.int64)
        group = number[: len(sums)]
        for key in KEYS:
            both = np.concatenate([sums[key].to_numpy(dtype=object), segments[key].to_numpy(dtype=object)])
            code, found = pd.factorize(both, use_na_sentinel=False)
            group, number = number[: len(sums)], number * len(found) + code
        own, those = number[: len(sums)], number[len(sums) :]
        order = np.argsort(own, kind="stable")
        scope = order[np.searchsorted(own[order], those)]
        return cls(sums, segments, pd.factorize(group)[0].astype(np.int64), scope)

    def __getitem__(self, name: str) -> Floats:
        return self.sums[name].to_numpy(dtype=np.float64)
