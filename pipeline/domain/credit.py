"""How the credit of one deal is shared: what may be agreed, and what it comes to, to the cent.

The production twin of `parts`, set-based, is in `pipeline.actions.credit_sql`; a test compares the two.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from math import floor

WHOLE = Decimal(1)
STEP = Decimal("0.000001")  # what is stored: a ten-thousandth of a percent


class Flaw(StrEnum):
    NOT_A_SHARE = "not_a_share"  # not above 0 %, or above 100 %
    TOO_MUCH = "too_much"  # together more than the deal
    NOT_WHOLE = "not_whole"  # the owner's part is said too, and together they are not the deal


class UnfairShares(ValueError):
    """`who` is the position of the share at fault, None where it is the sum; `total` is what they add up to."""

    def __init__(self, flaw: Flaw, total: Decimal, who: int | None = None) -> None:
        super().__init__(flaw)
        self.flaw, self.total, self.who = flaw, total, who


def owners_rest(shares: Sequence[Decimal], owner: Decimal | None = None) -> Decimal:
    """The owner's part beside those of the others: what is left of the deal when it is not said. May be 0.

    Raises UnfairShares for a share outside ]0, 1], a sum above 1, or one that is not 1 when the owner's is said.
    """
    for position, share in enumerate(shares):
        if not 0 < share <= WHOLE:
            raise UnfairShares(Flaw.NOT_A_SHARE, share, position)
    given = sum(shares, Decimal(0))
    if owner is not None and not 0 <= owner <= WHOLE:
        raise UnfairShares(Flaw.NOT_A_SHARE, owner)
    if owner is not None and given + owner != WHOLE:
        raise UnfairShares(Flaw.NOT_WHOLE, given + owner)
    if given > WHOLE:
        raise UnfairShares(Flaw.TOO_MUCH, given)
    return WHOLE - given


def parts[K](amount: int, shares: Mapping[K, Decimal]) -> dict[K, int]:
    """An amount in minor units shared out to the unit, by largest remainder; ties go by the order of `shares`."""
    exact = {who: amount * share for who, share in shares.items()}
    found = {who: floor(value) for who, value in exact.items()}
    left = amount - sum(found.values())
    first = sorted(exact, key=lambda who: found[who] - exact[who])  # stable: ties keep their order
    for who in first[:left]:
        found[who] += 1
    return found
