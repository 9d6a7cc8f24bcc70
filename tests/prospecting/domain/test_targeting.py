"""Rules over companies: which are met, by whom, in which order."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from prospecting.domain.targeting import (
    COLUMNS,
    Attribute,
    Operator,
    Rule,
    RuleError,
    first_match,
    matches,
    operators,
    read_rules,
)

ACME = {
    "industry": "Industrie & Énergie",
    "employees": 120,
    "country": "France",
    "technology": "SAP; Salesforce, Odoo",
    "revenue_minor": 1_000_000_00,
}


def frame(*companies: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(companies), columns=list(COLUMNS))


def meets(rule: dict[str, Any], **known: Any) -> bool:
    return bool(matches(frame({**ACME, **known}), read_rules([rule]))[0])


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        ({"field": "industry", "is": "in", "values": ["industrie énergie", "Retail"]}, True),
        ({"field": "industry", "is": "in", "values": ["Retail"]}, False),
        ({"field": "industry", "is": "not_in", "values": ["Retail"]}, True),
        ({"field": "country", "is": "in", "values": ["FR"]}, True),
        ({"field": "country", "is": "in", "values": ["france"]}, True),
        ({"field": "country", "is": "in", "values": ["Allemagne"]}, False),
        ({"field": "technology", "is": "in", "values": ["salesforce"]}, True),
        ({"field": "technology", "is": "not_in", "values": ["Odoo"]}, False),
        ({"field": "employees", "is": "at_least", "low": 120}, True),
        ({"field": "employees", "is": "at_least", "low": 121}, False),
        ({"field": "employees", "is": "at_most", "high": 120}, True),
        ({"field": "employees", "is": "between", "low": 50, "high": 119}, False),
        ({"field": "employees", "is": "between", "low": 120, "high": 120}, True),
        ({"field": "revenue_minor", "is": "known"}, True),
    ],
)
def test_a_rule_reads_one_attribute(rule: dict[str, Any], met: bool) -> None:
    assert meets(rule) is met


@pytest.mark.parametrize("attribute", list(Attribute))
@pytest.mark.parametrize("operator", list(Operator))
def test_what_is_not_known_meets_no_rule(attribute: Attribute, operator: Operator) -> None:
    if operator not in operators(attribute):
        return
    rule = {"field": attribute, "is": operator, "values": ["x"], "low": 0, "high": 10**12}

    assert not meets(rule, industry="", country="", technology=" ; ", employees=None, revenue_minor=np.nan)


@pytest.mark.parametrize(
    ("left", "right"),
    [("Royaume-Uni", "United Kingdom"), ("UK", "GB"), ("États-Unis", "USA"), ("Deutschland", "deutschland")],
)
def test_a_country_has_many_names(left: str, right: str) -> None:
    assert meets({"field": "country", "is": "in", "values": [left]}, country=right)


def test_a_segment_without_rules_means_nobody() -> None:
    assert not matches(frame(ACME), ()).any()


def test_the_first_segment_that_is_met_is_the_one() -> None:
    big = read_rules([{"field": "employees", "is": "at_least", "low": 100}])
    french = read_rules([{"field": "country", "is": "in", "values": ["FR"]}])
    rows = frame(ACME, {**ACME, "employees": 10}, {**ACME, "employees": 10, "country": "Spain"})

    assert first_match(rows, [big, french]).tolist() == [0, 1, -1]
    assert first_match(rows, [french, big]).tolist() == [0, 0, -1]
    assert first_match(rows.iloc[:0], [big]).tolist() == []


@pytest.mark.parametrize(
    ("document", "code", "at"),
    [
        (["words"], "not_a_rule", 0),
        ([{"field": "colour", "is": "in", "values": ["red"]}], "not_a_rule", 0),
        ([{"field": "industry", "is": "at_least", "low": 3}], "wrong_operator", 0),
        ([{"field": "industry", "is": "known"}, {"field": "industry", "is": "in"}], "no_values", 1),
        ([{"field": "industry", "is": "in", "values": [" ", "–"]}], "no_values", 0),
        ([{"field": "industry", "is": "in", "values": [str(n) for n in range(201)]}], "too_many_values", 0),
        ([{"field": "employees", "is": "at_most", "low": 3}], "no_number", 0),
        ([{"field": "employees", "is": "at_least", "low": "many"}], "no_number", 0),
        ([{"field": "employees", "is": "between", "low": 9, "high": 3}], "upside_down", 0),
        ([{"field": "industry", "is": "known"}] * 11, "too_many_rules", 10),
    ],
)
def test_a_rule_that_cannot_be_read_says_why_and_where(document: list[Any], code: str, at: int) -> None:
    with pytest.raises(RuleError) as refused:
        read_rules(document)
    assert (refused.value.code, refused.value.at) == (code, at)


# Properties --------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["Retail", "retail ", "Énergie", "energie", "Banque", "FR", "France", ""])
COMPANY = st.fixed_dictionaries(
    {
        "industry": WORDS,
        "employees": st.none() | st.integers(0, 500),
        "country": WORDS,
        "technology": st.lists(WORDS, max_size=3).map(";".join),
        "revenue_minor": st.none() | st.integers(0, 10**9),
    }
)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    attribute = draw(st.sampled_from(list(Attribute)))
    operator = draw(st.sampled_from(operators(attribute)))
    low = draw(st.integers(0, 500))
    [read] = read_rules(
        [
            {
                "field": attribute,
                "is": operator,
                "values": draw(st.lists(WORDS.filter(bool), min_size=1, max_size=3)),
                "low": low,
                "high": low + draw(st.integers(0, 500)),
            }
        ]
    )
    return read


SEGMENTS = st.lists(st.lists(rules(), max_size=3), max_size=4)


@given(st.lists(COMPANY, max_size=12), st.lists(rules(), max_size=4))
def test_each_rule_more_narrows(companies: list[dict[str, Any]], written: list[Rule]) -> None:
    rows = frame(*companies)
    for count in range(2, len(written) + 1):
        assert not (matches(rows, written[:count]) & ~matches(rows, written[: count - 1])).any()


@given(st.lists(COMPANY, max_size=12), SEGMENTS)
def test_all_at_once_is_one_by_one(companies: list[dict[str, Any]], segments: list[list[Rule]]) -> None:
    together = first_match(frame(*companies), segments).tolist()

    assert together == [int(first_match(frame(one), segments)[0]) for one in companies]


@given(st.lists(COMPANY, max_size=12), SEGMENTS)
def test_the_place_found_is_the_first_that_matches(
    companies: list[dict[str, Any]], segments: list[list[Rule]]
) -> None:
    rows = frame(*companies)
    masks = [matches(rows, segment) for segment in segments]
    for row, place in enumerate(first_match(rows, segments)):
        met = [at for at, mask in enumerate(masks) if mask[row]]
        assert place == (met[0] if met else -1)


@given(st.lists(COMPANY, min_size=1, max_size=12), rules())
def test_in_and_not_in_part_those_of_whom_something_is_known(
    companies: list[dict[str, Any]], rule: Rule
) -> None:
    if rule.operator not in (Operator.IN, Operator.NOT_IN):
        return
    rows = frame(*companies)
    inside = matches(rows, [Rule(rule.attribute, Operator.IN, rule.values)])
    outside = matches(rows, [Rule(rule.attribute, Operator.NOT_IN, rule.values)])
    known = matches(rows, [Rule(rule.attribute, Operator.KNOWN)])

    assert not (inside & outside).any()
    assert ((inside | outside) == known).all()


@given(st.lists(rules(), max_size=5))
def test_rules_are_read_as_they_were_written(written: list[Rule]) -> None:
    assert list(read_rules([rule.as_dict() for rule in written])) == written
