"""What a metric is: the type of the catalogue's rows (R2)."""

from dataclasses import dataclass
from enum import StrEnum

from tenants.domain.roles import Role


class Unit(StrEnum):
    """Unit of a metric's value."""

    MONEY = "money"
    COUNT = "count"
    RATE = "rate"
    DAYS = "days"
    MONTHS = "months"


class Family(StrEnum):
    """What an objective on a metric asks for; the first three are the levers of performance."""

    PROSPECTING = "prospecting"
    CONVERSION = "conversion"
    VALUE = "value"
    LEARNING = "learning"  # what somebody who begins has to learn
    STEERING = "steering"  # figures that pages show; no objective is set on them


class Source(StrEnum):
    """Where the value of a metric comes from."""

    MEASURED = "measured"  # from the deals
    LOGGED = "logged"  # from activities and meetings; entered by people in a cycle without any
    TYPED = "typed"  # entered by people


class Link(StrEnum):
    """Link of the chain of value that a metric measures."""

    CONTACT = "contact"  # a prospect is contacted
    MEETING = "meeting"  # a meeting is held, and judged
    OPENING = "opening"  # an opportunity is opened
    CONVERSION = "conversion"  # an opportunity moves from one stage to the next
    CLOSING = "closing"  # an opportunity is won or lost
    VALUE = "value"  # what a won deal is worth
    RETENTION = "retention"  # a customer buys again
    SKILLS = "skills"  # somebody learns the trade
    CHAIN = "chain"  # the chain as a whole


class LinkOwner(StrEnum):
    """Who answers for a link."""

    MARKETING = "marketing"
    PROSPECTING = "prospecting"
    PARTNER = "partner"
    SALES = "sales"
    MANAGEMENT = "management"


# Above these, a target is a slip of the keyboard. In major units for money.
LARGEST_TARGET: dict[Unit, int] = {
    Unit.MONEY: 10**12,
    Unit.COUNT: 1_000_000,
    Unit.RATE: 1,
    Unit.DAYS: 3_650,
    Unit.MONTHS: 240,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric, in both languages.

    ``numerator`` and ``denominator`` name what is stored beside every value (a denominator of "" means that
    the value is a sum or a median, not a ratio); ``higher_is_better`` is None where neither direction is good in
    itself; ``has_stage``: an objective on it names the stage that it is about; ``used_by``: the roles who work with it.
    """

    key: str
    family: Family
    name_en: str
    name_fr: str
    unit: Unit
    definition_en: str
    definition_fr: str
    formula_en: str
    formula_fr: str
    link: Link
    owner_of_link: LinkOwner
    used_by: tuple[Role, ...]
    numerator_en: str
    numerator_fr: str
    denominator_en: str = ""
    denominator_fr: str = ""
    higher_is_better: bool | None = True
    source: Source = Source.MEASURED
    has_stage: bool = False

    @property
    def is_shared_out(self) -> bool:
        """Whether the targets of teams and people add up to that of the company; ratios and medians do not."""
        return self.unit in (Unit.MONEY, Unit.COUNT) and not self.denominator_en

    def name(self, language: str) -> str:
        """Return the name in "fr…" or, for anything else, English; so do the next ones."""
        return self.name_fr if language.startswith("fr") else self.name_en

    def definition(self, language: str) -> str:
        """Return the definition in the language."""
        return self.definition_fr if language.startswith("fr") else self.definition_en

    def formula(self, language: str) -> str:
        """Return the formula in the language."""
        return self.formula_fr if language.startswith("fr") else self.formula_en

    def numerator(self, language: str) -> str:
        """Return the name of the numerator in the language."""
        return self.numerator_fr if language.startswith("fr") else self.numerator_en

    def denominator(self, language: str) -> str:
        """Return the name of the denominator in the language, "" for a sum or a median."""
        return self.denominator_fr if language.startswith("fr") else self.denominator_en
