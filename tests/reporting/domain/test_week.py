from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.week import value_on, week_of, whole

START = date(2026, 1, 1)  # a Thursday
SUNDAYS = [date(2026, 1, 4) + timedelta(weeks=week) for week in range(6)]
PATH = [2.0, 5.0, 8.0, 11.0, 14.0, 17.0]


def test_a_week_asks_for_the_path_between_two_sundays() -> None:
    week = week_of(
        as_of=date(2026, 1, 13),
        start=START,
        dates=SUNDAYS,
        path=PATH,
        actual=[2.0, 5.0, None, None, None, None],
    )
    assert (week.monday, week.sunday, week.asked) == (date(2026, 1, 12), date(2026, 1, 18), 3.0)


def test_what_is_done_since_monday_is_taken_off() -> None:
    dates = [*SUNDAYS[:2], date(2026, 1, 13), *SUNDAYS[2:]]
    path = [2.0, 5.0, 6.0, *PATH[2:]]
    week = week_of(
        as_of=date(2026, 1, 13),
        start=START,
        dates=dates,
        path=path,
        actual=[2.0, 5.0, 6.0, None, None, None, None],
    )
    assert (week.done, week.left) == (1.0, 2.0)


def test_being_ahead_before_monday_does_not_make_the_week_negative() -> None:
    week = week_of(
        as_of=SUNDAYS[1], start=START, dates=SUNDAYS, path=PATH, actual=[4.0, 9.0, None, None, None, None]
    )
    assert (week.left, week.behind) == (3.0, 0.0)


def test_what_is_missing_before_monday_is_said_apart() -> None:
    week = week_of(
        as_of=SUNDAYS[1], start=START, dates=SUNDAYS, path=PATH, actual=[1.0, 3.0, None, None, None, None]
    )
    assert (week.asked, week.behind) == (3.0, 2.0)


def test_on_a_sunday_the_week_to_come_is_shown_with_nothing_done_yet() -> None:
    week = week_of(
        as_of=SUNDAYS[1], start=START, dates=SUNDAYS, path=PATH, actual=[2.0, 5.0, None, None, None, None]
    )
    assert (week.monday, week.done) == (date(2026, 1, 12), 0.0)


def test_the_first_week_begins_from_nothing() -> None:
    week = week_of(as_of=START, start=START, dates=SUNDAYS, path=PATH, actual=[None] * 6)
    assert (week.asked, week.done, week.behind) == (2.0, 0.0, 0.0)


def test_the_week_of_the_last_day_ends_with_the_path() -> None:
    week = week_of(as_of=SUNDAYS[5], start=START, dates=SUNDAYS, path=PATH, actual=PATH)
    assert week.asked == 0.0


def test_a_value_between_two_points_lies_on_the_line() -> None:
    assert value_on(SUNDAYS, PATH, date(2026, 1, 11) + timedelta(days=1)) == 5 + 3 / 7


def test_without_any_point_the_value_is_nothing() -> None:
    assert value_on([], [], START) == 0.0


def test_a_path_of_a_tenth_of_a_deal_a_week_asks_for_one_deal_in_ten_weeks() -> None:
    sundays = [date(2026, 1, 4) + timedelta(weeks=week) for week in range(10)]
    path = [0.1 * (week + 1) for week in range(10)]
    asked = [
        week_of(as_of=day - timedelta(days=2), start=START, dates=sundays, path=path, actual=[0.0] * 10)
        .in_whole()
        .asked
        for day in sundays
    ]
    assert sum(asked) == 1.0
    assert set(asked) == {0.0, 1.0}


def test_a_half_is_rounded_up() -> None:
    assert [whole(value) for value in (0.0, 0.49, 0.5, 2.0, 2.5)] == [0, 0, 1, 2, 3]


@given(
    st.lists(st.floats(0, 50), min_size=6, max_size=6),
    st.lists(st.floats(0, 50), min_size=6, max_size=6),
    st.integers(0, 34),
)
def test_what_is_left_is_never_negative_nor_more_than_what_is_asked(
    steps: list[float], made: list[float], day: int
) -> None:
    path = [sum(steps[: n + 1]) for n in range(6)]
    actual = [sum(made[: n + 1]) for n in range(6)]
    week = week_of(as_of=START + timedelta(days=day), start=START, dates=SUNDAYS, path=path, actual=actual)
    assert 0 <= week.left <= week.asked + 1e-9
    assert week.behind >= 0
