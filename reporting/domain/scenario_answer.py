"""What scenarios answer: each one's levers after the padlocks, its landing, and what every moved lever has in it (R20, F1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.landing import Past, land, summary
from pipeline.domain.landing_draws import Noise
from reporting.domain import what_if
from reporting.domain.what_if import Basis, Moves

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MIX = "mix"


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """The levers of a scope, (L,) each: ``keys``, ``today`` (NaN: cannot be moved), the own ``best``; and which of them act on
    what: ``opened``, ``value``, ``length`` are positions (−1: none), ``rates`` (K,) those of the basis' stages."""

    keys: list[str]
    today: Floats
    best: Floats
    opened: tuple[int, ...]
    value: int
    length: int
    rates: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """A scenario: typed values by key, keys that are free to move, ``mix`` what multiplies the worth of deals to come, and the
    ``target`` that the free levers must reach (None: they stay)."""

    values: Mapping[str, float]
    free: frozenset[str]
    mix: float
    target: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A landing in minor units. ``values`` (L,) levers after the padlocks; ``parts`` key → its share of the change of the mean
    (Shapley, whole units, summing to ``change``); ``residual`` still missing, ``surplus`` above the target."""

    values: Floats
    mean: float
    low: float
    high: float
    probability: float | None
    change: int
    parts: dict[str, int]
    residual: float
    surplus: float
    at_best: frozenset[str]


def answers(
    board: Board, basis: Basis, past: Past, noise: Noise, wishes: Sequence[Wish], aim: Sequence[float | None]
) -> list[Answer]:
    """The answers of today and of some scenarios. ``aim``: the target that each probability is of, today's first."""
    today = Wish({}, frozenset(), 1.0, None)
    asked = [today, *wishes]
    levers = np.array([_typed(board, wish) for wish in asked])
    levers = np.where(np.isnan(levers), board.today, levers)
    mixes = np.array([wish.mix for wish in asked])
    way = [_way(board, basis, past, noise, levers[i], wish) for i, wish in enumerate(asked)]  # scenarios, few
    levers = np.array(
        [_along(board, levers[i], asked[i].free, np.array([way[i]]))[0] for i in range(len(asked))]
    )
    given = what_if.moved(basis, moves(board, levers, mixes))
    told = summary(given, land(given, past, noise), [np.nan if one is None else one for one in aim])
    found = []
    for i, wish in enumerate(asked):
        mean, goal = float(told.mean[i]), wish.target
        change = round(mean) - round(float(told.mean[0]))
        gap = 0.0 if goal is None else goal - mean
        # What is left of rounding when the padlocks met the target is none.
        met = 0.0 < way[i] < 1.0
        found.append(
            Answer(
                values=levers[i], mean=mean, low=float(told.low[i]), high=float(told.high[i]),
                probability=None if np.isnan(told.probability[i]) else float(told.probability[i]),
                change=change, parts=parts(board, basis, levers[i], float(mixes[i]), change),
                residual=0.0 if met else max(0.0, gap), surplus=0.0 if met else max(0.0, -gap),
                at_best=frozenset(wish.free) if way[i] >= 1 else frozenset(),
            )
        )  # fmt: skip
    return found


def moves(board: Board, levers: Floats, mixes: Floats) -> Moves:
    """Levers (m, L) as what multiplies today's; one that cannot be known does not move anything."""
    factor = np.divide(levers, board.today, out=np.ones(levers.shape), where=board.today > 0)
    factor = np.where(np.isnan(factor), 1.0, factor)

    def of(position: int) -> Floats:
        return np.asarray(factor[:, position]) if position >= 0 else np.ones(len(factor))

    return Moves(
        opened=factor[:, list(board.opened)].prod(axis=1) * mixes,
        rates=np.column_stack([of(position) for position in board.rates])
        if board.rates
        else np.ones((len(factor), 0)),
        value=of(board.value),
        length=of(board.length),
    )


def parts(board: Board, basis: Basis, levers: Floats, mix: float, change: int) -> dict[str, int]:
    """What each moved lever has in the change of the mean, whole units that add up to it."""
    moved = np.flatnonzero((levers != board.today) & ~np.isnan(board.today))
    players = moved.size + (mix != 1.0)
    if not players:
        return {}

    def game(inside: Bools) -> Floats:
        rows = np.tile(board.today, (len(inside), 1))
        rows[:, moved] = np.where(inside[:, : moved.size], levers[moved], board.today[moved])
        mixes = np.where(inside[:, -1], mix, 1.0) if mix != 1.0 else np.ones(len(inside))
        return what_if.expected_landing(basis, moves(board, rows, mixes))

    exact = what_if.shares(game, players, float(change))
    names = [board.keys[i] for i in moved] + ([MIX] if mix != 1.0 else [])
    whole = np.floor(exact)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: round(change - whole.sum())]] += 1
    return {name: int(value) for name, value in zip(names, whole, strict=True)}


def _typed(board: Board, wish: Wish) -> list[float]:
    return [float(wish.values.get(key, np.nan)) for key in board.keys]


def _along(board: Board, levers: Floats, free: frozenset[str], part: Floats) -> Floats:
    """The free levers on their way from where they are to their best, x·(best/x)^part, (p, L)."""
    able = np.array([key in free for key in board.keys]) & (board.today > 0) & ~np.isnan(board.best)
    ratio = np.divide(board.best, levers, out=np.ones(levers.size), where=able & (levers > 0))
    return np.asarray(levers * ratio ** part[:, np.newaxis])


def _way(board: Board, basis: Basis, past: Past, noise: Noise, levers: Floats, wish: Wish) -> float:
    """How far the free levers go for the target.

    The closed form leaves out what the doubt about the rates adds: it is drawn at the place that was found, and the place
    is looked for again with it.
    """
    if wish.target is None or not wish.free:
        return 0.0
    part = 0.0

    def there(parts: Floats) -> Moves:
        return moves(board, _along(board, levers, wish.free, parts), np.full(parts.size, wish.mix))

    def expected(parts: Floats) -> Floats:
        return what_if.expected_landing(basis, there(parts))

    for _ in range(2):
        at = np.array([part])
        drawn = land(what_if.moved(basis, there(at)), past, noise).landing.mean()
        part = what_if.toward(expected, wish.target - float(drawn - expected(at)[0]))
    return part
