"""The context of an objective: who is targeted, how, and what the field is like (R3, R5). A JSON document of its row.

An owner inherits, field by field, what the nearest owner above has said: a director fills it in once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypedDict, cast

# Factors of the field, each from -2 (much harder than usual) to 2 (much easier); 0 is neutral.
FACTORS: Final = (
    "target_maturity",
    "brand_awareness",
    "competitive_intensity",
    "offer_complexity",
    "team_capacity",
)
HARDEST, EASIEST = -2, 2


class Constraints(TypedDict, total=False):
    """What the field makes harder or easier. ``multipliers`` replaces the documented multiplier of a factor."""

    target_maturity: int
    brand_awareness: int
    competitive_intensity: int
    offer_complexity: int
    team_capacity: int
    multipliers: dict[str, float]


class Context(TypedDict, total=False):
    """``not_applicable``: the reason why a field has nothing to say, by name of the field."""

    segments: list[str]
    account_profile: str
    maturity: str
    channels: list[str]
    qualification: str
    success: str
    reason: str
    constraints: Constraints
    constraints_reviewed: bool
    not_applicable: dict[str, str]


# The fields that can be said, or be declared without object with a reason.
FIELDS: Final = (
    "segments",
    "account_profile",
    "maturity",
    "channels",
    "qualification",
    "success",
    "reason",
    "constraints_reviewed",
)


def is_said(value: object) -> bool:
    """Whether a field has something in it: a text or a list that is not blank, or True."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, list | tuple):
        return any(is_said(part) for part in value)
    return value is True


def why_not(context: Context, field: str) -> str:
    """The reason why a field does not apply; "" when it does, or when nobody gave a reason."""
    return str(context.get("not_applicable", {}).get(field) or "").strip()


def effective(own: Context, *ancestors: Context) -> Context:
    """Return what holds for an owner: field by field, the nearest that says something wins.

    ``ancestors`` from the direct parent up. A reasoned "not applicable" says something too, and a value that is
    nearer replaces it. The factors of the constraints, 0 included, and their multipliers are fields of their own.
    """
    found: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    chain = (own, *ancestors)
    for field in FIELDS:
        for context in chain:
            value = cast("Mapping[str, Any]", context).get(field)
            if is_said(value):
                found[field] = value
            elif why_not(context, field):
                reasons[field] = why_not(context, field)
            else:
                continue
            break
    if reasons:
        found["not_applicable"] = reasons
    constraints = effective_constraints(*(context.get("constraints", {}) for context in chain))
    if constraints:
        found["constraints"] = constraints
    return cast(Context, found)


def handed_down[T](
    above: Sequence[int | None], own: Sequence[T], join: Callable[[T, T], T], nothing: T
) -> list[T]:
    """Return what holds for each of n owners of a tree: its own joined with what holds for the one above.

    ``above``: the place of that one, (n,), None at the top; ``own``: what each says itself, (n,); ``join``: of the own
    and of what holds above, as `effective`. Who says nothing shares the document of who is above, and who says the same
    under the same shares one: few are made, however many the owners. A circle, which nothing writes, ends at ``nothing``.
    """
    found: list[T | None] = [None] * len(own)
    made: dict[tuple[int, int], T] = {}
    for start in range(len(own)):
        path = []
        place: int | None = start
        while place is not None and found[place] is None:
            found[place] = nothing
            path.append(place)
            place = above[place]
        inherited = nothing if place is None else cast(T, found[place])
        for place in reversed(path):
            if own[place]:
                alike = (id(own[place]), id(inherited))
                if alike not in made:
                    made[alike] = join(own[place], inherited)
                inherited = made[alike]
            found[place] = inherited
    return cast("list[T]", found)


def inherited_from(field: str, own: Context, *ancestors: Context) -> int | None:
    """Return how far above a field is said: 0 for the owner itself, 1 for the parent; None when nobody says it."""
    for height, context in enumerate((own, *ancestors)):
        if is_said(cast("Mapping[str, Any]", context).get(field)) or why_not(context, field):
            return height
    return None


def effective_constraints(own: Constraints, *ancestors: Constraints) -> Constraints:
    """Likewise of the constraints alone. What holds for the parent stands for all ancestors."""
    found: dict[str, Any] = {}
    multipliers: dict[str, float] = {}
    for constraints in reversed((own, *ancestors)):
        said = cast("Mapping[str, Any]", constraints)
        found |= {factor: said[factor] for factor in FACTORS if said.get(factor) is not None}
        multipliers |= constraints.get("multipliers", {})
    if multipliers:
        found["multipliers"] = multipliers
    return cast(Constraints, found)
