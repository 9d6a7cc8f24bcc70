"""Scopes: the company, each team with the teams above it, each person. Grouped counts are spread over them here.

Pure pandas; keys are any hashable ids.
"""

from collections.abc import Hashable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd


class ScopeKind(StrEnum):
    COMPANY = "company"
    TEAM = "team"
    PERSON = "person"


def spread(
    rows: pd.DataFrame,
    lines: Mapping[Hashable, Sequence[Hashable]],
    by: Sequence[str],
    *,
    nobody: Hashable = None,
) -> pd.DataFrame:
    """Sum `rows` for every scope: once for the company, for each team of the line above its team, for its person.

    rows: columns `team`, `owner`, those of `by` (keys kept) and numeric ones (summed). lines: team → itself and the
    teams above it. Rows of `nobody` count for the company only, and rows of a team that has no line for the
    company and the person.

    Returns place (a number of the scope), scope_kind, scope (NaN for the company), the keys of `by`, the sums. A team's
    figures hold those of the teams below it, as each row is repeated once for every team of its line: sums, never averages
    of percentages.
    """
    keys = [*by]
    values = [column for column in rows.columns if column not in {"team", "owner", *keys}]
    # By number: an id is hashed once here, and not for every row of every grouping.
    team, teams = pd.factorize(rows["team"])
    owner, owners = pd.factorize(rows["owner"])
    row, above, scopes = _lines(team, [[] if one == nobody else lines.get(one, []) for one in teams])
    owned = np.flatnonzero((owner >= 0) & np.array([*(one != nobody for one in owners), False])[owner])
    places: list[tuple[ScopeKind, np.ndarray, np.ndarray, list[Any]]] = [
        (ScopeKind.COMPANY, np.arange(len(rows)), np.zeros(len(rows), dtype=np.int64), [np.nan]),
        (ScopeKind.TEAM, row, above, scopes),
        (ScopeKind.PERSON, owned, owner[owned], [*owners]),
    ]
    if rows.empty:
        return pd.DataFrame(columns=["place", "scope_kind", "scope", *keys, *values])
    of_keys = _numbered(rows, keys)
    width = int(of_keys.max()) + 1
    columns = {name: rows[name].to_numpy() for name in values}
    first, named, kinds, numbers, so_far = [], [], [], [], 0
    sums: dict[str, list[np.ndarray]] = {name: [] for name in values}
    for kind, held, number, ids in places:
        group, which = pd.factorize(number * width + of_keys[held])
        place = np.zeros(len(which), dtype=np.int64)
        place[group[::-1]] = held[::-1]  # the last to be written is the first row of its group
        first.append(place)
        named.append(np.fromiter(ids, dtype=object, count=len(ids))[which // width])
        numbers.append(so_far + which // width)
        so_far += len(ids)
        kinds += [kind.value] * len(which)
        for name, column in columns.items():
            total = np.zeros(len(which), dtype=column.dtype)
            np.add.at(total, group, column[held])
            sums[name].append(total)
    found = rows[keys].iloc[np.concatenate(first)].reset_index(drop=True)
    found.insert(0, "place", np.concatenate(numbers))
    found.insert(1, "scope_kind", np.array(kinds, dtype=object))
    found.insert(2, "scope", np.concatenate(named))
    return found.assign(**{name: np.concatenate(parts) for name, parts in sums.items()})


def _numbered(rows: pd.DataFrame, keys: Sequence[str]) -> np.ndarray:
    """Each row's combination of keys as a number."""
    found = np.zeros(len(rows), dtype=np.int64)
    for key in keys:
        code, known = pd.factorize(rows[key], use_na_sentinel=False)
        found = found * len(known) + code
    return found


def _lines(team: np.ndarray, lines: Sequence[Sequence[Hashable]]) -> tuple[np.ndarray, np.ndarray, list[Any]]:
    """Each row once for every team of its line: which row, the number of the team, and the teams by number.

    team: of each row, into lines; −1 for none.
    """
    scopes = [*dict.fromkeys(one for line in lines for one in line)]
    number = {one: place for place, one in enumerate(scopes)}
    flat = np.array([number[one] for line in lines for one in line], dtype=np.int64)
    length = np.array([*(len(line) for line in lines), 0], dtype=np.int64)  # the last: for no team
    begin = np.cumsum(length) - length
    times = length[team]
    row = np.repeat(np.arange(len(team)), times)
    step = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    return row, flat[begin[team][row] + step], scopes
