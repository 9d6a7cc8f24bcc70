from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.clarity import ITEMS, THRESHOLD, WEIGHTS, Clarity, score
from objectives.domain.context import Context

FACTS = ("metric", "target", "period", "owner")
SAID: dict[str, Any] = {
    "segments": ["Industry"],
    "account_profile": "More than 50 people",
    "maturity": "Has a project",
    "channels": ["Phone"],
    "qualification": "Decision-maker present",
    "success": "20 wins",
    "reason": "Growth",
    "constraints_reviewed": True,
}
keys = st.sets(st.sampled_from([key for key, _ in ITEMS]))


def clarity(said: set[str], not_applicable: dict[str, str] | None = None) -> Clarity:
    context: Any = {key: value for key, value in SAID.items() if key in said}
    if not_applicable is not None:
        context["not_applicable"] = not_applicable
    return score(**{fact: fact in said for fact in FACTS}, context=context)


def test_the_weights_are_those_of_the_formula() -> None:
    assert [weight for _, weight in ITEMS] == [10, 10, 5, 10, 10, 8, 8, 8, 10, 8, 8, 5]
    assert sum(WEIGHTS.values()) == 100
    assert THRESHOLD == 70


def test_an_objective_that_says_everything_is_clear() -> None:
    assert clarity(set(WEIGHTS)) == Clarity(100, ())


def test_a_figure_and_its_owner_are_not_enough() -> None:
    bare = clarity({"metric", "target", "period", "owner"})

    assert bare.score == 35
    assert not bare.is_enough()
    assert bare.missing == (
        "segments", "qualification",
        "account_profile", "maturity", "channels", "success", "reason",
        "constraints_reviewed",
    )  # fmt: skip


def test_seventy_is_enough_and_sixty_nine_is_not() -> None:
    enough = clarity(set(WEIGHTS) - {"segments", "qualification", "target"})  # 70
    short = clarity(set(WEIGHTS) - {"segments", "success", "reason", "constraints_reviewed"})  # 69

    assert (enough.score, enough.is_enough()) == (70, True)
    assert (short.score, short.is_enough()) == (69, False)
    assert short.is_enough(threshold=60)


@pytest.mark.parametrize("field", list(SAID))
def test_a_reasoned_not_applicable_counts_as_said(field: str) -> None:
    assert clarity(set(WEIGHTS) - {field}, {field: "Incoming requests only"}).score == 100


@pytest.mark.parametrize("field", list(SAID))
def test_not_applicable_without_a_reason_counts_for_nothing(field: str) -> None:
    assert clarity(set(WEIGHTS) - {field}, {field: "  "}) == Clarity(100 - WEIGHTS[field], (field,))


@pytest.mark.parametrize("fact", FACTS)
def test_what_makes_an_objective_one_is_always_applicable(fact: str) -> None:
    assert clarity(set(WEIGHTS) - {fact}, {fact: "No need"}).missing == (fact,)


def test_the_reason_may_stand_outside_the_context() -> None:
    said = clarity(set(WEIGHTS) - {"reason"})
    context: Context = {key: value for key, value in SAID.items() if key != "reason"}  # type: ignore[assignment]

    assert said.missing == ("reason",)
    assert (
        score(metric=True, target=True, period=True, owner=True, context=context, why="Growth").score == 100
    )


@given(keys)
def test_the_score_is_the_weight_of_what_is_said_and_the_rest_is_missing(said: set[str]) -> None:
    found = clarity(said)

    assert 0 <= found.score <= 100
    assert found.score == sum(WEIGHTS[key] for key in said)
    assert set(found.missing) == set(WEIGHTS) - said
    assert len(found.missing) == len(set(found.missing))


@given(keys, keys)
def test_saying_more_never_makes_it_less_clear(said: set[str], more: set[str]) -> None:
    assert clarity(said | more).score >= clarity(said).score
    assert set(clarity(said | more).missing) <= set(clarity(said).missing)
