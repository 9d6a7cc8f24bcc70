"""What effort costs on a day."""

from datetime import date

from prospecting.models import Cost


def day_cost(on: date) -> int | None:
    """The loaded cost of a day of work (FTE) in force on `on`, minor units; None when none was said. One query."""
    found = Cost.objects.filter(kind=Cost.Kind.DAY, from_on__lte=on).order_by("-from_on").first()
    return None if found is None else int(found.amount_minor)


def channel_costs(on: date) -> dict[str, int]:
    """What an activity costs on `on`, minor units, by channel; those that were said. One query."""
    found = Cost.objects.filter(kind=Cost.Kind.CHANNEL, from_on__lte=on)
    latest = found.order_by("channel", "-from_on").distinct("channel")
    return {one.channel: int(one.amount_minor) for one in latest}


def all_costs() -> list[Cost]:
    """Every cost that was ever said: by kind and channel, the latest first."""
    return list(Cost.objects.order_by("-kind", "channel", "-from_on"))
