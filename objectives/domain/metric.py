"""What a metric is: the type of the catalogue's rows (R2)."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """Unit of a metric's value."""

    MONEY = "money"
    COUNT = "count"
    RATE = "rate"
    DAYS = "days"


class Link(StrEnum):
    """Link of the chain of value that a metric measures."""

    OPENING = "opening"  # an opportunity is opened
    CONVERSION = "conversion"  # an opportunity moves from one stage to the next
    CLOSING = "closing"  # an opportunity is won or lost
    VALUE = "value"  # what a won deal is worth
    CHAIN = "chain"  # the chain as a whole


class LinkOwner(StrEnum):
    """Who answers for a link."""

    MARKETING = "marketing"
    PROSPECTING = "prospecting"
    PARTNER = "partner"
    SALES = "sales"
    MANAGEMENT = "management"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric, in both languages.

    ``numerator`` and ``denominator`` name what is stored beside every value (a denominator of "" means that
    the value is a sum, not a ratio); ``higher_is_better`` is None where neither direction is good in itself.
    """

    key: str
    name_en: str
    name_fr: str
    unit: Unit
    definition_en: str
    definition_fr: str
    formula_en: str
    formula_fr: str
    link: Link
    owner_of_link: LinkOwner
    numerator_en: str
    numerator_fr: str
    denominator_en: str = ""
    denominator_fr: str = ""
    higher_is_better: bool | None = True

    def name(self, language: str) -> str:
        """Return the name in "fr…" or, for anything else, English; so do the next two."""
        return self.name_fr if language.startswith("fr") else self.name_en

    def definition(self, language: str) -> str:
        """Return the definition in the language."""
        return self.definition_fr if language.startswith("fr") else self.definition_en

    def formula(self, language: str) -> str:
        """Return the formula in the language."""
        return self.formula_fr if language.startswith("fr") else self.formula_en
