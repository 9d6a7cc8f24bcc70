"""What a kind of file is made of: fields, and the headers that are known to mean them.

Headers are compared by `normalise_key` (case, accents and punctuation do not count) and in order of
preference: when a file has two headers of the same field, the one listed first is taken. They come
from the exports of HubSpot, Salesforce and Pipedrive, in English and French, and from common usage.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from pipeline.domain.importing.keys import normalise_key

ENTERED_AT = "entered_at:"  # followed by a stage name: a dated entry into that stage


class FieldType(StrEnum):
    IDENTIFIER = "identifier"  # text compared exactly
    NAME = "name"  # text compared by its key
    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"
    AMOUNT_OR_SHARE = "amount_or_share"  # "35 %" is a share of the row's amount
    NUMBER = "number"  # two decimals
    INTEGER = "integer"
    EMAIL = "email"
    CURRENCY = "currency"
    STATUS = "status"
    PROFILE = "profile"
    CHOICE = "choice"  # one of `Field.choices`


@dataclass(frozen=True)
class Field:
    """One thing a column can mean. `headers`: known column names, separated by "|", preferred first.

    `minimum`, `maximum` bound amounts, numbers and integers; `length` bounds texts, in characters. `choices`: (value, the
    words that mean it, separated by "|"), of a CHOICE.
    """

    key: str
    type: FieldType
    label: str
    headers: str = ""
    required: bool = False
    length: int = 120
    minimum: int | Decimal | None = None
    maximum: int | None = None
    choices: tuple[tuple[str, str], ...] = ()

    @cached_property
    def by_word(self) -> dict[str, str]:
        """Key of a word → the choice that it means."""
        return {
            normalise_key(word): value for value, words in self.choices for word in (value, *words.split("|"))
        }

    @cached_property
    def header_keys(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(normalise_key(header) for header in (self.key, *self.headers.split("|")) if header)
        )


@dataclass(frozen=True)
class Kind:
    """A kind of file. `one_of`: fields of which a mapping and every row need at least one.

    `aliases`: other names of fields accepted in a mapping file.
    """

    key: str
    label: str
    fields: tuple[Field, ...]
    aliases: dict[str, str]
    one_of: tuple[str, ...] = ()
    staged: bool = False  # may have `entered_at:<Stage>` columns
    identity: str = ""  # a field whose value is in one row of a file only

    @cached_property
    def by_key(self) -> dict[str, Field]:
        return {field.key: field for field in self.fields}

    @cached_property
    def by_header(self) -> dict[str, tuple[Field, int]]:
        """Header key → its field and its rank there (0 is the preferred header)."""
        found: dict[str, tuple[Field, int]] = {}
        for field in self.fields:
            for rank, key in enumerate(field.header_keys):
                found.setdefault(key, (field, rank))
        return found

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(field.key for field in self.fields if field.required)

    def field(self, key: str) -> Field | None:
        """The field of a canonical key; `entered_at:<Stage>` is a date in kinds with stages."""
        if self.staged and key.startswith(ENTERED_AT) and key != ENTERED_AT:
            return Field(key, FieldType.DATE, key)
        return self.by_key.get(key)
