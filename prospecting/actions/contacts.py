"""Prospects in person: recorded for a purpose until a day, corrected, handed out on request, erased.

Counts are of rows: erasing a person empties what says who it was, and leaves every row where it is.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pipeline.models import Company
from prospecting.actions import do_not_contact
from prospecting.domain.retention import KEPT_YEARS, keep_until
from prospecting.models import Activity, Contact, Engagement, Meeting, MeetingEvidence
from prospecting.queries.standing import is_barred
from tenants.access import SYSTEM, Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.scope import behind_the_wall, current_organisation_id

PERSONAL = ("name", "job_title", "email", "phone", "basis_note", "external_id")
FIELDS = (
    *("name", "job_title", "email", "phone", "maturity", "channel", "external_id"),
    *("basis", "basis_note", "collected_on", "keep_until"),
)

# Whoever was contacted later is kept longer; a consent ends on the day that it names.
KEEP_LONGER = """
UPDATE prospecting_contact c
SET keep_until = (last.day + make_interval(years => %(years)s))::date
FROM (
    SELECT contact_id, max(day) AS day FROM (
        SELECT contact_id, day FROM prospecting_activity
        WHERE organisation_id = %(organisation)s AND contact_id IS NOT NULL
        UNION ALL
        SELECT contact_id, held_on FROM prospecting_meeting
        WHERE organisation_id = %(organisation)s AND contact_id IS NOT NULL AND held_on IS NOT NULL
    ) touched GROUP BY contact_id
) last
WHERE c.organisation_id = %(organisation)s AND c.id = last.contact_id AND c.basis = 'interest' AND c.erased_at IS NULL
  AND (last.day + make_interval(years => %(years)s))::date > c.keep_until
"""


def record(
    *, by: Actor, company: Company | None = None, engagement: Engagement | None = None, **values: Any
) -> Contact:
    """Record somebody at a prospect's, from FIELDS. Kept until three years after the day of collection unless told.

    Raises ValidationError by field: no name and no address, a wrong period, somebody who must not be contacted.
    """
    by.require(Permission.LOG_ACTIVITIES)
    values = {field: value for field, value in values.items() if value is not None}
    collected_on: date = values.setdefault("collected_on", timezone.localdate())
    values.setdefault("keep_until", keep_until(collected_on))
    contact = Contact(company=company, engagement=engagement, **values)
    _check(contact)
    _refuse_barred(company=company, email=contact.email)
    contact.save(force_insert=True)
    audit.record(by=by, verb="contact.create", obj=contact)
    return contact


def change(*, contact: Contact, by: Actor, **values: Any) -> list[str]:
    """Set some of FIELDS and return those that changed. Raises ValidationError by field."""
    by.require(Permission.LOG_ACTIVITIES)
    if contact.erased_at is not None:
        raise ValidationError(_("This person was erased: there is nothing left to change."))
    changed = [field for field in FIELDS if field in values and values[field] != getattr(contact, field)]
    for field in changed:
        setattr(contact, field, values[field])
    _check(contact)
    if "email" in changed:
        _refuse_barred(
            company=None, email=contact.email
        )  # what is wrong may be put right at a barred company too
    if changed:
        contact.save(update_fields=changed)
        audit.record(by=by, verb="contact.change", obj=contact, detail={"fields": changed})
    return changed


def erase(*, contact: Contact, by: Actor, now: datetime, never_again: bool = False) -> None:
    """Empty what says who this is, in the contact, those merged into it, and the words written about them.

    `never_again` keeps the digest of the address, so that nobody records it a second time. Nothing happens twice.
    """
    by.require(Permission.HANDLE_PERSONAL_DATA)
    if never_again and contact.email:
        do_not_contact.add_address(email=contact.email, reason=_("Asked to be erased."), by=by, now=now)
    erased = _empty(Q(pk=contact.pk) | Q(merged_into=contact), now)
    if erased:
        audit.record(by=by, verb="contact.erase", obj=contact, detail={"rows": erased})
        contact.refresh_from_db()


def retain(*, today: date, now: datetime) -> int:
    """Erase everybody whose day has passed, and return how many. Done every night; nothing happens twice."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP_LONGER, {"organisation": current_organisation_id(), "years": KEPT_YEARS})
    erased = _empty(Q(keep_until__lt=today), now)
    if erased:
        audit.record(by=SYSTEM, verb="contact.retain", detail={"rows": erased})
    return erased


def _empty(which: Q, now: datetime) -> int:
    """Empty the contacts in `which` that are not erased yet, with the free words about them; return how many they were."""
    ids = list(Contact.objects.filter(which, erased_at=None).values_list("id", flat=True))
    if not ids:
        return 0
    Activity.objects.filter(contact__in=ids).exclude(note="").update(note="")
    meetings = Meeting.objects.filter(contact__in=ids)
    MeetingEvidence.objects.filter(meeting__in=meetings).exclude(evidence="").update(evidence="")
    emptied = dict.fromkeys(PERSONAL, "")
    return int(Contact.objects.filter(pk__in=ids).update(erased_at=now, **emptied))


def _check(contact: Contact) -> None:
    if not (contact.name or contact.email or contact.phone):
        raise ValidationError({"name": _("Give a name, an e-mail address or a phone number.")})
    if contact.keep_until < contact.collected_on:
        raise ValidationError({"keep_until": _("This is before the day of collection.")})
    longest = keep_until(timezone.localdate())
    if contact.keep_until > longest:
        text = _("Personal data of prospects is kept for %(years)d years at most: until %(day)s, for now.")
        raise ValidationError({"keep_until": text % {"years": KEPT_YEARS, "day": longest.isoformat()}})
    if contact.basis == Contact.Basis.CONSENT and not contact.basis_note:
        raise ValidationError({"basis_note": _("Say when and how the consent was given.")})


def _refuse_barred(*, company: Company | None, email: str) -> None:
    with behind_the_wall():
        barred = is_barred(company=company, email=email)
    if barred:
        text = _("This company or this address must not be contacted.")
        raise ValidationError({"email" if email else "name": text})
