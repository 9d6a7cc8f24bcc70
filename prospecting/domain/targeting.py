"""Who is a target: rules over what is known of companies, for all of them at once.

A rule reads one attribute. What is not known of a company never meets a rule, not even "not in": nothing says that it
is outside. All rules of a segment hold, and the first segment that a company meets is its segment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from babel import Locale

from prospecting.domain.companies import name_key

type Mask = npt.NDArray[np.bool_]

MAX_RULES = 10
MAX_VALUES = 200
# Names that people write for countries and that are no name of theirs in French or English.
COUNTRY_NICKNAMES = {
    "uk": "GB", "greatbritain": "GB", "england": "GB", "grandebretagne": "GB", "angleterre": "GB", "usa": "US",
    "unitedstatesofamerica": "US", "etatsunisdamerique": "US", "holland": "NL", "hollande": "NL", "czechrepublic": "CZ",
    "republiquetcheque": "CZ", "uae": "AE",
}  # fmt: skip


class Attribute(StrEnum):
    INDUSTRY = "industry"
    EMPLOYEES = "employees"
    COUNTRY = "country"
    TECHNOLOGY = "technology"
    REVENUE = "revenue_minor"  # a year, in minor units of the organisation's currency


class Operator(StrEnum):
    IN = "in"
    NOT_IN = "not_in"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"  # both ends included
    KNOWN = "known"


WORDS = frozenset({Attribute.INDUSTRY, Attribute.COUNTRY, Attribute.TECHNOLOGY})
OF_WORDS = (Operator.IN, Operator.NOT_IN, Operator.KNOWN)
OF_NUMBERS = (Operator.AT_LEAST, Operator.AT_MOST, Operator.BETWEEN, Operator.KNOWN)
COLUMNS = tuple(attribute.value for attribute in Attribute)


class RuleError(ValueError):
    """A rule that cannot be read; `code` says why, `at` where (from 0)."""

    def __init__(self, code: str, at: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.at = at


@dataclass(frozen=True, slots=True)
class Rule:
    """`attribute` `operator` values (of words) or low and high (of numbers)."""

    attribute: Attribute
    operator: Operator
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None

    def as_dict(self) -> dict[str, Any]:
        said: dict[str, Any] = {"field": self.attribute.value, "is": self.operator.value}
        if self.values:
            said["values"] = list(self.values)
        return said | {
            name: bound for name, bound in (("low", self.low), ("high", self.high)) if bound is not None
        }


def operators(attribute: Attribute) -> tuple[Operator, ...]:
    return OF_WORDS if attribute in WORDS else OF_NUMBERS


def read_rules(document: Sequence[Any]) -> tuple[Rule, ...]:
    """The rules of a stored or typed document. Raises RuleError: not_a_rule, wrong_operator, no_values, too_many_values,
    no_number, upside_down, too_many_rules."""
    if len(document) > MAX_RULES:
        raise RuleError("too_many_rules", MAX_RULES)
    return tuple(_read(said, at) for at, said in enumerate(document))


def _read(said: Any, at: int) -> Rule:
    if not isinstance(said, Mapping):
        raise RuleError("not_a_rule", at)
    try:
        attribute, operator = Attribute(said.get("field", "")), Operator(said.get("is", ""))
    except ValueError as error:
        raise RuleError("not_a_rule", at) from error
    if operator not in operators(attribute):
        raise RuleError("wrong_operator", at)
    values = tuple(
        dict.fromkeys(str(value).strip() for value in said.get("values", []) if str(value).strip())
    )
    low, high = said.get("low"), said.get("high")
    if operator in (Operator.IN, Operator.NOT_IN):
        if not any(_word_key(attribute, value) for value in values):
            raise RuleError("no_values", at)
        if len(values) > MAX_VALUES:
            raise RuleError("too_many_values", at)
        return Rule(attribute, operator, values)
    if operator == Operator.KNOWN:
        return Rule(attribute, operator)
    needs_low, needs_high = operator != Operator.AT_MOST, operator != Operator.AT_LEAST
    if (needs_low and not _is_number(low)) or (needs_high and not _is_number(high)):
        raise RuleError("no_number", at)
    if operator == Operator.BETWEEN and low > high:  # type: ignore[operator]
        raise RuleError("upside_down", at)
    return Rule(attribute, operator, (), low if needs_low else None, high if needs_high else None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def matches(companies: pd.DataFrame, rules: Sequence[Rule]) -> Mask:
    """Which rows (COLUMNS) meet every rule. Without a rule nobody does: it says nothing of whom it means."""
    if not rules:
        return np.zeros(len(companies), dtype=bool)
    met = np.ones(len(companies), dtype=bool)
    for rule in rules:
        met &= _meets(companies[rule.attribute.value], rule)
    return met


def first_match(companies: pd.DataFrame, segments: Sequence[Sequence[Rule]]) -> npt.NDArray[np.intp]:
    """For each row the place of the first segment that it meets, -1 for none."""
    found = np.full(len(companies), -1, dtype=np.intp)
    for place, rules in enumerate(segments):
        free = found == -1
        if not free.any():
            break
        # Only who is not placed yet is looked at.
        found[np.flatnonzero(free)[matches(companies[free], rules)]] = place
    return found


def _meets(column: "pd.Series[Any]", rule: Rule) -> Mask:
    if rule.attribute in WORDS:
        return _meets_words(column, rule)
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    known = ~np.isnan(numbers)
    low = -np.inf if rule.low is None else rule.low
    high = np.inf if rule.high is None else rule.high
    result: Mask = known & (numbers >= low) & (numbers <= high)
    return result


def _meets_words(column: "pd.Series[Any]", rule: Rule) -> Mask:
    """Each distinct text is judged once: a hundred thousand companies share a few hundred industries."""
    wanted = {_word_key(rule.attribute, value) for value in rule.values} - {""}
    codes, distinct = pd.factorize(column.fillna("").astype(object))
    judged = np.array([_text_meets(str(text), rule, wanted) for text in distinct], dtype=bool)
    if not len(distinct):
        return np.zeros(len(column), dtype=bool)
    result: Mask = judged[codes]
    return result


def _text_meets(text: str, rule: Rule, wanted: set[str]) -> bool:
    keys = word_keys(rule.attribute, text)
    if not keys:
        return False
    match rule.operator:
        case Operator.IN:
            return bool(keys & wanted)
        case Operator.NOT_IN:
            return not keys & wanted
        case _:
            return True


def word_keys(attribute: Attribute, text: str) -> set[str]:
    """The keys under which a text of this attribute is compared; technologies are several in one text."""
    parts = text.replace(",", ";").split(";") if attribute == Attribute.TECHNOLOGY else [text]
    return {_word_key(attribute, part) for part in parts} - {""}


def _word_key(attribute: Attribute, text: str) -> str:
    key = name_key(text)
    return _country_codes().get(key, key) if attribute == Attribute.COUNTRY else key


def _territories(language: str) -> dict[str, str]:
    """Code of two letters → name of the country."""
    found = cast("Mapping[str, str]", Locale(language).territories)
    return {code: name for code, name in found.items() if len(code) == 2}


@cache
def _country_codes() -> dict[str, str]:
    """Key of a country's code, of its French and of its English name → its code."""
    named = {name_key(code): code for code in _territories("en")}
    for language in ("fr", "en"):
        named |= {name_key(name): code for code, name in _territories(language).items()}
    return named | COUNTRY_NICKNAMES
