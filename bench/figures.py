"""Ratios of two costs measured in turn, and how they are shown."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import log
from pathlib import Path
from statistics import median

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """What something costs beside its denominator. Seconds; exponent: of our growth from the size before, or None.

    other_is_constant: the denominator does not depend on the size, so that what it grows by is the machine's mood.
    """

    name: str
    size: int
    ours: float
    other: float
    budget: float
    other_is_constant: bool = False
    exponent: float | None = None
    most_exponent: float | None = None
    other_exponent: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.other

    @property
    def cost(self) -> float:
        """What is compared between sizes."""
        return self.ratio if self.other_is_constant else self.ours

    @property
    def is_met(self) -> bool:
        flat = self.exponent is None or self.most_exponent is None or self.exponent <= self.most_exponent
        return self.ratio <= self.budget and flat


def seconds(work: Work) -> float:
    """How long a piece of work takes, once."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turn(
    ours: Work, other: Work, *, times: int, before_ours: Work | None = None, before_other: Work | None = None
) -> tuple[float, float]:
    """Medians of two pieces of work done A B A B…, so that what slows the machine slows both; preparation is free."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for kept, prepare, work in zip(taken, (before_ours, before_other), (ours, other), strict=True):
            if prepare is not None:
                prepare()
            kept.append(seconds(work))
    return median(taken[0]), median(taken[1])


def with_exponents(figures: Iterable[Figure]) -> list[Figure]:
    """The figures, by name and size, each with the exponent e of its growth: cost ~ size^e, from the size before."""
    found: list[Figure] = []
    by_name: dict[str, list[Figure]] = {}
    for figure in figures:
        by_name.setdefault(figure.name, []).append(figure)
    for group in by_name.values():
        group.sort(key=lambda figure: figure.size)
        found.append(group[0])
        for smaller, larger in pairwise(group):
            growth = log(larger.size / smaller.size)
            found.append(
                Figure(
                    **asdict(larger)
                    | {
                        "exponent": log(larger.cost / smaller.cost) / growth,
                        "other_exponent": log(larger.other / smaller.other) / growth,
                    }
                )
            )
    return found


def write_json(figures: Iterable[Figure], path: Path) -> None:
    rows = [
        {
            "name": figure.name,
            "size": figure.size,
            "ratio": round(figure.ratio, 4),
            "budget": figure.budget,
            "exponent": None if figure.exponent is None else round(figure.exponent, 3),
        }
        for figure in figures
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


HEADERS = ("what", "size", "ours", "beside", "ratio", "budget", "exponent", "beside's", "")


def cells(figure: Figure) -> tuple[str, ...]:
    """A figure as it is read, under HEADERS."""
    return (
        figure.name,
        f"{figure.size:,}".replace(",", " "),
        _duration(figure.ours),
        _duration(figure.other),
        f"{figure.ratio:.2f}",
        f"{figure.budget:g}",
        _exponent(figure.exponent),
        _exponent(figure.other_exponent),
        "met" if figure.is_met else "not met",
    )


def markdown(figures: Iterable[Figure]) -> str:
    """The table of docs/performance.md."""
    head = "| " + " | ".join(HEADERS) + " |"
    rule = "|" + "---|" + "---:|" * (len(HEADERS) - 2) + "---|"
    return "\n".join([head, rule, *("| " + " | ".join(cells(figure)) + " |" for figure in figures)])


def line(figure: Figure) -> str:
    """A figure as soon as it is there."""
    widths = (44, 11, 10, 10, 8, 8, 8, 8, 8)
    return "".join(
        text.ljust(width) if place == 0 else text.rjust(width)
        for place, (text, width) in enumerate(zip(cells(figure), widths, strict=True))
    ).rstrip()


def _duration(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def _exponent(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
