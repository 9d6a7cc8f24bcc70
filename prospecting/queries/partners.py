"""What the pages about partners read: engagements, their prices and people, their figures, their statements."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast
from uuid import UUID

import pandas as pd

from prospecting.domain.meetings import ACCEPTED, REFUSED
from prospecting.domain.partner_fees import Tariff, monthly_fees
from prospecting.domain.partner_figures import booked, figures, rates
from prospecting.models import (
    Criterion,
    Engagement,
    EngagementInvitation,
    EngagementMember,
    Meeting,
    Partner,
    Price,
)
from prospecting.queries.partner_meetings import known_meetings
from tenants.domain.roles import Role
from tenants.models import Membership, Organisation
from tenants.queries import members_with, membership

NO_CRITERION = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Figures and rates of engagements over a window. unmet: (engagement, label, refused meetings), most first."""

    engagements: list[Engagement]
    figures: pd.DataFrame
    rates: pd.DataFrame
    unmet: list[tuple[UUID, str, int]]


def engagements(ids: Collection[UUID] | None = None) -> list[Engagement]:
    """Those of firms in use first; all of them, or those of `ids`. One query."""
    found = Engagement.objects.select_related("partner").order_by("-is_active", "partner__name", "name")
    return list(found if ids is None else found.filter(id__in=ids))


def tariffs(ids: Iterable[UUID]) -> dict[UUID, list[Tariff]]:
    """The prices of each engagement, oldest first. One query."""
    found: dict[UUID, list[Tariff]] = {one: [] for one in ids}
    for price in Price.objects.filter(engagement__in=list(found)).order_by("from_on"):
        found[price.engagement_id].append(Tariff(price.from_on, price.meeting_minor, price.month_minor))
    return found


def report(
    organisation: Organisation, chosen: Sequence[Engagement], *, first: date | None, as_of: date
) -> Report:
    """Everything of F13 for these engagements: slots from `first` (None: all) to `as_of`. Three queries."""
    ids = [one.id for one in chosen]
    prices = tariffs(ids)
    rows = known_meetings(organisation, ids, first=first, as_of=as_of)
    fees = pd.Series(
        {
            one.id: monthly_fees(
                prices[one.id], first or one.starts_on, as_of, starts_on=one.starts_on, ends_on=one.ends_on
            )
            for one in chosen
        },
        dtype="int64",
    )
    found = figures(rows, fees, as_of)
    return Report(list(chosen), found, rates(found), _unmet(rows, as_of))


def _unmet(rows: pd.DataFrame, as_of: date) -> list[tuple[UUID, str, int]]:
    refused = booked(rows, as_of)
    refused = refused[refused["state"].isin(REFUSED)]
    labels = dict(
        Criterion.objects.filter(id__in=refused["unmet_id"].dropna().unique()).values_list("id", "label")
    )
    named = refused["unmet_id"].map(lambda one: labels.get(one, NO_CRITERION))
    counts = refused.groupby([refused["engagement"], named]).size()
    counted = cast("Iterable[tuple[tuple[UUID, str], int]]", counts.items())
    lines = [(engagement, str(label), int(count)) for (engagement, label), count in counted]
    return sorted(lines, key=lambda line: (-line[2], line[1]))


# Management -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EngagementPeople:
    """Who works on an engagement: (row, membership); memberships to attach; invitations that wait: (e-mail)."""

    members: list[tuple[EngagementMember, Membership]]
    free: list[Membership]
    invited: list[str]


def firms() -> list[tuple[Partner, list[Engagement]]]:
    """Each firm with its engagements, those worked with first. Two queries."""
    of_firm: dict[UUID, list[Engagement]] = {}
    for one in Engagement.objects.order_by("-is_active", "-starts_on"):
        of_firm.setdefault(one.partner_id, []).append(one)
    return [(firm, of_firm.get(firm.id, [])) for firm in Partner.objects.order_by("-is_active", "name")]


def people_of(engagement: Engagement) -> EngagementPeople:
    rows = list(EngagementMember.objects.filter(engagement=engagement))
    found = [(row, membership(row.organisation_id, row.membership_id)) for row in rows]
    taken = {row.membership_id for row in rows}
    return EngagementPeople(
        members=[(row, login) for row, login in found if login is not None],
        free=[one for one in members_with(engagement.organisation_id, [Role.PARTNER]) if one.id not in taken],
        invited=list(
            EngagementInvitation.objects.filter(
                engagement=engagement, invitation__accepted_at=None, invitation__revoked_at=None
            ).values_list("invitation__email", flat=True)
        ),
    )


# Statements -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Statement:
    """The accepted meetings of an engagement in a month, to put on an invoice. Minor units."""

    engagement: Engagement
    first: date
    last: date
    meetings: list[Meeting]
    fee_minor: int

    @property
    def meetings_minor(self) -> int:
        return sum(one.price_minor for one in self.meetings)

    @property
    def total_minor(self) -> int:
        return self.meetings_minor + self.fee_minor


def statement(engagement: Engagement, month: date) -> Statement:
    """What was accepted in the month of the day `month`, each meeting at the price of its booking. Two queries.

    An open dispute is not accepted: it comes onto the statement of the month in which it is settled.
    """
    first = month.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    accepted = Meeting.objects.select_related("organisation").filter(
        engagement=engagement, state__in=sorted(ACCEPTED), accepted_on__gte=first, accepted_on__lte=last
    )
    fee = monthly_fees(
        tariffs([engagement.id])[engagement.id],
        first,
        last,
        starts_on=engagement.starts_on,
        ends_on=engagement.ends_on,
    )
    return Statement(engagement, first, last, list(accepted.order_by("accepted_on", "starts_at", "id")), fee)
