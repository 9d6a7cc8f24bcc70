"""Identities already met in a file, in 16 bytes each whatever their length."""

import numpy as np
import pandas as pd


class SeenIdentities:
    """Remembers the row of every identity across the chunks of a file.

    Identities are compared by a 64-bit hash: among a million of them the chance of one false duplicate is
    below one in ten million.
    """

    def __init__(self) -> None:
        self._hashes = np.empty(0, dtype=np.uint64)  # sorted
        self._rows = np.empty(0, dtype=np.int64)

    def first_rows(self, identities: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The first row of each identity, (n,) int64: the row itself where it is new.

        `identities`: (n,) strings; `rows`: (n,) int64, ascending from one call to the next.
        """
        hashes = pd.util.hash_array(identities, categorize=False)
        distinct, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
        first_rows = rows[first]
        places = np.searchsorted(self._hashes, distinct)
        inside = places < len(self._hashes)
        known = np.zeros(len(distinct), dtype=bool)
        known[inside] = self._hashes[places[inside]] == distinct[inside]
        first_rows[known] = self._rows[places[known]]
        self._remember(distinct[~known], first_rows[~known])
        result: np.ndarray = first_rows[inverse]
        return result

    def _remember(self, hashes: np.ndarray, rows: np.ndarray) -> None:
        merged = np.concatenate([self._hashes, hashes])
        order = np.argsort(merged, kind="stable")
        self._hashes = merged[order]
        self._rows = np.concatenate([self._rows, rows])[order]
