"""Scopes: the company, each team with the teams above it, each person. Grouped counts are spread over them here.

Pure pandas; keys are any hashable ids.
"""

from collections.abc import Hashable, Mapping, Sequence
from enum import StrEnum

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

    Returns scope_kind, scope (None for the company), the keys of `by`, the sums. A team's figures hold those of the
    teams below it, as each row is repeated once for every team of its line: sums, never averages of percentages.
    """
    keys = [*by]
    values = [column for column in rows.columns if column not in {"team", "owner", *keys}]
    company = _summed(
        rows.assign(scope=pd.Series([None] * len(rows), index=rows.index, dtype=object)), keys, values
    )
    line = pd.DataFrame(
        [(team, above) for team, teams in lines.items() for above in teams if team != nobody],
        columns=["team", "scope"],
        dtype=object,
    )
    teams = _summed(rows.astype({"team": object}).merge(line, on="team"), keys, values)
    owned = rows[rows["owner"] != nobody].astype({"owner": object})
    people = _summed(owned.rename(columns={"owner": "scope"}), keys, values)
    kinds = [(ScopeKind.COMPANY, company), (ScopeKind.TEAM, teams), (ScopeKind.PERSON, people)]
    parts = [part.assign(scope_kind=kind.value) for kind, part in kinds if not part.empty]
    if not parts:
        return pd.DataFrame(columns=["scope_kind", "scope", *keys, *values])
    return pd.concat(parts, ignore_index=True)[["scope_kind", "scope", *keys, *values]]


def _summed(rows: pd.DataFrame, keys: list[str], values: list[str]) -> pd.DataFrame:
    grouped = rows.groupby(["scope", *keys], observed=True, sort=False, dropna=False)[values].sum()
    return grouped.reset_index()
