"""What a scenario keeps of a what-if: the levers that were moved or unlocked, and the target (R20). Pure."""

from collections.abc import Mapping
from typing import Any, Final, TypedDict
from uuid import UUID

VOLUME: Final = "volume"  # deals opened a week by a full-time salesperson
CAPACITY: Final = "capacity"  # full-time salespeople at work
AVERAGE_VALUE: Final = "average_value"  # minor units
CYCLE_DAYS: Final = "cycle_days"  # median days from the opening to the win
LEVERS: Final = (
    VOLUME,
    CAPACITY,
    AVERAGE_VALUE,
    CYCLE_DAYS,
)  # beside those, the rate of each stage by its id

MOST_RATES, MOST_CHANNELS, LONGEST_CHANNEL = 50, 50, 120
LARGEST = 10**15


class Setting(TypedDict):
    """A lever: the typed value (None: as it is today), and whether its padlock is closed."""

    value: float | None
    locked: bool


class Target(TypedDict):
    """value None: the objective's own."""

    value: int | None
    locked: bool


class Scenario(TypedDict):
    """mix: the share of each channel in the deals to come, Σ = 1; empty: as it is today."""

    target: Target
    levers: dict[str, Setting]
    mix: dict[str, float]


class ScenarioError(ValueError):
    """The document has no meaning; ``field`` says where: "target", a lever, "mix"."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"not a scenario: {field}")


def empty() -> Scenario:
    """Today: nothing typed, every padlock closed."""
    return Scenario(target=Target(value=None, locked=True), levers={}, mix={})


def checked(document: Any) -> Scenario:
    """The same document with what says nothing left out. Raises ScenarioError at the first field without meaning."""
    if not isinstance(document, Mapping) or set(document) - {"target", "levers", "mix"}:
        raise ScenarioError("document")
    given = _mapping("target", document.get("target"))
    target = Target(
        value=None if given.get("value") is None else int(_number("target", given["value"])),
        locked=_bool("target", given.get("locked", True)),
    )
    return Scenario(
        target=target,
        levers=_levers(_mapping("levers", document.get("levers"))),
        mix=_mix(_mapping("mix", document.get("mix"))),
    )


def is_rate(key: str) -> bool:
    """Whether the lever is the rate out of a stage."""
    return key not in LEVERS


def _levers(given: Mapping[str, Any]) -> dict[str, Setting]:
    if len(given) > MOST_RATES + len(LEVERS):
        raise ScenarioError("levers")
    found: dict[str, Setting] = {}
    for key, said in given.items():
        if is_rate(key):
            _stage(key)
        setting = _mapping(key, said)
        value = None if setting.get("value") is None else _number(key, setting["value"])
        if value is not None and ((is_rate(key) and value > 1) or (key == CYCLE_DAYS and value == 0)):
            raise ScenarioError(key)
        locked = _bool(key, setting.get("locked", True))
        if value is not None or not locked:
            found[key] = Setting(value=value, locked=locked)
    return found


def _mix(given: Mapping[str, Any]) -> dict[str, float]:
    if len(given) > MOST_CHANNELS or any(len(channel) > LONGEST_CHANNEL for channel in given):
        raise ScenarioError("mix")
    shares = {channel: _number("mix", share) for channel, share in given.items()}
    if shares and abs(sum(shares.values()) - 1.0) > 1e-6:
        raise ScenarioError("mix")
    return shares


def _mapping(field: str, value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ScenarioError(field)
    return value


def _number(field: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise ScenarioError(field)
    return float(value)


def _bool(field: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ScenarioError(field)
    return value


def _stage(key: str) -> None:
    try:
        UUID(key)
    except ValueError:
        raise ScenarioError(key) from None
