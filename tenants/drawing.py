"""Positions of the small drawings made on the server (interval whiskers, progress against the path).

Axes run from 0 to 100. Positions are strings with a decimal point: an SVG attribute must not follow
the reader's decimal comma, which Django's localisation would otherwise write.
"""

from __future__ import annotations

from dataclasses import dataclass

from tenants.formatting import Number

AXIS = 100.0
# Free space on the right, so that the furthest mark is not glued to the edge.
HEADROOM = 1.15


@dataclass(frozen=True, slots=True)
class Whisker:
    """An interval with its estimate and target, on a 0-100 axis; empty strings are marks not to draw."""

    low: str
    width: str
    value: str
    target: str


@dataclass(frozen=True, slots=True)
class ProgressPositions:
    """An own position, the path's position today and the target, on a 0-100 axis; empty is not drawn."""

    actual: str
    path: str
    target: str


def whisker(
    *,
    low: Number | None,
    high: Number | None,
    value: Number | None,
    target: Number | None,
    top: Number | None,
) -> Whisker:
    """Place [low, high], value and target on an axis from 0 to `top` (same unit; chosen when None).

    Give the same `top` to every row of a table, so that the bars can be compared.
    """
    marks = [float(mark) for mark in (low, high, value, target) if mark is not None]
    end = float(top) if top else max(marks, default=1.0) * HEADROOM
    start = _place(low, end)
    finish = _place(high, end)
    width = finish - start if start is not None and finish is not None else None
    return Whisker(
        low=_text(start),
        width=_text(width),
        value=_text(_place(value, end)),
        target=_text(_place(target, end)),
    )


def progress_positions(
    *, actual: Number | None, path: Number | None, target: Number | None
) -> ProgressPositions:
    """Place the actual and the path's value on an axis that ends at the target, or at what passes it."""
    marks = [float(mark) for mark in (actual, path, target) if mark is not None]
    end = max(marks, default=1.0)
    return ProgressPositions(
        actual=_text(_place(actual, end)), path=_text(_place(path, end)), target=_text(_place(target, end))
    )


def _place(mark: Number | None, end: float) -> float | None:
    if mark is None:
        return None
    if end <= 0:
        return 0.0
    return min(max(float(mark) / end * AXIS, 0.0), AXIS)


def _text(position: float | None) -> str:
    return "" if position is None else f"{position:.2f}"
