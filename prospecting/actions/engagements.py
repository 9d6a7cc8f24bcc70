"""Engagements of partner firms: what was agreed, and what of it changes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from prospecting.actions import disclosure as disclosures
from prospecting.actions.errors import refuse_stale
from prospecting.domain.channels import Channel
from prospecting.models import Engagement, Partner, Segment
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.names import normalise_key
from tenants.domain.roles import Permission
from tenants.models import Person

KEY_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed on. segments, channels: none = all of them. ends_on: the last day; None without an end."""

    name: str
    starts_on: date
    ends_on: date | None = None
    segments: Sequence[Segment] = ()
    channels: Sequence[str] = ()
    territories: str = ""
    log_hours: int = 24
    answer_days: int = 2
    second_look_days: int = 5
    monthly_accepted: int | None = None
    disclosure: str = Engagement.Disclosure.NOTHING.value
    client_contact: Person | None = None
    contact_note: str = ""
    is_active: bool = True


def create(*, partner: Partner, terms: Terms, by: Actor) -> Engagement:
    """Begin an engagement. Raises ValidationError at the field."""
    by.require(Permission.MANAGE_PARTNERS)
    row = Engagement(partner=partner)
    _write(row, terms)
    audit.record(by=by, verb="engagement.create", obj=row, detail={"partner": str(partner.id)})
    return row


def change(*, engagement: Engagement, terms: Terms, version: int | None, by: Actor) -> Engagement:
    """Change what is agreed, for what comes: a meeting keeps the price and the days for the answers of its booking.

    What may be known of opportunities holds at once, also for the meetings of before. Raises StaleVersion,
    ValidationError at the field.
    """
    by.require(Permission.MANAGE_PARTNERS)
    row = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    refuse_stale(row, version)
    told = row.disclosure
    row.version += 1
    _write(row, terms)
    if row.disclosure != told:
        disclosures.refresh(engagement_id=row.id)
    audit.record(by=by, verb="engagement.change", obj=row, detail={"disclosure": row.disclosure})
    return row


def _write(row: Engagement, terms: Terms) -> None:
    _check(terms)
    for one in fields(Terms):
        if one.name not in ("segments", "channels"):
            setattr(row, one.name, getattr(terms, one.name))
    row.segments = [segment.id for segment in terms.segments]
    row.channels = [one.value for one in Channel if one.value in terms.channels]
    row.key = _free_key(terms.name, row)
    row.save()


def _free_key(name: str, row: Engagement) -> str:
    key = normalise_key(name)[:KEY_LENGTH]
    if not key:
        raise ValidationError({"name": _("A name needs letters or digits.")})
    if Engagement.objects.filter(key=key).exclude(pk=row.pk).exists():
        raise ValidationError({"name": _("There is an engagement of this name already.")})
    return key


def _check(terms: Terms) -> None:
    if terms.ends_on is not None and terms.ends_on < terms.starts_on:
        raise ValidationError({"ends_on": _("The last day lies before the first.")})
    if not 1 <= terms.answer_days <= 30:
        raise ValidationError({"answer_days": _("Between 1 and 30 working days.")})
    if not 1 <= terms.second_look_days <= 30:
        raise ValidationError({"second_look_days": _("Between 1 and 30 working days.")})
    if not 1 <= terms.log_hours <= 720:
        raise ValidationError({"log_hours": _("Between 1 and 720 hours.")})
    if terms.disclosure not in Engagement.Disclosure.values:
        raise ValidationError({"disclosure": _("Choose an answer.")})
