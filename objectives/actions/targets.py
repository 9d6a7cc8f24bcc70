"""What a target may be, whoever sets it."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.domain.catalogue import CATALOGUE, LARGEST_TARGET, Unit
from tenants.money import to_minor


def check_target(metric: str, value: Decimal | None, currency: str, field: str = "target") -> None:
    """Raise ValidationError at `field` for a target that cannot be meant; None is "no target yet"."""
    if value is None:
        return
    unit = CATALOGUE[metric].unit
    largest = Decimal(LARGEST_TARGET[unit])
    if value < 0:
        raise ValidationError({field: _("A target is not negative.")})
    if unit is Unit.RATE and value > largest:
        raise ValidationError({field: _("A rate is at most 100 %.")})
    if value > (to_minor(largest, currency) if unit is Unit.MONEY else largest):
        raise ValidationError({field: _("This target is too large to be meant.")})
