"""Rules across the cells of a row, on whole columns.

Columns are (n,) arrays of canonical strings, "" when empty; a rule changes them in place and reports the
rows that it refuses to a `Failures`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from pipeline.domain.importing.errors import Problem
from pipeline.domain.importing.keys import normalise_key
from pipeline.domain.importing.mapping import ColumnMapping

Columns = dict[str, np.ndarray]

# Names that mean a closed stage when the organisation's own stages do not say so.
CLOSED_NAMES = {
    "won": ("won", "closedwon", "fermegagne", "gagne", "gagnee", "signe", "signee"),
    "lost": ("lost", "closedlost", "fermeperdu", "perdu", "perdue"),
}
DEFAULT_CLOSED_STAGES = {"won": "Won", "lost": "Lost"}


@dataclass(frozen=True)
class ImportSettings:
    """What the organisation says: currency and its decimals, time zone, stage names → open, won or lost."""

    currency: str
    exponent: int = 2
    time_zone: str = "UTC"
    stages: Mapping[str, str] = field(default_factory=dict)


class Failures:
    """The refused rows of a chunk, by position, and counts of what was noted without refusing."""

    def __init__(self, size: int) -> None:
        self.failed = np.zeros(size, dtype=bool)
        self.found: list[tuple[int, str, Problem]] = []  # position, header, problem
        self.notes: Counter[str] = Counter()

    def add(self, where: np.ndarray, header: str, problem: Callable[[int], Problem]) -> None:
        """Refuse the rows of a mask; `problem` gives the reason of a position."""
        self.found.extend(
            (position, header, problem(position)) for position in np.flatnonzero(where).tolist()
        )
        self.failed |= where


def apply_rules(
    columns: Columns, mapping: ColumnMapping, settings: ImportSettings, failures: Failures
) -> None:
    """Every rule of the kind of file."""
    if mapping.kind.key == "opportunities":
        take_shares(columns, mapping, failures)
        settle_closing(columns, settings, failures)
        refuse_closed_before_created(columns, mapping, failures)
    elif mapping.kind.key == "companies" and "parent_company" in columns:
        refuse_own_parent(columns, mapping, failures)
    if mapping.kind.one_of:
        require_one_of(columns, mapping, failures)


def take_shares(columns: Columns, mapping: ColumnMapping, failures: Failures) -> None:
    """A margin or a recurring amount given as a share ("0.35%" stands for 35 %) becomes minor units."""
    for key in ("margin", "recurring_amount"):
        if key not in columns:
            continue
        values = columns[key]
        amounts = columns.get("amount", np.full(len(values), "", dtype=object))
        shares = np.char.endswith(values.astype(str), "%") & ~failures.failed

        def without_amount(position: int, values: np.ndarray = values) -> Problem:
            return Problem("share_without_amount", {"value": _percent(values[position])})

        failures.add(shares & (amounts == ""), mapping.header_of(key), without_amount)
        for position in np.flatnonzero(shares & (amounts != "")).tolist():
            values[position] = _share_of(amounts[position], values[position])


def _percent(share: str) -> str:
    return f"{(Decimal(share[:-1]) * 100).normalize():f} %"


def _share_of(amount: str, share: str) -> str:
    return str((Decimal(amount) * Decimal(share[:-1])).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def settle_closing(columns: Columns, settings: ImportSettings, failures: Failures) -> None:
    """One stage and one close date per row, from what the file spreads over several columns.

    A status of won or lost moves the row to the closed stage; the stage that the file names is kept as
    `stage_before_close`. The date of a win or a loss is the close date. A close date on an open row is the
    expected one, as CRMs mean it. Removes status, won_on and lost_on.
    """
    stage = columns["stage"]
    kinds = stage_kinds(stage, settings.stages)
    status = columns.pop("status", None)
    if status is not None:
        moved = ((status == "won") | (status == "lost")) & (status != kinds) & (stage != "")
        columns["stage_before_close"] = np.where(moved, stage, "")
        names = DEFAULT_CLOSED_STAGES | {kind: name for name, kind in reversed(list(settings.stages.items()))}
        stage[moved] = [names[kind] for kind in status[moved]]
        kinds[moved] = status[moved]
        failures.notes["stage_from_status"] += int((moved & ~failures.failed).sum())
    _merge_close_dates(columns, kinds)
    if "closed_on" in columns:
        closed = columns["closed_on"]
        expected = columns.setdefault("expected_close_on", np.full(len(stage), "", dtype=object))
        early = (kinds == "open") & (closed != "")
        expected[early] = np.where(expected[early] == "", closed[early], expected[early])
        closed[early] = ""
        undated = ((kinds == "won") | (kinds == "lost")) & (closed == "")
        failures.notes["closed_on_open_row"] += int((early & ~failures.failed).sum())
        failures.notes["closed_without_date"] += int((undated & ~failures.failed).sum())


def _merge_close_dates(columns: Columns, kinds: np.ndarray) -> None:
    """Won and lost dates into closed_on, on rows of that outcome that have none."""
    for kind in ("won", "lost"):
        dates = columns.pop(f"{kind}_on", None)
        if dates is not None:
            closed = columns.setdefault("closed_on", np.full(len(dates), "", dtype=object))
            taken = (kinds == kind) & (closed == "")
            closed[taken] = dates[taken]


def stage_kinds(stages: np.ndarray, known: Mapping[str, str]) -> np.ndarray:
    """open, won or lost of each stage name; "" for one that neither the organisation nor its name tells."""
    by_key = {key: kind for kind, keys in CLOSED_NAMES.items() for key in keys}
    by_key |= {normalise_key(name): kind for name, kind in known.items()}
    by_name = {name: by_key.get(normalise_key(name), "") for name in set(stages)}
    return np.array([by_name[name] for name in stages], dtype=object)


def refuse_closed_before_created(columns: Columns, mapping: ColumnMapping, failures: Failures) -> None:
    """ISO days compare as strings."""
    if "closed_on" not in columns or "created_on" not in columns:
        return
    closed, created = columns["closed_on"], columns["created_on"]
    wrong = ~failures.failed & (closed != "") & (created != "") & (closed < created)
    failures.add(
        wrong,
        mapping.header_of("closed_on"),
        lambda position: Problem(
            "closed_before_created", {"closed": closed[position], "created": created[position]}
        ),
    )


def refuse_own_parent(columns: Columns, mapping: ColumnMapping, failures: Failures) -> None:
    """A company named as its own parent company."""
    names, parents = columns["name"], columns["parent_company"]
    own = [
        bool(parent) and normalise_key(parent) == normalise_key(name)
        for name, parent in zip(names, parents, strict=True)
    ]
    failures.add(
        np.array(own, dtype=bool) & ~failures.failed,
        mapping.header_of("parent_company"),
        lambda position: Problem("own_parent", {"value": parents[position]}),
    )


def require_one_of(columns: Columns, mapping: ColumnMapping, failures: Failures) -> None:
    """At least one of the kind's alternatives is filled."""
    keys = [key for key in mapping.kind.one_of if key in columns]
    empty = np.logical_and.reduce([columns[key] == "" for key in keys])
    names = ", ".join(mapping.header_of(key) for key in keys)
    failures.add(
        empty & ~failures.failed,
        mapping.header_of(keys[0]),
        lambda _: Problem("required_one_of", {"fields": names}),
    )
