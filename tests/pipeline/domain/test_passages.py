"""The definition of a stage passage, rule by rule, on lives of one to five events.

The pipeline of most cases is P, E, N (open), W (won), X (lost). A life is written "P 1, E 5, W 9": stages and
days of January 2026. A trailing ? marks an inferred event, a missing day an undated one, R a reopening.
"""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.passages import Passages, passages, stage_counts

STAGES = pd.DataFrame(
    {
        "stage": ["W", "X", "P", "E", "N"],
        "position": [4, 5, 1, 2, 3],
        "kind": ["won", "lost", "open", "open", "open"],
    }
)
SHORT = STAGES[STAGES["stage"] != "N"]
OPEN = "PEN"
COLUMNS = ["opportunity", "stage", "occurred_on", "inferred", "seq", "kind"]


def day(number: int) -> date:
    return date(2026, 1, number)


def events(life: str, opportunity: object = "deal") -> pd.DataFrame:
    rows = []
    for seq, words in enumerate(word.split() for word in life.split(",")):
        code = words[0].removesuffix("?")
        occurred_on = day(int(words[1])) if len(words) > 1 else None
        kind = "reopen" if code == "R" else "stage"
        stage = None if code == "R" else code
        rows.append((opportunity, stage, occurred_on, words[0].endswith("?"), seq, kind))
    return pd.DataFrame(rows, columns=COLUMNS)


def told(result: Passages) -> str:
    """Passages as text, in stage order: 'P 1-5 A' (left on day 5), 'E 5-' (still there)."""
    texts = []
    for row in result.rows.itertuples():
        left = row.exited_on.day if row.exited_on else ""
        texts.append(f"{row.stage} {row.entered_on.day}-{left} {row.outcome or ''}".strip())
    return ", ".join(texts)


def oddities(result: Passages) -> tuple[int, int, int]:
    repeats, regressions, anomalies = result.oddities.iloc[0]
    return int(repeats), int(regressions), int(anomalies)


CASES = {
    "an open item": ("P 1", "P 1-"),
    "one stage after the other": ("P 1, E 5, N 7, W 9", "P 1-5 A, E 5-7 A, N 7-9 A, W 9-"),
    "a skipped stage is entered and passed on the day of the skip": ("P 1, N 7", "P 1-7 A, E 7-7 A, N 7-"),
    "winning passes every stage in between": ("P 1, W 9", "P 1-9 A, E 9-9 A, N 9-9 A, W 9-"),
    "several stages on one day are read in stage order": ("E 5, P 5, X 6", "P 5-5 A, E 5-6 L, X 6-"),
    "risk starts at the first dated stage": ("E 5, N 7", "E 5-7 A, N 7-"),
    "going back is no second entry": ("P 1, E 5, P 6, E 8", "P 1-5 A, E 5-"),
    "a stage before the first dated one is never entered": ("E 5, P 6, N 9", "E 5-9 A, N 9-"),
    "a loss counts against the furthest stage": ("P 1, E 5, P 6, X 9", "P 1-5 A, E 5-9 L, X 9-"),
    "the same stage again changes nothing": ("P 1, P 4, E 5", "P 1-5 A, E 5-"),
    "an exact repeat changes nothing": ("P 1, E 5, E 5", "P 1-5 A, E 5-"),
    "an undated event makes no passage": ("P 1, E, N 7", "P 1-7 A, E 7-7 A, N 7-"),
    "nothing dated, no passage": ("E", ""),
    "a close alone is only itself": ("X 9", "X 9-"),
    "a stage after the close is ignored": ("P 1, X 5, E 7", "P 1-5 L, X 5-"),
    "a second close is ignored": ("P 1, X 5, W 7", "P 1-5 L, X 5-"),
    "a reopened loss has never been": ("P 1, X 5, R 7", "P 1-"),
    "a reopened win has never been": ("P 1, W 5, R 7", "P 1-"),
    "a reopened item goes on": ("P 1, X 5, R 7, E 8, W 9", "P 1-8 A, E 8-9 A, N 9-9 A, W 9-"),
    "a move on the day of the reopening counts": ("P 1, X 5, R 7, E 7", "P 1-7 A, E 7-"),
    "a move while it was closed counts once reopened": ("P 1, X 5, E 6, R 7", "P 1-6 A, E 6-"),
    "a reopening undoes the close of its own day": ("P 1, X 5, R 5", "P 1-"),
    "a close recorded after the reopening, on its day, stands": (
        "P 1, X 5, R 5, W 5",
        "P 1-5 A, E 5-5 A, N 5-5 A, W 5-",
    ),
    "a close dated before the reopening, told late, is void": ("P 1, R 7, X 5", "P 1-"),
    "a later close recorded before the reopening is void": ("P 1, X 9, R 7", "P 1-"),
    "a close after the reopening stands": ("P 1, X 5, R 7, X 9", "P 1-9 L, X 9-"),
    "reopening an open item does nothing": ("P 1, R 3, E 5", "P 1-5 A, E 5-"),
    "history replaces an inferred entry": ("P? 1, P 3, E 5", "P 3-5 A, E 5-"),
    "history replaces an inferred close, whatever its result": ("P 1, W? 8, X 9", "P 1-9 L, X 9-"),
    "a reopened close of the history leaves the inferred one": (
        "P 1, X 5, R 6, W? 9",
        "P 1-9 A, E 9-9 A, N 9-9 A, W 9-",
    ),
    "an inferred entry stays beside the history of other stages": ("P? 1, E 5", "P 1-5 A, E 5-"),
    "with history on one side a skip counts": ("P? 1, W 9", "P 1-9 A, E 9-9 A, N 9-9 A, W 9-"),
    "inferred win from the last open stage": ("N? 1, W? 9", "N 1-9 A, W 9-"),
    "inferred loss from the last open stage": ("N? 1, X? 9", "N 1-9 L, X 9-"),
    "inferred win from an earlier stage proves no stage in between": ("P? 1, W? 9", "P 1-9 U, W 9-"),
    "inferred loss from an earlier stage may be a later stage's": ("P? 1, X? 9", "P 1-9 U, X 9-"),
    "inferred neighbours prove the move between them": ("P? 1, E? 5", "P 1-5 A, E 5-"),
    "an inferred skip proves no stage in between": ("P? 1, N? 7, W? 9", "P 1-7 U, N 7-9 A, W 9-"),
    "seen later without a date, the exit is unknown": ("P? 1, E", "P 1- U"),
    "seen later without a date, then closed": ("P? 1, E, X 9", "P 1-9 U, X 9-"),
    "seen later without a date, then won": ("P? 1, E?, W 9", "P 1-9 U, W 9-"),
    "seen in the same stage without a date": ("P? 1, P", "P 1-"),
    "seen earlier without a date": ("E? 1, P", "E 1-"),
    "seen later without a date, a recorded stage was left on an unknown day": ("P 1, E", "P 1- U"),
    "closed without a date": ("P 1, N 4, W", "P 1-4 A, E 4-4 A, N 4- U"),
    "closed without a date, then reopened": ("P 1, X, R 7", "P 1-"),
    "a date found later settles what was seen": ("P? 1, E?, E 5", "P 1-5 A, E 5-"),
}


@pytest.mark.parametrize(("life", "expected"), CASES.values(), ids=CASES.keys())
def test_passages_of(life, expected):
    assert told(passages(events(life), STAGES, day(31))) == expected


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        pytest.param("E? 1, W? 9", "E 1-9 A, W 9-", id="engaged then won: the only stage left"),
        pytest.param("E? 1, X? 9", "E 1-9 L, X 9-", id="engaged then lost: lost there"),
        pytest.param("P? 1, W? 9", "P 1-9 U, W 9-", id="prospected then won: by way of a stage without date"),
        pytest.param("P? 1, X? 9", "P 1-9 U, X 9-", id="prospected then lost: at one stage or the other"),
        pytest.param("P? 1, E?", "P 1- U", id="prospected, now engaged since nobody knows when"),
        pytest.param("P?, E? 1", "E 1-", id="engaged: nothing is known of prospecting"),
    ],
)
def test_a_file_without_history_proves_only_its_dates(life, expected):
    assert told(passages(events(life), SHORT, day(31))) == expected


@pytest.mark.parametrize(
    ("life", "repeats", "regressions", "anomalies"),
    [
        pytest.param("P 1, E 5, N 7, W 9", 0, 0, 0, id="a straight life"),
        pytest.param("P 1, P 1, P 1, E 5, E 6", 2, 0, 0, id="repeats are of the same day"),
        pytest.param("P 1, N 5, E 6, P 7, N 8, E 9", 0, 3, 0, id="each step back once"),
        pytest.param("P 1, X 5, E 7, E 8, W 9", 0, 0, 3, id="all that follows the close"),
        pytest.param("P 1, X 5, R 6, E 7", 0, 0, 0, id="nothing after an undone close"),
        pytest.param("P 1, W 5, X 5", 0, 0, 1, id="two closes on one day"),
        pytest.param("P? 1, P 1, X? 9, X 9", 0, 0, 0, id="history replacing inference is no repeat"),
        pytest.param("P, P, E", 0, 0, 0, id="undated events are not compared"),
    ],
)
def test_oddities_are_counted(life, repeats, regressions, anomalies):
    assert oddities(passages(events(life), STAGES, day(31))) == (repeats, regressions, anomalies)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        pytest.param(0, "", id="before the first event"),
        pytest.param(1, "P 1-", id="on the day itself"),
        pytest.param(4, "P 1-", id="before the loss"),
        pytest.param(6, "P 1-5 L, X 5-", id="lost, not reopened yet"),
        pytest.param(7, "P 1-", id="reopened"),
        pytest.param(9, "P 1-9 A, E 9-", id="moved on"),
    ],
)
def test_each_day_sees_what_had_happened_by_then(as_of, expected):
    life = events("P 1, X 5, R 7, E 9")

    assert told(passages(life, STAGES, day(as_of) if as_of else date(2025, 12, 31))) == expected


def test_opportunities_do_not_mix():
    both = pd.concat([events("P 1, E 5", "b"), events("P 2, X 3", "a")])

    result = passages(both, STAGES, day(31))

    assert list(zip(result.rows["opportunity"], result.rows["stage"], strict=True)) == [
        ("a", "P"),
        ("a", "X"),
        ("b", "P"),
        ("b", "E"),
    ]
    assert list(result.oddities.index) == ["a", "b"]


def test_dates_may_come_as_timestamps():
    life = events("P 1, E 5, N")
    life["occurred_on"] = pd.to_datetime(life["occurred_on"])

    assert told(passages(life, STAGES, day(31))) == "P 1-5 A, E 5- U"


def test_no_events_give_no_passages():
    result = passages(events("P 1").iloc[:0], STAGES, day(31))

    assert result.rows.empty
    assert result.oddities.empty


@pytest.mark.parametrize(
    ("column", "value"),
    [pytest.param("stage", "Q", id="stage"), pytest.param("kind", "close", id="kind of event")],
)
def test_unknown_words_are_refused_by_name(column, value):
    life = events("P 1").assign(**{column: value})

    with pytest.raises(ValueError, match=value):
        passages(life, STAGES, day(31))


def test_an_unknown_kind_of_stage_is_refused_by_name():
    with pytest.raises(ValueError, match="draw"):
        passages(events("P 1"), STAGES.assign(kind="draw"), day(31))


def test_counts_hold_the_days_and_the_outcomes_of_the_open_stages():
    lives = pd.concat(
        [events("P 1, E 5, X 9", 1), events("P 1", 2), events("P? 1, W? 9", 3), events("P 2, E 6", 4)]
    )

    result = stage_counts(passages(lives, STAGES, day(11)).rows, STAGES, day(11))

    assert result.to_dict("split", index=False)["data"] == [
        ["E", 4, 0, 1, 0],
        ["E", 5, 0, 0, 1],
        ["P", 4, 2, 0, 0],
        ["P", 10, 0, 0, 1],
    ]


def test_no_passages_give_no_counts():
    nothing = passages(events("P 1").iloc[:0], STAGES, day(31)).rows

    assert stage_counts(nothing, STAGES, day(31)).empty


# --- what holds for every life

stage_events = st.tuples(
    st.sampled_from([1, 2]),
    st.sampled_from("PENWX"),
    st.none() | st.integers(1, 9).map(day),
    st.booleans(),
    st.integers(0, 99),
    st.just("stage"),
)
reopenings = st.tuples(
    st.sampled_from([1, 2]),
    st.none(),
    st.integers(1, 9).map(day),
    st.just(False),
    st.integers(0, 99),
    st.just("reopen"),
)
lives = st.lists(
    st.one_of(stage_events, stage_events, stage_events, reopenings), min_size=1, max_size=12
).map(lambda rows: pd.DataFrame(rows, columns=COLUMNS))


def assert_same(one: Passages, other: Passages) -> None:
    pd.testing.assert_frame_equal(one.rows, other.rows)
    pd.testing.assert_frame_equal(one.oddities, other.oddities)


@given(lives, st.randoms(use_true_random=False))
def test_the_order_of_recording_changes_nothing_without_a_reopening(life, random):
    life = life[life["kind"] == "stage"]
    shuffled = life.iloc[random.sample(range(len(life)), len(life))]
    shuffled = shuffled.assign(seq=random.sample(range(100), len(life)))

    assert_same(passages(life, STAGES, day(9)), passages(shuffled, STAGES, day(9)))


@given(lives, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(life, random):
    shuffled = life.iloc[random.sample(range(len(life)), len(life))]

    assert_same(passages(life, STAGES, day(9)), passages(shuffled, STAGES, day(9)))


@pytest.mark.parametrize(
    ("life", "as_of", "expected"),
    [
        pytest.param("P 1, N, N 9", 5, "P 1-", id="seen in a stage that it entered later"),
        pytest.param("P 1, N, E 9", 5, "P 1- U", id="seen in a stage, entered another one later"),
        pytest.param("P 1, W, W 9", 5, "P 1-", id="seen won, and won later"),
        pytest.param("P 1, W, X 9", 5, "P 1-", id="seen won, and closed otherwise later"),
        pytest.param("P 1, X 3, R 4, W", 5, "P 1- U", id="an earlier close does not date this one"),
        pytest.param("P 1, N, N 9", 9, "P 1-9 A, E 9-9 A, N 9-", id="on the day itself"),
    ],
)
def test_what_was_seen_without_a_date_had_not_happened_before_its_date(life, as_of, expected):
    assert told(passages(events(life), STAGES, day(as_of))) == expected


@given(lives, lives, st.integers(1, 8))
def test_the_future_changes_nothing_of_what_has_a_date(life, future, as_of):
    life = life[life["occurred_on"].notna()]
    future = future.assign(occurred_on=day(as_of + 1))

    expected = passages(life, STAGES, day(as_of))
    assert_same(passages(pd.concat([life, future]), STAGES, day(as_of)), expected)


@given(lives)
def test_importing_everything_twice_changes_the_repeats_only(life):
    once = passages(life, STAGES, day(9))
    twice = passages(pd.concat([life, life]), STAGES, day(9))

    pd.testing.assert_frame_equal(once.rows, twice.rows)
    assert (once.oddities.drop(columns="repeats") == twice.oddities.drop(columns="repeats")).all(axis=None)
    assert (once.oddities["repeats"] <= twice.oddities["repeats"]).all()


@given(lives)
def test_a_stage_is_entered_at_most_once(life):
    assert not passages(life, STAGES, day(9)).rows.duplicated(["opportunity", "stage"]).any()


@given(lives)
def test_nothing_is_left_before_it_is_entered_and_every_exit_leads_on(life):
    for _, its_rows in passages(life, STAGES, day(9)).rows.groupby("opportunity"):
        rows = list(its_rows.itertuples())
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            assert row.exited_on is None or row.entered_on <= row.exited_on
            if row.exited_on is not None:
                assert following is not None
                assert following.entered_on == row.exited_on
            else:
                assert following is None or row.outcome == "U"


@given(lives)
def test_outcomes_agree_with_what_follows(life):
    for _, its_rows in passages(life, STAGES, day(9)).rows.groupby("opportunity"):
        stages, outcomes = list(its_rows["stage"]), list(its_rows["outcome"])
        for outcome, following in zip(outcomes, [*stages[1:], None], strict=True):
            if outcome == "A":
                assert following in {*OPEN, "W"}
            if outcome == "L":
                assert following == "X"
        assert all(outcome is None for stage, outcome in zip(stages, outcomes, strict=True) if stage in "WX")


@given(lives)
def test_recorded_and_dated_events_alone_leave_nothing_unknown(life):
    recorded = life.dropna(subset=["occurred_on"]).assign(inferred=False)

    assert (passages(recorded, STAGES, day(9)).rows["outcome"] != "U").all()
