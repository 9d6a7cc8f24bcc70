"""Which rows are probably one: companies by what is registered of them, people by their address; both by their name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

ALIKE = 90.0  # of 100: names above are worth a look
BLOCK = 300  # names compared with each other at once
PAIRS_OF_A_KEY = 10  # rows that share one key and are named as pairs


class Reason(StrEnum):
    """The strongest first."""

    REGISTRATION = "registration"
    DOMAIN = "domain"
    EMAIL = "email"
    SAME_NAME = "same_name"
    LIKE_NAME = "like_name"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two rows (ids, the earlier one first), why they look like one, and how alike their names are (0 to 100)."""

    first: Any
    second: Any
    reason: Reason
    likeness: float


def candidates(rows: pd.DataFrame, exact: Iterable[tuple[str, Reason]], *, name: str) -> list[Candidate]:
    """Pairs of rows that look like one, the strongest reason of each pair, then by likeness.

    `rows`: index = ids in the order in which they came; columns of `exact` (a key each, "" = not known) and `name`, the
    comparable name. A column "within", when there is one, keeps likeness of names inside its groups.
    """
    found: dict[tuple[Any, Any], Reason] = {}
    for column, reason in exact:
        for pair in _sharing(rows[column]):
            found.setdefault(pair, reason)
    for pair in _alike(rows, name):
        found.setdefault(pair, Reason.LIKE_NAME)
    names = rows[name]
    listed = [
        Candidate(first, second, reason, fuzz.token_sort_ratio(names[first], names[second]))
        for (first, second), reason in found.items()
    ]
    order = {reason: place for place, reason in enumerate(Reason)}
    return sorted(listed, key=lambda one: (order[one.reason], -one.likeness))


def _sharing(keys: "pd.Series[Any]") -> Iterator[tuple[Any, Any]]:
    known = keys[keys != ""]
    known = known[known.duplicated(keep=False)]
    for _key, group in known.groupby(known, sort=False):
        yield from combinations(list(group.index)[:PAIRS_OF_A_KEY], 2)


def _alike(rows: pd.DataFrame, name: str) -> Iterator[tuple[Any, Any]]:
    """Names that begin alike are compared; a crowded beginning is looked at in order, block by block."""
    named = rows[rows[name] != ""]
    start = named[name].str.replace(" ", "").str[:4]
    groups = [start, named["within"]] if "within" in named else [start]
    for _start, group in named.groupby(groups, sort=False):
        if len(group) < 2:
            continue
        ordered = group[name].sort_values(kind="stable")
        for begin in range(0, len(ordered), BLOCK):
            block = ordered.iloc[begin : begin + BLOCK]
            yield from _close(block)


def _close(block: "pd.Series[Any]") -> Iterator[tuple[Any, Any]]:
    names = block.tolist()
    scores = process.cdist(names, names, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE, dtype=np.float32)
    for one, other in zip(*np.nonzero(np.triu(scores, 1)), strict=True):
        # Two numbers in one name are two shops, not two spellings.
        if _digits(names[one]) == _digits(names[other]):
            first, second = sorted((block.index[one], block.index[other]))
            yield first, second


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
