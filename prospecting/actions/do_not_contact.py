"""Whom nobody may prospect: companies, domains, addresses."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pipeline.models import Company
from prospecting.domain.companies import comparable_name
from prospecting.domain.digests import address_digest
from prospecting.domain.do_not_contact import Line, Named, read_lines, read_name
from prospecting.models import CompanyTarget, DoNotContact
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.scope import current_organisation_id

MAX_LINES = 2_000

type Key = tuple[str, str, str]  # normalised name, domain, digest of an address


@dataclass(frozen=True, slots=True)
class Pasted:
    """How many entries a list added, how many were there already, and the lines that name nobody."""

    added: int
    known: int
    unread: list[Line]


def add(*, who: str, reason: str, by: Actor, now: datetime) -> DoNotContact:
    """Put a company (by name), a domain or an e-mail address on the list; an entry that is there already stays as it is.

    Of an address only its digest is kept. Raises ValidationError at `who` or `reason`.
    """
    by.require(Permission.SET_TARGETS)
    named = read_name(who)
    if named is None:
        raise ValidationError(
            {"who": _("This is no company, no web address and no e-mail address that tells somebody apart.")}
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    return _told(_put(_entries([(named, reason.strip())], by, now))[0], by)


def add_company(*, company: Company, reason: str, by: Actor, now: datetime) -> DoNotContact:
    """Put a company that is known on the list. Raises ValidationError at `reason`."""
    by.require(Permission.SET_TARGETS)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    entry = DoNotContact(
        company=company, name=company.name, key=comparable_name(company.name), reason=reason.strip(),
        added_at=now, actor_id=by.id,
    )  # fmt: skip
    return _told(_put([entry])[0], by)


def add_address(*, email: str, reason: str, by: Actor, now: datetime) -> DoNotContact:
    """Bar an address whose owner asked for it."""
    by.require(Permission.HANDLE_PERSONAL_DATA)
    return _told(_put(_entries([(Named(email=email), reason)], by, now))[0], by)


def paste(*, text: str, reason: str, by: Actor, now: datetime) -> Pasted:
    """Put a pasted list of names, domains and addresses on the list, all in two statements. Raises ValidationError at `text`."""
    by.require(Permission.SET_TARGETS)
    lines = list(read_lines(text, reason=reason.strip()))
    if not lines:
        raise ValidationError({"text": _("Paste at least one line.")})
    if len(lines) > MAX_LINES:
        raise ValidationError({"text": _("At most %(count)d lines at a time.") % {"count": MAX_LINES}})
    if any(not line.reason for line in lines):
        raise ValidationError({"reason": _("Say why, here or on each line.")})
    read = [(line.named, line.reason) for line in lines if line.named is not None]
    before = DoNotContact.objects.count()
    _put(_entries(read, by, now))
    added = DoNotContact.objects.count() - before
    audit.record(by=by, verb="do_not_contact.paste", detail={"added": added})
    return Pasted(added, len(read) - added, [line for line in lines if line.named is None])


def remove(*, entry: DoNotContact, by: Actor) -> None:
    by.require(Permission.SET_TARGETS)
    audit.record(by=by, verb="do_not_contact.remove", obj=entry)
    entry.delete()


def _entries(read: list[tuple[Named, str]], by: Actor, now: datetime) -> list[DoNotContact]:
    keys = {comparable_name(named.name) for named, _reason in read if named.name}
    known = dict(CompanyTarget.objects.filter(name_key__in=keys).values_list("name_key", "company_id"))
    organisation = current_organisation_id()
    return [
        DoNotContact(
            company_id=known.get(comparable_name(named.name)) if named.name else None,
            name=named.name,
            key=comparable_name(named.name),
            domain=named.domain,
            email_digest=address_digest(organisation, named.email) if named.email else "",
            reason=reason,
            added_at=now,
            actor_id=by.id,
        )
        for named, reason in read
    ]


def _put(entries: list[DoNotContact]) -> list[DoNotContact]:
    """Write the entries that are not there yet; return for each the one that stands."""
    wanted = {_key(entry): entry for entry in reversed(entries)}
    there = {_key(entry): entry for entry in DoNotContact.objects.filter(
        key__in=[entry.key for entry in entries], domain__in=[entry.domain for entry in entries],
        email_digest__in=[entry.email_digest for entry in entries],
    )}  # fmt: skip
    DoNotContact.objects.bulk_create([entry for key, entry in wanted.items() if key not in there])
    standing = wanted | there
    return [standing[_key(entry)] for entry in entries]


def _told(entry: DoNotContact, by: Actor) -> DoNotContact:
    audit.record(by=by, verb="do_not_contact.add", obj=entry)
    return entry


def _key(entry: DoNotContact) -> Key:
    return entry.key, entry.domain, entry.email_digest
