"""Mix against rate for words (formulas F5): did a pooled rate move because of what was worked, or of how."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from reporting.domain.attribution import mix_and_rate, ratio_pair

# A rate that got worse by less is the same: what float sums leave.
SAME = 1e-9


def pooled_changes(before: ArrayLike, after: ArrayLike, links: Sequence[str]) -> pd.DataFrame:
    """Each transition's pooled rate in two situations, and what of the change is mix: one row a link left.

    ``before``, ``after`` (S, L): counts of each segment at each link. Returns, by link left, "before", "after" (pooled rates),
    "mix", "rate" (they add up to after − before), "entered" and "advanced" (counts after), "worse": how many segments' own
    rate fell, and "is_targeting": the pooled rate fell while none did. A segment without entries has the rate that it
    has on the other side. Rows without entries on either side are left out.
    """
    counts = [np.asarray(side, dtype=np.float64) for side in (before, after)]
    totals = [side.sum(axis=0) for side in counts]
    rows = []
    for link in range(len(links) - 1):
        if min(total[link] for total in totals) <= 0:
            continue
        shares = [side[:, link] / total[link] for side, total in zip(counts, totals, strict=True)]
        rates = ratio_pair(
            counts[0][:, link + 1], counts[0][:, link], counts[1][:, link + 1], counts[1][:, link]
        )
        mix, rate = mix_and_rate(shares[0], shares[1], rates[0], rates[1])
        seen = (counts[0][:, link] > 0) & (counts[1][:, link] > 0)
        worse = int((seen & (rates[1] < rates[0] - SAME)).sum())
        pooled = [float((share * own).sum()) for share, own in zip(shares, rates, strict=True)]
        rows.append(
            {
                "link": links[link],
                "before": pooled[0],
                "after": pooled[1],
                "mix": float(mix.sum()),
                "rate": float(rate.sum()),
                "entered": float(totals[1][link]),
                "advanced": float(totals[1][link + 1]),
                "worse": worse,
                "is_targeting": pooled[1] < pooled[0] - SAME and worse == 0,
            }
        )
    columns = ["link", "before", "after", "mix", "rate", "entered", "advanced", "worse", "is_targeting"]
    return pd.DataFrame(rows, columns=columns)
