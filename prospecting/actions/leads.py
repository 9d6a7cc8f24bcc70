"""Leads: marketing passes them, sales accepts them or refuses them with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from pipeline.actions import opportunities
from pipeline.domain.importing.keys import normalise_key
from pipeline.models import Company
from prospecting.domain.leads import MOST_LINES, Line
from prospecting.models import CompanyTarget, Contact, Lead
from prospecting.models.people import channel_name
from prospecting.queries.hands import hands_of
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.models import Person, TeamMembership

LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of pasted lines: how many leads were made, and the numbers of those already known or without such an owner."""

    made: int
    known: list[int]
    nobody: list[int]


def pass_one(
    *, company_name: str, channel: str, today: date, by: Actor, owner: Person | None = None,
    contact: Contact | None = None, external_id: str = "",
) -> Lead:  # fmt: skip
    """Pass a lead on to sales. Raises ValidationError at `company_name` for a name without a letter.

    A lead of this `external_id` that is known is given back as it is.
    """
    by.require(Permission.PASS_LEADS)
    if external_id and (known := Lead.objects.filter(external_id=external_id).first()):
        return known
    company = _company(company_name)
    lead: Lead = Lead.objects.create(
        company=company, contact=contact, channel=channel, owner=owner, passed_on=today, external_id=external_id,
        segment_id=CompanyTarget.objects.filter(company=company).values_list("segment_id", flat=True).first(),
    )  # fmt: skip
    audit.record(by=by, verb="lead.pass", obj=lead, detail={"channel": channel})
    return lead


def pass_many(*, lines: Sequence[Line], today: date, by: Actor) -> Passed:
    """Pass pasted lines on. An owner is named as the person is; an identifier that is known makes nothing new."""
    by.require(Permission.PASS_LEADS)
    if len(lines) > MOST_LINES:
        raise ValidationError({"lines": _("Paste %(most)s lines at most.") % {"most": MOST_LINES}})
    people = {normalise_key(person.name): person for person in Person.objects.all()}
    ids = [line.external_id for line in lines if line.external_id]
    seen = set(Lead.objects.filter(external_id__in=ids).values_list("external_id", flat=True))
    known, nobody, made = [], [], 0
    for line in lines:
        owner = people.get(normalise_key(line.owner)) if line.owner else None
        if line.owner and owner is None:
            nobody.append(line.number)
        elif line.external_id in seen:
            known.append(line.number)
        else:
            pass_one(
                company_name=line.company, channel=line.channel, today=today, by=by, owner=owner,
                external_id=line.external_id,
            )  # fmt: skip
            seen |= {line.external_id} - {""}
            made += 1
    return Passed(made, known, nobody)


def accept(*, lead: Lead, open_opportunity: bool, today: date, by: Actor) -> Lead:
    """Take a lead over; a lead of nobody becomes the own one. With `open_opportunity`, it begins in the pipeline at once.

    Raises PermissionDenied for somebody else's lead, ValidationError for one that was answered.
    """
    row = _to_answer(lead, today, by)
    row.state, row.answered_on, row.answered_by = Lead.State.ACCEPTED, today, by.id
    if row.owner_id is None:
        row.owner_id = hands_of(by, today).me
    if open_opportunity:
        row.opportunity = opportunities.begin(
            external_id=f"lead-{row.pk}", name=row.company.name, company_id=row.company_id, owner_id=row.owner_id,
            team_id=_team_of(row.owner_id, today), segment=row.segment.name if row.segment else "",
            channel=channel_name(row.channel, row.organisation.locale), on=today, by=by,
        )  # fmt: skip
    row.save()
    audit.record(by=by, verb="lead.accept", obj=row, detail={"opened": open_opportunity})
    return row


def refuse(*, lead: Lead, reason: str, today: date, by: Actor) -> Lead:
    """Give a lead back, with the reason that marketing learns from. Raises ValidationError at `reason` without one."""
    row = _to_answer(lead, today, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: it is how the next leads get better.")})
    row.state, row.answered_on, row.answered_by = Lead.State.REFUSED, today, by.id
    row.reason = reason.strip()[:300]
    row.save()
    audit.record(by=by, verb="lead.refuse", obj=row)
    return row


def may_answer(lead: Lead, today: date, by: Actor) -> bool:
    """Whether it waits for this member: the own leads, those of the own teams, those of nobody."""
    return lead.state == Lead.State.PASSED and _holds(lead, today, by)


def _holds(lead: Lead, today: date, by: Actor) -> bool:
    return lead.owner_id is None or hands_of(by, today).hold(lead.owner_id)


def _to_answer(lead: Lead, today: date, by: Actor) -> Lead:
    by.require(Permission.ANSWER_LEADS)
    row: Lead = (
        Lead.objects.select_for_update(of=("self",))
        .select_related("organisation", "company", "segment")
        .get(pk=lead.pk)
    )
    if not _holds(row, today, by):
        raise PermissionDenied(Permission.ANSWER_LEADS)
    if row.state != Lead.State.PASSED:
        raise ValidationError(_("This lead was answered meanwhile."))
    return row


def _company(name: str) -> Company:
    shown = " ".join(name.split())
    key = normalise_key(shown)[:LONGEST_NAME]
    if not key:
        raise ValidationError({"company_name": _("A name has a letter or a digit in it.")})
    company, _new = Company.objects.get_or_create(key=key, defaults={"name": shown[:LONGEST_NAME]})
    return company


def _team_of(person_id: UUID | None, day: date) -> UUID | None:
    if person_id is None:
        return None
    rows = TeamMembership.objects.filter(person_id=person_id)
    held = [row for row in rows if (row.start_on or day) <= day and (row.end_on is None or row.end_on > day)]
    return held[0].team_id if held else None
