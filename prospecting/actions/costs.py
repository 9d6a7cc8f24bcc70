"""What effort costs in the house, from a day on."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from prospecting.domain.channels import Channel
from prospecting.models import Cost
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission


def set_cost(*, kind: str, channel: str, from_on: date, amount_minor: int, by: Actor) -> Cost:
    """Set a cost in force from `from_on` on: of a loaded day of work, or of an activity through `channel`.

    One of the same day gives way. Raises ValidationError at the field.
    """
    by.require(Permission.SET_COSTS)
    if kind not in Cost.Kind.values:
        raise ValidationError({"kind": _("Choose an answer.")})
    if kind == Cost.Kind.DAY:
        channel = ""
    elif channel not in {one.value for one in Channel}:
        raise ValidationError({"channel": _("Choose a channel.")})
    if amount_minor < 0:
        raise ValidationError({"amount_minor": _("An amount here is not negative.")})
    row, _made = Cost.objects.update_or_create(
        kind=kind, channel=channel, from_on=from_on, defaults={"amount_minor": amount_minor}
    )
    detail = {"kind": kind, "channel": channel, "from": from_on.isoformat(), "amount": amount_minor}
    audit.record(by=by, verb="cost.set", obj=row, detail=detail)
    return row


def remove(*, cost: Cost, by: Actor) -> None:
    """Take a cost away: the one before it holds on."""
    by.require(Permission.SET_COSTS)
    detail = {"kind": cost.kind, "channel": cost.channel, "from": cost.from_on.isoformat()}
    audit.record(by=by, verb="cost.remove", obj=cost, detail=detail)
    cost.delete()
