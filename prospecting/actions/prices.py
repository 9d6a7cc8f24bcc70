"""What an engagement costs, from a day on. A meeting keeps the price of the day it was booked."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from prospecting.models import Engagement, Price
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission


def set_price(
    *, engagement: Engagement, from_on: date, meeting_minor: int, month_minor: int, by: Actor
) -> Price:
    """Set the price in force from `from_on` on; one that began on the same day gives way. Minor units.

    Raises ValidationError at the field.
    """
    by.require(Permission.MANAGE_PARTNERS)
    for field, amount in (("meeting_minor", meeting_minor), ("month_minor", month_minor)):
        if amount < 0:
            raise ValidationError({field: _("An amount here is not negative.")})
    row, _made = Price.objects.update_or_create(
        engagement=engagement,
        from_on=from_on,
        defaults={"meeting_minor": meeting_minor, "month_minor": month_minor},
    )
    detail = {"from": from_on.isoformat(), "meeting": meeting_minor, "month": month_minor}
    audit.record(by=by, verb="price.set", obj=row, detail=detail)
    return row


def remove(*, price: Price, by: Actor) -> None:
    """Take a price away: the one before it holds on. Meetings that were booked under it keep it."""
    by.require(Permission.MANAGE_PARTNERS)
    audit.record(by=by, verb="price.remove", obj=price, detail={"from": price.from_on.isoformat()})
    price.delete()
