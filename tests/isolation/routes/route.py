"""What an entry of the registers says, and what several of them take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tenants.domain.roles import Permission
from tests.isolation.world import AS_OF, World


@dataclass(frozen=True, slots=True)
class Id:
    """The id of the world's row of this model: `Id("pipeline.Stage")`."""

    label: str


Values = dict[str, Any]  # literals, Ids, or functions of a World


@dataclass(frozen=True, slots=True)
class Route:
    kwargs: Values = field(default_factory=dict)
    query: Values = field(default_factory=dict)
    post: Values | None = None
    get: int | tuple[int, ...] | None = 200  # several, where it depends on the role
    posted: int | tuple[int, ...] = 302  # several, where it depends on the role
    post_needs: Permission | None = None  # where a POST takes more than the view's own permission
    refusals: dict[str, int] = field(
        default_factory=dict
    )  # parts of the path that are refused otherwise than by 404


# The cycle and the day that a page looks at.
LOOKING: Values = {"cycle": Id("objectives.Cycle"), "as_of": AS_OF.isoformat()}
OWNERS: Values = {"team": Id("tenants.Team"), "person": Id("tenants.Person")}
CYCLE: Values = {"cycle": Id("objectives.Cycle")}


def version(label: str) -> Callable[[World], int]:
    """The version of a row, for forms that carry the one that was read."""
    return lambda world: world.rows[label].version
