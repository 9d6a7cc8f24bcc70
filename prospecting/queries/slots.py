"""Who can be met when. A partner learns the free times of those who offer them, and nothing of what fills the others."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from prospecting.domain.meetings import OCCUPYING
from prospecting.domain.slots import DAYS, Hours, Slot, Span, free_slots
from prospecting.models import Availability, BusyTime, Meeting
from prospecting.queries.readers import person_names
from tenants.models import Organisation
from tenants.scope import behind_the_wall


@dataclass(frozen=True, slots=True)
class HostSlots:
    host_id: UUID
    name: str
    slots: list[Slot]


def offered(
    organisation: Organisation, now: datetime, *, for_partners: bool, days: int = DAYS, hosts: Iterable[UUID] | None = None
) -> list[HostSlots]:  # fmt: skip
    """The free slots of everybody who offers hours (or of `hosts`), by name. Four queries, however many they are."""
    found = Availability.objects.all()
    if for_partners:
        found = found.filter(for_partners=True)
    if hosts is not None:
        found = found.filter(host__in=list(hosts))
    hours: dict[UUID, list[Hours]] = defaultdict(list)
    for one in found:
        hours[one.host_id].append(
            Hours(one.weekday, one.opens_at, one.closes_at, one.minutes, one.buffer_minutes)
        )
    taken = _taken(set(hours), now, now + timedelta(days=days + 1))
    names = person_names(set(hours))
    lines = [
        HostSlots(host, names[host], free_slots(own, taken[host], organisation.zone, now, days=days))
        for host, own in hours.items()
        if host in names
    ]
    return sorted(lines, key=lambda line: line.name)


def is_free(
    organisation: Organisation, host_id: UUID, starts_at: datetime, now: datetime, *, for_partners: bool
) -> bool:
    """Whether this very slot is offered now."""
    lines = offered(organisation, now, for_partners=for_partners, hosts=[host_id])
    return any(slot.starts_at == starts_at for line in lines for slot in line.slots)


def _taken(hosts: set[UUID], since: datetime, until: datetime) -> dict[UUID, list[Span]]:
    spans: dict[UUID, list[Span]] = defaultdict(list)
    with behind_the_wall():
        meetings = Meeting.objects.filter(
            host__in=hosts, state__in=OCCUPYING, starts_at__lt=until, busy_until__gt=since
        ).values_list("host_id", "starts_at", "busy_until")
        busy = BusyTime.objects.filter(host__in=hosts, starts_at__lt=until, ends_at__gt=since)
        for host, start, end in (*meetings, *busy.values_list("host_id", "starts_at", "ends_at")):
            spans[host].append((start, end))
    return spans
