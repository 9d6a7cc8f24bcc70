"""The answers at the top of the pages, from figures alone."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from objectives.domain.catalogue import Unit
from pipeline.models import Stage
from reporting.domain.week import Week
from reporting.models import GapResult
from reporting.queries.conversion import Transition
from reporting.queries.gaps import Aim, Line
from reporting.queries.levers import LeverLine, lever_lines
from reporting.views import sentences
from reporting.views.figures import Writer

EUROS = Writer("EUR", "en")
DAY = date(2026, 2, 11)
CONTACT, MEETING, WON = (
    Stage(name=name, position=position, kind=kind)
    for position, (name, kind) in enumerate([("Contact", "open"), ("Meeting", "open"), ("Won", "won")])
)


def revenue(**given: Any) -> Line:
    """200 000 for a path of 250 000 and a target of 500 000."""
    figures = {
        "target": 50_000_000.0,
        "path": 25_000_000.0,
        "actual": 20_000_000.0,
        "state": "behind",
        **given,
    }
    if "gap_to_path" not in figures and figures["path"] is not None:
        figures["gap_to_path"] = figures["actual"] - figures["path"]
    return Line(Aim(uuid4(), None, "revenue_won"), GapResult(**figures))


def transition(**given: Any) -> Transition:
    figures: dict[str, Any] = {
        "scope_id": None, "from_stage": CONTACT, "to_stage": MEETING, "entered": 132, "advanced": 41, "lost": 80,
        "open": 11, "unknown": 0, "eventual_rate": 0.31, "mean": 0.31, "low": 0.26, "high": 0.36,
        "snapshot_rate": 0.34, "median_days": 9.0, "objective_rate": 0.45, "p_below": 0.98, "state": "behind",
        "inputs": {},
    }  # fmt: skip
    return Transition(**{**figures, **given})


def week(asked: float, done: float = 0.0) -> Week:
    return Week(date(2026, 2, 9), date(2026, 2, 15), due_before=0.0, due=asked, done_before=0.0, done=done)


def standing(line: Line | None) -> str:
    return sentences.standing(line, EUROS, cycle="Q1 2026", day=DAY)


def test_french_writes_the_day_out() -> None:
    thursday = date(2026, 11, 26)
    with translation.override("fr"):
        said = sentences.standing(revenue(), Writer("EUR", "fr"), cycle="T4 2026", day=thursday)

    assert "gagnés au jeudi 26 novembre\u00a0:" in said  # "au jeu. 26 nov." is "at the game"


def test_behind_is_said_in_per_cent_of_the_path() -> None:
    assert standing(revenue()) == "€200K won by Wed 11 Feb: 20% behind the path."


def test_a_lag_that_chance_explains_is_said_to_be_one() -> None:
    assert standing(revenue(state="cannot_tell")).endswith("behind the path, which chance alone can explain.")


def test_ahead_is_said_as_well() -> None:
    line = revenue(actual=30_000_000.0, state="on_or_above")
    assert standing(line) == "€300K won by Wed 11 Feb: 20% ahead of the path."


def test_a_gap_that_is_written_as_zero_is_on_the_path() -> None:
    assert standing(revenue(actual=25_000_100.0)) == "€250K won by Wed 11 Feb: on the path."


def test_a_path_that_expects_nothing_yet_divides_by_nothing() -> None:
    assert standing(revenue(path=0.0, actual=0.0)) == "€0 won by Wed 11 Feb; the path expects nothing yet."


def test_a_missing_target_is_not_zero() -> None:
    line = revenue(target=None, path=None, gap_to_path=None)
    assert standing(line) == "€200K won by Wed 11 Feb; Q1 2026 has no revenue target."


def test_without_a_figure_there_is_none_to_tell() -> None:
    assert standing(None) == "No figure is stored for Q1 2026 on this day."


def test_a_draft_is_said_to_be_one() -> None:
    said = sentences.director(None, [], EUROS, cycle="Q1 2026", day=DAY, is_draft=True)
    assert said.startswith("Q1 2026 is a draft")


@pytest.mark.parametrize(
    ("contribution", "said"),
    [
        (-5_000_000, "Nearly all of the gap is the value of the deals."),
        (-3_700_000, "Three quarters of the gap is the value of the deals."),
        (-3_300_000, "Two thirds of the gap is the value of the deals."),
        (-2_500_000, "Half of the gap is the value of the deals."),
        (-1_650_000, "A third of the gap is the value of the deals."),
        (-1_250_000, "A quarter of the gap is the value of the deals."),
        (-4_250_000, "85% of the gap is the value of the deals."),
        (-9_000_000, "What costs most is the value of the deals (−€90K), partly made up for elsewhere."),
    ],
)
def test_the_share_of_the_main_lever_is_said_in_words(contribution: int, said: str) -> None:
    levers = [LeverLine("value", contribution), LeverLine("mix", -1)]
    assert sentences.main_lever(-5_000_000, levers, EUROS, Unit.MONEY) == said


def test_a_lever_against_the_gap_is_never_the_main_one() -> None:
    levers = [LeverLine("value", 9_000_000), LeverLine("volume", -2_500_000)]
    said = sentences.main_lever(-5_000_000, levers, EUROS, Unit.MONEY)
    assert said == "Half of the gap is the number of opportunities."


def test_a_lead_names_what_helps_most() -> None:
    said = sentences.main_lever(5_000_000, [LeverLine("volume", 4_000_000)], EUROS, Unit.MONEY)
    assert said == "What helps most is the number of opportunities (+€40K)."


def test_no_lever_says_nothing() -> None:
    assert sentences.main_lever(-5_000_000, [], EUROS, Unit.MONEY) == ""


def test_a_rate_leads_to_the_next_stage_of_the_chain_and_the_last_one_to_the_win() -> None:
    stored = [
        {"lever": "rate", "stage": str(CONTACT.id), "contribution": 1},
        {"lever": "rate", "stage": str(MEETING.id), "contribution": 2},
    ]
    lines = lever_lines(stored, [CONTACT, MEETING, WON])
    assert [line.key for line in lines] == ["rate: Contact → Meeting", "rate: Meeting → Won"]


def test_a_friction_carries_its_rate_interval_objective_and_count() -> None:
    said, state = sentences.manager([transition()], [], EUROS)
    assert said == "One friction: Contact → Meeting, 31% (26–36%) for 45%, 41 of 132."
    assert state == "behind"


def test_a_friction_says_what_it_costs_where_the_gap_is_attributed() -> None:
    levers = [LeverLine("rate", -9_600_000, stage_id=str(CONTACT.id))]
    said, _ = sentences.manager([transition()], levers, EUROS)
    assert said.endswith("It costs €96K.")


def test_of_two_frictions_the_one_that_costs_more_is_named_and_the_other_counted() -> None:
    other = transition(from_stage=MEETING, to_stage=WON)
    levers = [
        LeverLine("rate", -1, stage_id=str(CONTACT.id)),
        LeverLine("rate", -200, stage_id=str(MEETING.id)),
    ]
    said, _ = sentences.manager([transition(), other], levers, EUROS)
    assert said.startswith("One friction: Meeting → Won")
    assert said.endswith("1 other is behind too.")


def test_without_levers_the_friction_with_more_missing_deals_is_named() -> None:
    small = transition(entered=10, from_stage=MEETING, to_stage=WON)
    assert sentences.friction([small, transition()], []) == transition()


def test_nothing_is_called_a_friction_that_the_data_cannot_tell() -> None:
    said, state = sentences.manager([transition(state="cannot_tell")], [], EUROS)
    assert (said, state) == ("Nothing here that the data can tell from the objective.", "cannot_tell")


def test_rates_above_their_objectives_are_counted() -> None:
    above = transition(state="on_or_above")
    said, state = sentences.manager([above, replace(above, from_stage=MEETING, to_stage=WON)], [], EUROS)
    assert said.startswith("No friction: 2 rates are on or above their objectives")
    assert state == "on_or_above"


def test_rates_without_objectives_are_not_judged() -> None:
    said, _ = sentences.manager([transition(objective_rate=None, state="none")], [], EUROS)
    assert said == "The rates are known; no objective is set to compare them with."


def test_rates_that_cannot_be_known_are_said_to_be_unknown() -> None:
    said, state = sentences.manager([transition(eventual_rate=None, state="none", unknown=7)], [], EUROS)
    assert (said, state) == ("No conversion rate can be known from this data yet.", "none")


def test_a_week_is_told_in_things_to_do() -> None:
    weeks = {"opportunities_opened": week(3.0), "deals_won": week(1.0)}
    assert sentences.rep(weeks, EUROS, is_now=True) == "This week: 3 opportunities to open, 1 deal to win."


def test_revenue_is_told_where_no_deals_are_asked_for() -> None:
    said = sentences.rep({"revenue_won": week(1_250_000.0)}, EUROS, is_now=True)
    assert said == "This week: €12K to win."


def test_a_week_that_is_done_is_said_to_be_done() -> None:
    assert sentences.rep({"deals_won": week(1.0, done=2.0)}, EUROS, is_now=True) == (
        "This week's part of the path is done."
    )


def test_a_week_that_is_done_still_says_what_is_owed_from_before() -> None:
    behind = replace(week(0.0), due_before=3.0, due=3.0, done_before=1.0)
    assert sentences.rep({"deals_won": behind}, EUROS, is_now=True) == (
        "This week's part of the path is done. To be back on the path: 2 deals to win."
    )


def test_a_week_of_the_past_is_named_by_its_monday() -> None:
    assert (
        sentences.rep({"deals_won": week(2.0)}, EUROS, is_now=False) == "Week of Mon 9 Feb: 2 deals to win."
    )


def test_without_objectives_the_week_asks_for_nothing() -> None:
    assert sentences.rep({}, EUROS, is_now=True) == "No objective is set for this person yet."


def test_a_cycle_that_is_over_is_told_by_its_end() -> None:
    said = sentences.rep_over(revenue(actual=60_000_000.0), EUROS, cycle="Q1 2026")
    assert said == "Q1 2026 is over: €600K won for €500K, 120%."


def test_an_unknown_lever_keeps_its_own_name() -> None:
    line = LeverLine("weather", 1.0, stage_id=str(uuid4()))
    assert sentences.lever_name(line) == sentences.lever_label(line) == "weather"


def test_an_interval_of_a_count_has_no_decimals() -> None:
    assert EUROS.interval(1152.4, 1241.0, Unit.COUNT) == "1,152–1,241"
    assert EUROS.interval(11.2, 14.7, Unit.MONTHS) == "11.2–14.7"
