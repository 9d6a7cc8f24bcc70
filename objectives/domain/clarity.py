"""Clarity of an objective: how much of what makes it actionable has been said (formulas F9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from objectives.domain.context import Context, is_said, why_not

# What has to be said, and its weight; 100 in all. From "segments" on, the key is a field of the context.
ITEMS: Final[tuple[tuple[str, int], ...]] = (
    ("metric", 10),  # with its unit
    ("target", 10),
    ("period", 5),
    ("owner", 10),
    ("segments", 10),
    ("account_profile", 8),
    ("maturity", 8),
    ("channels", 8),
    ("qualification", 10),
    ("success", 8),
    ("reason", 8),
    ("constraints_reviewed", 5),
)
WHOLE: Final = sum(weight for _, weight in ITEMS)
# What an objective needs to be activated, unless the organisation says otherwise.
THRESHOLD: Final = 70
WEIGHTS: Final[Mapping[str, int]] = dict(ITEMS)


@dataclass(frozen=True, slots=True)
class Clarity:
    """``score`` from 0 to 100; ``missing``: keys of ITEMS that nothing is said about, the heaviest first."""

    score: int
    missing: tuple[str, ...]

    def is_enough(self, threshold: int = THRESHOLD) -> bool:
        """Whether the objective can be activated."""
        return self.score >= threshold


def score(
    *, metric: bool, target: bool, period: bool, owner: bool, context: Context, why: str = ""
) -> Clarity:
    """Return the clarity of an objective from what is said about it.

    ``metric`` (with its unit), ``target`` (0 is one, none is not), ``period`` and ``owner``: whether there is one;
    ``context``: the effective one, with what comes from above; ``why``: the reason in words of the objective itself,
    when it stands outside the context. A reasoned "not applicable" of a field of the context counts as said.
    Source: formulas F9.
    """
    fields = cast("Mapping[str, Any]", context)
    present = {"metric": metric, "target": target, "period": period, "owner": owner, "reason": is_said(why)}
    missing = [
        key
        for key, _ in ITEMS
        if not (present.get(key) or is_said(fields.get(key)) or (key not in _FACTS and why_not(context, key)))
    ]
    return Clarity(
        score=WHOLE - sum(WEIGHTS[key] for key in missing),
        missing=tuple(sorted(missing, key=lambda key: -WEIGHTS[key])),
    )


_FACTS: Final = ("metric", "target", "period", "owner")
