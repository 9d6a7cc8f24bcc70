"""The pipeline flow adds up exactly, and puts each deal on the line where a reader would look for it."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.flow import CAME, CHANGED, COLUMNS, END, LEFT, START, flow

KINDS = ["none", "open", "won", "lost", "unknown"]
AMOUNTS = st.one_of(st.none(), st.integers(0, 10**15))
SIDE = (st.booleans(), st.booleans(), AMOUNTS)
DEALS = st.lists(st.tuples(st.sampled_from(KINDS), *SIDE, st.sampled_from(KINDS[1:]), *SIDE), max_size=30)


def table(*deals: tuple) -> pd.DataFrame:
    return pd.DataFrame(deals, columns=list(COLUMNS))


def told(kind: str, amount: int | None, *, hands: bool = True, due: bool = True) -> tuple:
    return kind, hands, due, amount


def lines(*sides: tuple) -> dict[str, tuple[int, int]]:
    """The lines that are about one deal: line → (deals, amount)."""
    found = flow(table(sum(sides, ()))).lines
    rows = found[found["deals"] != 0]
    return {name: (row["deals"], row["amount"]) for name, row in rows.iterrows()}


@settings(max_examples=25)
@given(DEALS)
def test_it_adds_up_to_the_cent_and_to_the_deal_and_every_line_to_the_deals_behind_it(deals):
    found = flow(table(*deals))
    amount, moves = found.lines["amount"].to_dict(), found.lines["moves"].to_dict()
    between = [*CAME, *CHANGED, *LEFT]
    assert amount[START] + sum(amount[name] for name in between) == amount[END]
    assert moves[START] + sum(moves[name] for name in between) == moves[END]
    behind = found.deals.to_dict("records")
    for kind, names in (("came", CAME), ("changed", CHANGED), ("left", LEFT)):
        for name in names:
            assert amount[name] == sum(deal[f"{kind}_amount"] for deal in behind if deal[kind] == name)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(told("none", None), told("open", 70), {"new": (1, 70), "end": (1, 70)}, id="opened"),
        pytest.param(
            told("open", 100), told("won", 120), {"start": (1, 100), "up": (1, 20), "won": (1, -120)},
            id="won for more than it was worth",
        ),
        pytest.param(
            told("open", 100), told("lost", 100), {"start": (1, 100), "lost": (1, -100)}, id="lost",
        ),
        pytest.param(
            told("open", 100), told("open", 60), {"start": (1, 100), "down": (1, -40), "end": (1, 60)},
            id="worth less",
        ),
        pytest.param(
            told("open", None), told("open", 60), {"start": (1, 0), "told": (1, 60), "end": (1, 60)},
            id="nobody had said what it is worth",
        ),
        pytest.param(
            told("open", 100, hands=False), told("open", 90), {"owner_in": (1, 100), "down": (1, -10), "end": (1, 90)},
            id="came from other hands",
        ),
        pytest.param(
            told("open", 100), told("won", 100, hands=False), {"start": (1, 100), "owner_out": (1, -100)},
            id="went to other hands that won it",
        ),
        pytest.param(
            told("open", 100, due=False), told("open", 100), {"pulled_in": (1, 100), "end": (1, 100)},
            id="pulled into the cycle",
        ),
        pytest.param(
            told("open", 100), told("open", 100, due=False), {"start": (1, 100), "pushed_out": (1, -100)},
            id="pushed out of the cycle",
        ),
        pytest.param(
            told("lost", 100), told("open", 80), {"reopened": (1, 80), "end": (1, 80)}, id="taken up again",
        ),
        pytest.param(
            told("none", None), told("won", 50), {"new": (1, 50), "won": (1, -50)}, id="opened and won in between",
        ),
        pytest.param(told("lost", 100), told("won", 100), {}, id="closed before and closed after"),
        pytest.param(told("none", None), told("lost", 50, due=False), {}, id="lost, and never of this cycle"),
    ],
)  # fmt: skip
def test_a_deal_is_on_the_lines_where_one_looks_for_it(before, after, expected):
    assert lines(before, after) == expected


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="kind_after"):
        flow(table(told("open", 1) + told("open", 1)).drop(columns="kind_after"))
