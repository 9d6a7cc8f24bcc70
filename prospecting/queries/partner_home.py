"""What the home of a partner reads. All of it through the wall: the own engagements and what they disclose."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pandas as pd

from prospecting.domain.meetings import ACCEPTED, REFUSED, State
from prospecting.domain.partner_figures import figures, rates, row_of
from prospecting.models import Criterion, DefinitionVersion, Engagement, Meeting, Price, Segment
from prospecting.queries.partner_meetings import known_meetings
from prospecting.queries.readers import person_names
from tenants.domain.working_days import is_working
from tenants.models import Organisation
from tenants.queries.calendar import public_holidays

WINDOW = timedelta(days=182)  # of rates and delays
REFUSALS_SHOWN = timedelta(days=60)
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Month:
    """Accepted in target since the first of the month, against the path; off: accepted off target, which do not count."""

    first: date
    accepted: int
    off: int
    path: float | None
    target: int | None


@dataclass(frozen=True, slots=True)
class Home:
    engagement: Engagement
    month: Month
    in_force: DefinitionVersion | None
    criteria: list[Criterion]
    proposed: DefinitionVersion | None  # by the client: waits for the partner's answer
    proposed_criteria: list[Criterion]
    to_log: list[Meeting]
    ahead: list[Meeting]
    waiting: list[Meeting]
    refused: list[Meeting]
    disputed: list[Meeting]
    segments: list[str]  # of the engagement; none = all
    price: Price | None  # in force
    names: dict[UUID, str]  # of hosts and of the client's contact
    figures: Any  # a row of partner_figures.figures
    rates: pd.DataFrame


def own_engagements() -> list[Engagement]:
    """Those that the wall shows; running ones first. One query."""
    return list(Engagement.objects.select_related("partner").order_by("-is_active", "name"))


def home(organisation: Organisation, engagement: Engagement, today: date) -> Home:
    mine = Meeting.objects.filter(engagement=engagement).select_related("unmet", "organisation")
    booked = list(mine.filter(state=State.BOOKED).order_by("starts_at"))
    since = today - REFUSALS_SHOWN
    waiting = list(mine.filter(state=State.HELD).order_by("answer_due_on", "starts_at"))
    refused = list(
        mine.filter(state__in=sorted(REFUSED), answered_at__date__gte=since).order_by("-answered_at")
    )
    disputed = list(mine.filter(state=State.DISPUTED).order_by("second_look_due_on", "starts_at"))
    versions = DefinitionVersion.objects.filter(definition__engagement=engagement).select_related(
        "definition"
    )
    in_force = versions.filter(state=DefinitionVersion.State.ACCEPTED).first()
    proposed = versions.filter(state=DefinitionVersion.State.PROPOSED, proposed_side="client").first()
    is_over = [one.ends_at.astimezone(organisation.zone).date() <= today for one in booked]
    rows = known_meetings(
        organisation, [engagement.id], first=today - WINDOW, as_of=today, disclosed_only=True
    )
    found = figures(rows, pd.Series({engagement.id: 0}), today)
    people = {one.host_id for one in (*booked, *waiting, *refused) if one.host_id}
    if engagement.client_contact_id:
        people.add(engagement.client_contact_id)
    return Home(
        engagement=engagement,
        month=_month(organisation, engagement, today),
        in_force=in_force,
        criteria=list(in_force.criteria.all()) if in_force else [],
        proposed=proposed,
        proposed_criteria=list(proposed.criteria.all()) if proposed else [],
        to_log=[one for one, over in zip(booked, is_over, strict=True) if over],
        ahead=[one for one, over in zip(booked, is_over, strict=True) if not over][:SHOWN],
        waiting=waiting,
        refused=refused,
        disputed=disputed,
        segments=list(Segment.objects.filter(pk__in=engagement.segments).values_list("name", flat=True)),
        price=Price.objects.filter(engagement=engagement, from_on__lte=today).order_by("from_on").last(),
        names=person_names(people),
        figures=row_of(found, engagement.id),
        rates=rates(found),
    )


def _month(organisation: Organisation, engagement: Engagement, today: date) -> Month:
    first = today.replace(day=1)
    accepted = list(
        Meeting.objects.filter(
            engagement=engagement, state__in=sorted(ACCEPTED), accepted_on__gte=first, accepted_on__lte=today
        ).values_list("in_target", flat=True)
    )
    path = None
    if engagement.monthly_accepted is not None:
        path = engagement.monthly_accepted * _share_gone(organisation, engagement, first, today)
    return Month(first, sum(accepted), len(accepted) - sum(accepted), path, engagement.monthly_accepted)


def _share_gone(organisation: Organisation, engagement: Engagement, first: date, today: date) -> float:
    """The share of the month's working days until today, both ends of the engagement kept; 0 without any."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    begins, ends = max(first, engagement.starts_on), min(last, engagement.ends_on or last)
    holidays = public_holidays(organisation.country, first.year, last.year)
    worked = [
        day
        for number in range(max((ends - begins).days + 1, 0))
        if is_working(day := begins + timedelta(days=number), organisation.working_days, holidays)
    ]
    return sum(day <= today for day in worked) / len(worked) if worked else 0.0
