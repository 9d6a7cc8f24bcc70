"""Six months of meetings, drawn from a seed: each with all that was said of it, in the order of the state machine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from demo.partner_stories import Manner
from prospecting.domain.meetings import ACCEPTED, Side, State, Verb, move

MONTHS = 6
HOURS = range(9, 17)
ABSENT_HOST, CANCELLED, MOVED, LATE_ANSWER, DISPUTED = 0.03, 0.06, 0.06, 0.07, 0.2
OVERTURNED, UNDECIDED = 0.3, 0.1  # of the disputes
NIGHT = time(2, 4)

Due = Callable[[date, int], date]  # so many working days after a day
ANSWER_DAYS, SECOND_LOOK_DAYS = 2, 5


@dataclass(slots=True)
class Life:
    """A meeting and what was said of it: (verb, side, at). place: a number, one for each host, day and hour."""

    starts_at: datetime
    booked_at: datetime
    host: int
    said: list[tuple[Verb, Side, datetime]] = field(default_factory=list)
    due_on: date | None = None
    second_look_due_on: date | None = None
    lacks_decider: bool = False
    in_target: bool = True
    moved_from: "Life | None" = None

    def states(self, until: datetime) -> Iterator[tuple[Verb, State, State, Side, datetime]]:
        """Each move until a moment, checked against the table of the state machine."""
        state = State.BOOKED
        for verb, side, at in self.said:
            if at >= until:
                return
            after = move(state, verb, side)
            yield verb, state, after, side, at
            state = after

    def state(self, until: datetime) -> State:
        return ([State.BOOKED, *(after for _verb, _before, after, _side, _at in self.states(until))])[-1]

    def accepted_at(self, until: datetime) -> datetime | None:
        moves = list(self.states(until))
        return moves[-1][4] if moves and moves[-1][2] in ACCEPTED else None


def draw(
    manner: Manner, *, seed: int, days: list[date], hosts: int, zone: ZoneInfo, due: Due, taken: set[tuple[Any, ...]]
) -> list[Life]:  # fmt: skip
    """The lives of the meetings on these working days. `taken`: host, day and hour, kept between who prospects."""
    random = np.random.default_rng(seed)
    lives: list[Life] = []
    per_day = manner.per_month * MONTHS / max(len(days), 1)
    for day in days:
        for _number in range(random.poisson(per_day)):
            life = _placed(day, random, hosts, zone, taken)
            if life is not None:
                lives += _lived(life, manner, random, hosts, zone, due, taken)
    return lives


def _placed(
    day: date, random: np.random.Generator, hosts: int, zone: ZoneInfo, taken: set[tuple[Any, ...]]
) -> Life | None:
    host, hour = int(random.integers(hosts)), int(random.choice(HOURS))
    if (host, day, hour) in taken:
        return None
    taken.add((host, day, hour))
    starts = datetime.combine(day, time(hour), zone)
    return Life(starts, starts - timedelta(days=float(random.uniform(3, 12))), host)


def _lived(
    life: Life, manner: Manner, random: np.random.Generator, hosts: int, zone: ZoneInfo, due: Due,
    taken: set[tuple[Any, ...]],
) -> list[Life]:  # fmt: skip
    life.in_target = bool(random.random() < manner.in_target)
    logged = life.starts_at + timedelta(
        minutes=30, hours=float(random.lognormal(np.log(manner.log_hours), 0.7))
    )
    fate = random.random()
    if (fate := fate - CANCELLED) < 0:
        before = timedelta(hours=float(random.choice([3, 30, 50])))
        life.said.append((Verb.CANCEL, Side.SOURCE, max(life.starts_at - before, life.booked_at)))
        return [life]
    if (fate := fate - MOVED) < 0:
        return [life, *_moved(life, manner, random, hosts, zone, due, taken)]
    if (fate := fate - ABSENT_HOST) < 0:
        life.said.append((Verb.HOST_NO_SHOW, Side.SOURCE, logged))
        return [life]
    if (fate - manner.guest_absent) < 0:
        life.said.append((Verb.GUEST_NO_SHOW, Side.SOURCE, logged))
        return [life]
    _judged(life, manner, random, zone, due, logged)
    return [life]


def _moved(
    life: Life, manner: Manner, random: np.random.Generator, hosts: int, zone: ZoneInfo, due: Due,
    taken: set[tuple[Any, ...]],
) -> list[Life]:  # fmt: skip
    said = life.starts_at - timedelta(hours=20)
    again = _placed(life.starts_at.date() + timedelta(days=7), random, hosts, zone, taken)
    if again is None or again.starts_at.weekday() > 4:
        life.said.append((Verb.CANCEL, Side.SOURCE, max(said, life.booked_at)))
        return []
    said = max(said, life.booked_at)
    life.said.append((Verb.RESCHEDULE, Side.SOURCE, said))
    again.booked_at, again.moved_from, again.in_target = said, life, life.in_target
    logged = again.starts_at + timedelta(
        minutes=30, hours=float(random.lognormal(np.log(manner.log_hours), 0.7))
    )
    _judged(again, manner, random, zone, due, logged)
    return [again]


def _judged(
    life: Life, manner: Manner, random: np.random.Generator, zone: ZoneInfo, due: Due, logged: datetime
) -> None:
    life.said.append((Verb.HOLD, Side.SOURCE, logged))
    life.due_on = due(logged.astimezone(zone).date(), ANSWER_DAYS)
    end = datetime.combine(life.due_on, time(18), zone)
    answered = min(logged + timedelta(hours=float(random.lognormal(np.log(20), 0.6))), end)
    if random.random() < LATE_ANSWER:
        lapsed = datetime.combine(life.due_on + timedelta(days=1), NIGHT, zone)
        life.said.append((Verb.LAPSE, Side.CLOCK, lapsed))
    elif random.random() < manner.accepted:
        life.said.append((Verb.ACCEPT, Side.CLIENT, max(answered, logged)))
    else:
        life.lacks_decider = bool(random.random() < manner.decider)
        answered = max(answered, logged)
        life.said.append((Verb.REFUSE, Side.CLIENT, answered))
        if random.random() < DISPUTED:
            _disputed(life, random, zone, due, answered + timedelta(hours=20))


def _disputed(life: Life, random: np.random.Generator, zone: ZoneInfo, due: Due, asked: datetime) -> None:
    life.said.append((Verb.DISPUTE, Side.SOURCE, asked))
    life.second_look_due_on = due(asked.astimezone(zone).date(), SECOND_LOOK_DAYS)
    fate = random.random()
    if fate > 1 - UNDECIDED:
        night = datetime.combine(life.second_look_due_on + timedelta(days=1), NIGHT, zone)
        life.said.append((Verb.EXPIRE, Side.CLOCK, night))
    else:
        verb = Verb.OVERTURN if fate < OVERTURNED else Verb.UPHOLD
        life.said.append((verb, Side.CLIENT, asked + timedelta(days=3)))
