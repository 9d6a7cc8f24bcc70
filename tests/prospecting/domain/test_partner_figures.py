"""F13, worked by hand, and what must hold whatever the meetings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospecting.domain.meetings import State
from prospecting.domain.partner_figures import COLUMNS, PARTS, Rate, figures, rates

AS_OF = date(2026, 6, 30)


def meeting(number: int, state: State, **given: Any) -> dict[str, Any]:
    defaults = {
        "engagement": "north", "meeting": number, "moved_from": None, "state": state, "slot_on": date(2026, 6, 10),
        "in_time": None, "disputed": False, "log_hours": None, "answer_days": None, "price_minor": 30_000,
        "opportunity": None, "outcome": "", "amount_minor": None,
    }  # fmt: skip
    return {**defaults, **given}


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(COLUMNS))


def told(*rows: dict[str, Any], fee: int = 0) -> Any:
    return figures(table(*rows), pd.Series({"north": fee}), AS_OF).loc["north"]


# Twelve meetings of one engagement, each counted on paper.
BY_HAND = (
    meeting(1, State.ACCEPTED, log_hours=2.0, answer_days=1.0, opportunity="A", outcome="won", amount_minor=900_000),
    meeting(2, State.ACCEPTED, log_hours=4.0, answer_days=2.0, opportunity="B", outcome="open", amount_minor=500_000),
    meeting(3, State.TACIT, log_hours=6.0, answer_days=3.0),
    meeting(4, State.REFUSED, log_hours=8.0, answer_days=1.0),
    meeting(5, State.ACCEPTED_FINAL, disputed=True, log_hours=10.0, answer_days=2.0, opportunity="C", outcome="lost"),
    meeting(6, State.DISPUTED, disputed=True, log_hours=12.0, answer_days=1.0),
    meeting(7, State.HELD, log_hours=1.0),
    meeting(8, State.GUEST_NO_SHOW, log_hours=3.0),
    meeting(9, State.HOST_NO_SHOW, log_hours=900.0),
    meeting(10, State.CANCELLED, in_time=True),
    meeting(11, State.CANCELLED, in_time=False),
    meeting(12, State.BOOKED),
)  # fmt: skip


def test_the_counts_of_the_example() -> None:
    row = told(*BY_HAND)
    counts = {
        **{
            "booked": 12,
            "cancelled_in_time": 1,
            "cancelled_late": 1,
            "guest_no_shows": 1,
            "host_no_shows": 1,
        },
        **{"unsaid": 1, "expected": 10, "held": 7, "waiting": 1, "judged": 5, "accepted": 4, "refused": 1},
        **{"tacit": 1, "disputed": 1, "open_disputes": 1, "opportunities": 3, "closed": 2, "won": 1},
    }
    assert {name: int(row[name]) for name in counts} == counts


def test_a_dispute_that_nobody_looked_at_is_a_tacit_acceptance() -> None:
    row = told(meeting(1, State.TACIT_FINAL, disputed=True), meeting(2, State.ACCEPTED_FINAL, disputed=True))
    assert [int(row[name]) for name in ("judged", "accepted", "tacit", "disputed")] == [2, 2, 1, 2]


def test_the_rates_of_the_example() -> None:
    found = rates(figures(table(*BY_HAND), pd.Series({"north": 0}), AS_OF)).set_index("rate")
    expected = {
        "show": 7 / 10,
        "acceptance": 4 / 5,
        "tacit": 1 / 5,
        "dispute": 1 / 5,
        "opportunity": 3 / 4,
        "win": 1 / 2,
    }
    assert found["value"].to_dict() == pytest.approx(expected)
    # Jeffreys: Beta(4.5, 1.5), 10 % and 90 %.
    assert found.loc["acceptance", ["low", "high"]].tolist() == pytest.approx([0.5154, 0.9401], abs=2e-3)


def test_the_delays_of_both_sides_leave_the_host_no_show_out() -> None:
    row = told(*BY_HAND)
    # Hours 1 2 3 4 6 8 10 12, working days 1 1 1 2 2 3 of the six that were answered or lapsed.
    assert (row["logged"], row["log_p50"], row["log_p80"]) == (8, 5.0, pytest.approx(9.2))
    assert (row["answered"], row["answer_p50"], row["answer_p80"]) == (6, 1.5, 2.0)


def test_the_cost_is_what_was_agreed_for_accepted_meetings_and_the_months() -> None:
    row = told(*BY_HAND, fee=60_000)
    # 4 × 300.00 and a fee of 600.00 = 1 800.00: 450.00 each, 0.20 for each euro of the 9 000.00 that were won.
    assert (row["cost_minor"], row["per_accepted_minor"], row["per_won"]) == (
        180_000,
        45_000,
        pytest.approx(0.2),
    )


def test_a_meeting_that_was_moved_twice_counts_once_at_its_last_slot() -> None:
    row = told(
        meeting(1, State.RESCHEDULED, slot_on=date(2026, 6, 1)),
        meeting(2, State.RESCHEDULED, slot_on=date(2026, 6, 8), moved_from=1),
        meeting(3, State.ACCEPTED, slot_on=date(2026, 6, 20), moved_from=2),
    )
    assert (row["booked"], row["held"], row["accepted"]) == (1, 1, 1)


def test_a_chain_whose_last_slot_is_to_come_is_not_booked_yet() -> None:
    row = told(
        meeting(1, State.RESCHEDULED, slot_on=date(2026, 6, 1)),
        meeting(2, State.BOOKED, slot_on=date(2026, 7, 1), moved_from=1),
    )
    assert row["booked"] == 0


def test_an_engagement_without_meetings_has_no_rate_and_no_error() -> None:
    found = figures(table(), pd.Series({"north": 120_000}), AS_OF)
    assert found.loc["north", "booked"] == 0
    assert found.loc["north", "cost_minor"] == 120_000
    assert np.isnan(found.loc["north", ["per_accepted_minor", "per_won", "log_p50"]].astype(float)).all()
    assert rates(found)["value"].isna().all()


def test_an_opportunity_that_two_meetings_led_to_is_won_once() -> None:
    row = told(
        meeting(1, State.ACCEPTED, opportunity="A", outcome="won", amount_minor=900_000),
        meeting(2, State.ACCEPTED, opportunity="A", outcome="won", amount_minor=900_000),
    )
    assert row["won_minor"] == 900_000


def test_a_deal_that_is_lost_stays_among_the_closed_and_an_open_one_is_not_lost() -> None:
    found = rates(figures(table(*BY_HAND), pd.Series({"north": 0}), AS_OF)).set_index("rate")
    assert (found.loc["win", "x"], found.loc["win", "n"]) == (1, 2)


# Whatever the meetings --------------------------------------------------------------------------------------

ROWS = st.lists(
    st.builds(
        lambda state, days, in_time, engagement, opportunity: {
            "state": state, "slot_on": AS_OF - timedelta(days=days), "in_time": in_time, "engagement": engagement,
            "opportunity": opportunity, "outcome": "won" if opportunity == "A" else "", "amount_minor": 1_000,
        },
        st.sampled_from(list(State)), st.integers(-20, 60), st.booleans(), st.sampled_from(["north", "south"]),
        st.sampled_from([None, "A", "B"]),
    ),
    max_size=30,
)  # fmt: skip
FEES = pd.Series({"north": 0, "south": 5_000})


def drawn(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return table(*(meeting(number, row.pop("state"), **row) for number, row in enumerate(map(dict, rows))))


@settings(max_examples=40)
@given(ROWS)
def test_each_booked_meeting_is_in_exactly_one_place(rows: list[dict[str, Any]]) -> None:
    found = figures(drawn(rows), FEES, AS_OF)
    places = ["cancelled_in_time", "cancelled_late", "guest_no_shows", "host_no_shows", "unsaid", "held"]
    assert (found[places].sum(axis=1) == found["booked"]).all()
    assert (found[["waiting", "judged", "open_disputes"]].sum(axis=1) == found["held"]).all()


@settings(max_examples=40)
@given(ROWS)
def test_every_rate_lies_between_nothing_and_all_with_its_interval_in_order(
    rows: list[dict[str, Any]],
) -> None:
    found = rates(figures(drawn(rows), FEES, AS_OF))
    assert len(found) == len(FEES) * len(PARTS)
    assert (found["x"] <= found["n"]).all()
    assert (found["low"] < found["high"]).all()
    assert found["value"].dropna().between(0, 1).all()


@settings(max_examples=40)
@given(ROWS, st.integers(0, 60))
def test_a_host_no_show_never_counts_against_the_partner(rows: list[dict[str, Any]], days: int) -> None:
    absent = {"state": State.HOST_NO_SHOW, "slot_on": AS_OF - timedelta(days=days), "log_hours": 500.0}
    before = figures(drawn(rows), FEES, AS_OF)
    after = figures(drawn([*rows, absent]), FEES, AS_OF)
    same = [name for name in before.columns if name not in ("booked", "host_no_shows")]
    pd.testing.assert_frame_equal(before[same], after[same])


@settings(max_examples=40)
@given(ROWS)
def test_the_order_of_the_rows_says_nothing(rows: list[dict[str, Any]]) -> None:
    meetings = drawn(rows)
    pd.testing.assert_frame_equal(
        figures(meetings, FEES, AS_OF), figures(meetings.iloc[::-1].reset_index(drop=True), FEES, AS_OF)
    )


@settings(max_examples=40)
@given(ROWS)
def test_an_undone_no_show_flows_back_through_every_figure(rows: list[dict[str, Any]]) -> None:
    missed = meeting(900, State.GUEST_NO_SHOW)
    held = meeting(900, State.ACCEPTED)
    meetings = drawn(rows)
    before = figures(pd.concat([meetings, table(missed)], ignore_index=True), FEES, AS_OF).loc["north"]
    after = figures(pd.concat([meetings, table(held)], ignore_index=True), FEES, AS_OF).loc["north"]
    assert after["expected"] == before["expected"]
    for name in ("held", "judged", "accepted"):
        assert after[name] == before[name] + 1


def test_the_rates_are_those_of_the_formula() -> None:
    assert PARTS[Rate.SHOW] == ("held", "expected")
    assert PARTS[Rate.ACCEPTANCE] == ("accepted", "judged")
