"""The stored levers of a gap with the names of the stages between which they act."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.models import Stage

RATE = "rate"


@dataclass(frozen=True, slots=True)
class LeverLine:
    """One line of the gap. contribution: unit of the objective (money in minor units). from_name, to_name: rates only."""

    lever: str
    contribution: float
    stage_id: str | None = None
    from_name: str = ""
    to_name: str = ""

    @property
    def key(self) -> str:
        """The lever's name in documents: the same in every language."""
        return f"{self.lever}: {self.from_name} → {self.to_name}" if self.lever == RATE else self.lever


def lever_lines(stored: Sequence[dict[str, Any]], stages: Sequence[Stage]) -> list[LeverLine]:
    """GapResult.levers in their order; they sum to the gap to path. Each rate leads to the next one's stage."""
    names = {str(stage.id): stage.name for stage in stages}
    won = next((stage.name for stage in stages if stage.kind == Stage.Kind.WON), "")
    left = [lever["stage"] for lever in stored if lever["lever"] == RATE]
    following = dict(zip(left, [*left[1:], None], strict=False))
    return [
        LeverLine(
            lever=lever["lever"],
            contribution=lever["contribution"],
            stage_id=lever.get("stage"),
            from_name=names.get(lever["stage"], "") if lever["lever"] == RATE else "",
            to_name=names.get(following[lever["stage"]] or "", won) if lever["lever"] == RATE else "",
        )
        for lever in stored
    ]
