"""What effort costs until the end of a cycle: people, activities by channel, partners."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Sum

from prospecting.domain.channels import Channel
from prospecting.domain.meetings import ACCEPTED
from prospecting.domain.partner_fees import Tariff, in_force, monthly_fees
from prospecting.models import Activity, Engagement, Meeting
from prospecting.queries.costs import channel_costs, day_cost
from reporting.domain.what_if_cost import Effort, Spending

LOOKED_BACK = 91
DAYS_IN_WEEK = 7


def spending(as_of: date, *, fte_days: float, weeks: float, people: Collection[UUID] | None) -> Spending:
    """At the pace of the last quarter and the prices of the day; `people`: of these alone, None for everybody's.

    Partners work for the whole company: their prices count there only. Five queries at most.
    """
    prices = channel_costs(as_of)
    since = as_of - timedelta(days=LOOKED_BACK)
    done = Activity.objects.filter(day__gt=since, day__lte=as_of, engagement=None)
    if people is not None:
        done = done.filter(person_id__in=list(people))
    past_weeks = LOOKED_BACK / DAYS_IN_WEEK
    by_channel = dict(done.order_by().values_list("channel").annotate(total=Sum("quantity")))
    efforts = [
        Effort(channel, total / past_weeks, prices[channel])
        for channel, total in sorted(by_channel.items())
        if channel in prices
    ]
    fees = 0
    if people is None:
        meetings, fees = _partners(as_of, since, round(weeks * DAYS_IN_WEEK))
        efforts += meetings
    return Spending(
        day=day_cost(as_of),
        fte_days=fte_days,
        efforts=tuple(efforts),
        fees=fees,
        weeks=weeks,
        unpriced=tuple(sorted(set(by_channel) - set(prices))),
    )


def _partners(as_of: date, since: date, days: int) -> tuple[list[Effort], int]:
    """The accepted meetings of each engagement, a week and each, and the monthly prices to come. Three queries."""
    running = list(Engagement.objects.filter(is_active=True).prefetch_related("prices"))
    if not running:
        return [], 0
    accepted = dict(
        Meeting.objects.filter(
            engagement__in=running, state__in=[state.value for state in ACCEPTED],
            accepted_on__gt=since, accepted_on__lte=as_of,
        ).order_by().values_list("engagement_id").annotate(total=Count("id"))
    )  # fmt: skip
    efforts: list[Effort] = []
    fees = 0
    for engagement in running:
        tariffs = [Tariff(one.from_on, one.meeting_minor, one.month_minor) for one in engagement.prices.all()]
        price = in_force(tariffs, as_of)
        if price is not None and (count := accepted.get(engagement.pk, 0)):
            efforts.append(
                Effort(Channel.PARTNER.value, count / (LOOKED_BACK / DAYS_IN_WEEK), price.meeting_minor)
            )
        fees += monthly_fees(
            tariffs, as_of + timedelta(days=1), as_of + timedelta(days=days),
            starts_on=engagement.starts_on, ends_on=engagement.ends_on,
        )  # fmt: skip
    return efforts, fees
