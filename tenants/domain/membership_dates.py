"""Who is in which team when: periods of days, half-open, an absent end being unbounded."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Stay:
    """A person's time in a team, [start, end): None starts since always, None ends never."""

    id: UUID
    team_id: UUID
    start: date | None
    end: date | None

    def covers(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, start: date | None, end: date | None) -> bool:
        begins_in_time = self.start is None or end is None or self.start < end
        return begins_in_time and (self.end is None or start is None or start < self.end)


@dataclass(frozen=True, slots=True)
class Move:
    """What a move comes to: the stay that it ends, and the stay that stands in its way, each or neither."""

    closes: Stay | None
    blocked_by: Stay | None


def plan_move(stays: list[Stay], start: date | None, end: date | None) -> Move:
    """Work out a move to another team over [start, end) for a person with these stays.

    The stay under way on the day of the move ends there; one that begins that day or later is not pushed aside
    in silence, it blocks. A move since always ends nothing, so any stay it meets blocks it.
    """
    under_way = [stay for stay in stays if start is not None and stay.covers(start) and stay.start != start]
    closes = under_way[0] if under_way else None
    others = sorted(
        (stay for stay in stays if stay is not closes and stay.overlaps(start, end)),
        key=lambda stay: stay.start or date.min,
    )
    return Move(closes=closes, blocked_by=others[0] if others else None)
