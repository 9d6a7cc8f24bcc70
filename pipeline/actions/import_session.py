"""What every step of one import knows, and what it reports."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from pipeline.domain.importing.mapping import ColumnMapping
from pipeline.models import Stage
from tenants.access import Actor
from tenants.models import Organisation

NAMES_SHOWN = 200
ERRORS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Session:
    """One import of one file. `today` is the organisation's local day; `progress(step, done, total)` reports."""

    organisation: Organisation
    mapping: ColumnMapping
    stages: tuple[Stage, ...]  # in order, open ones first
    today: date
    create_unknown: bool
    import_run: UUID | None
    by: Actor
    progress: Callable[[str, int, int], None]

    @property
    def params(self) -> dict[str, Any]:
        """Parameters that every statement may name."""
        return {
            "organisation": self.organisation.id,
            "run": self.import_run,
            "actor": self.by.id,
            "today": self.today,
        }

    @property
    def fields(self) -> frozenset[str]:
        """The fields that a column is matched with."""
        return frozenset(self.mapping.columns.values())

    def header(self, column: str) -> str:
        return self.mapping.header_of(column)


@dataclass(slots=True)
class Report:
    """What became of the rows of a file: created + changed + unchanged + refused is their number.

    When the whole file is refused for some of its rows, only these are counted.
    """

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    is_refused: bool = False  # the whole file
    repeated: int = 0  # of the unchanged rows of a history: exact repeats
    moved: int = 0  # opportunities, not rows: whose present stage follows the history
    notes: list[dict[str, Any]] = field(default_factory=list)  # {"code", "params"}
    new_names: dict[str, list[str]] = field(default_factory=dict)  # people, teams, companies, products
    new_counts: dict[str, int] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(
        default_factory=list
    )  # the first ones: {"row", "column", "code", "params"}

    def note(self, code: str, **params: Any) -> None:
        """Say something of the file; a count of 0 is not worth saying."""
        if params.get("count", 1):
            self.notes.append({"code": code, "params": params})

    def creates(self, what: str, names: list[str]) -> None:
        """Name what did not exist before this file."""
        if names:
            self.new_names[what] = [*self.new_names.get(what, []), *names][:NAMES_SHOWN]
            self.new_counts[what] = self.new_counts.get(what, 0) + len(names)

    def refuse(self) -> None:
        """Say that the whole file is refused: of what was tried, only the wrong rows remain."""
        self.is_refused = True
        self.created = self.changed = self.unchanged = self.repeated = self.moved = 0
        self.new_names, self.new_counts = {}, {}

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
