from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.context import FACTORS, FIELDS, Context, effective, inherited_from, is_said, why_not

texts = st.sampled_from(["", "  ", "Industry", "Phone"])
contexts: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("account_profile", "maturity", "qualification", "success", "reason"), texts),
        **{field: st.lists(texts, max_size=2) for field in ("segments", "channels")},
        "constraints_reviewed": st.booleans(),
        "constraints": st.dictionaries(st.sampled_from(FACTORS), st.integers(-2, 2)),
        "not_applicable": st.dictionaries(st.sampled_from(FIELDS), texts),
    },
)


def test_the_nearest_that_says_something_wins_field_by_field() -> None:
    company: Context = {"segments": ["Industry"], "maturity": "Has a project", "reason": "Growth"}
    team: Context = {"segments": ["Health", "Public"]}
    person: Context = {"channels": ["Phone"]}

    assert effective(person, team, company) == {
        "segments": ["Health", "Public"],
        "maturity": "Has a project",
        "channels": ["Phone"],
        "reason": "Growth",
    }


def test_a_blank_says_nothing() -> None:
    own: Context = {"segments": ["", " "], "success": "  "}

    assert effective(own, {"segments": ["Industry"], "success": "20 wins"}) == {
        "segments": ["Industry"],
        "success": "20 wins",
    }


def test_a_reasoned_not_applicable_hides_what_comes_from_above() -> None:
    own: Context = {"not_applicable": {"channels": "Incoming requests only"}}

    assert effective(own, {"channels": ["Phone"]}) == {
        "not_applicable": {"channels": "Incoming requests only"}
    }


def test_a_value_that_is_nearer_replaces_not_applicable() -> None:
    above: Context = {"not_applicable": {"channels": "Incoming requests only"}}

    assert effective({"channels": ["Phone"]}, above) == {"channels": ["Phone"]}


def test_not_applicable_without_a_reason_says_nothing() -> None:
    own: Context = {"not_applicable": {"channels": " "}}

    assert effective(own, {"channels": ["Phone"]}) == {"channels": ["Phone"]}
    assert why_not(own, "channels") == ""


def test_constraints_are_inherited_factor_by_factor_and_neutral_is_a_statement() -> None:
    company: Context = {
        "constraints": {
            "competitive_intensity": -2,
            "brand_awareness": 1,
            "multipliers": {"brand_awareness": 1.1},
        },
        "constraints_reviewed": True,
    }
    own: Context = {
        "constraints": {"competitive_intensity": 0, "multipliers": {"competitive_intensity": 0.9}},
        "constraints_reviewed": False,
    }

    assert effective(own, company) == {
        "constraints": {
            "competitive_intensity": 0,
            "brand_awareness": 1,
            "multipliers": {"brand_awareness": 1.1, "competitive_intensity": 0.9},
        },
        "constraints_reviewed": True,
    }


def test_how_far_above_something_is_said() -> None:
    chain: tuple[Context, ...] = ({}, {"channels": ["Phone"]}, {"channels": ["Mail"], "maturity": "Any"})

    assert inherited_from("channels", *chain) == 1
    assert inherited_from("maturity", *chain) == 2
    assert inherited_from("success", *chain) is None
    assert inherited_from("success", {"success": "20 wins"}) == 0


@given(contexts, st.lists(contexts, max_size=3))
def test_what_holds_is_the_nearest_statement(own: Context, ancestors: list[Context]) -> None:
    found = effective(own, *ancestors)

    for field in FIELDS:
        height = inherited_from(field, own, *ancestors)
        nearest: Any = {} if height is None else (own, *ancestors)[height]
        assert found.get(field) == (nearest.get(field) if is_said(nearest.get(field)) else None)
    assert effective(found) == found


@given(contexts)
def test_without_anybody_above_an_owner_says_what_it_says(own: Context) -> None:
    assert effective(own, own) == effective(own) == effective({}, own)
