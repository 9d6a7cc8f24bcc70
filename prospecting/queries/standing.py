"""What the house knows of a company that somebody is about to prospect, in one word."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Q

from pipeline.models import Company, Opportunity, Stage
from prospecting.domain.companies import comparable_name, name_key, registrable_domain, registration
from prospecting.domain.digests import address_digest
from prospecting.models import CompanyTarget, DoNotContact
from tenants.scope import behind_the_wall, current_organisation_id


class Word(StrEnum):
    """The one that matters most first."""

    DO_NOT_CONTACT = "do_not_contact"
    IN_PIPELINE = "in_pipeline"  # an opportunity is open
    KNOWN = "known"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Standing:
    """`company_id`: the company that was recognised, for members; show a partner the word only."""

    word: Word
    company_id: UUID | None = None

    @property
    def is_free(self) -> bool:
        """Whether it may be prospected without asking anybody."""
        return self.word in (Word.KNOWN, Word.NEW)


def standing(*, name: str = "", domain: str = "", vat: str = "", email: str = "") -> Standing:
    """Where the company of this name, web or e-mail address or registration number stands. Passes the partner's wall.

    Five queries at most, each by an index.
    """
    with behind_the_wall():
        company = find(name=name, domain=domain or email, vat=vat)
        return Standing(
            _word(company, name=name, domain=domain, email=email), company.id if company else None
        )


def find(*, name: str = "", domain: str = "", vat: str = "") -> Company | None:
    """The company that is registered so, else of this address, else of this name, whatever its legal form."""
    keys = {
        "registration": registration(vat),
        "domain": registrable_domain(domain),
        "name_key": comparable_name(name),
    }
    for column, key in keys.items():
        if key:
            target = (
                CompanyTarget.objects.filter(**{column: key})
                .select_related("company")
                .order_by("company_id")
                .first()
            )
            if target is not None:
                return target.company
    # Merged into another one, or so new that nobody has told its keys yet.
    named = Company.objects.filter(key=name_key(name)).select_related("merged_into").first() if name else None
    return (named.merged_into or named) if named is not None else None


def is_barred(*, company: Company | None = None, name: str = "", domain: str = "", email: str = "") -> bool:
    """Whether the do-not-contact list names this company, its name, its address, or the e-mail address. One query."""
    names = {comparable_name(text) for text in (name, company.name if company else "")} - {""}
    addresses = (domain, email, company.website if company else "")
    domains = {registrable_domain(address) for address in addresses} - {""}
    asked = Q(key__in=names) | Q(domain__in=domains)
    if company is not None:
        asked |= Q(company=company)
    if email:
        asked |= Q(email_digest=address_digest(current_organisation_id(), email))
    return bool(DoNotContact.objects.filter(asked).exists())


def _word(company: Company | None, *, name: str, domain: str, email: str) -> Word:
    if is_barred(company=company, name=name, domain=domain, email=email):
        return Word.DO_NOT_CONTACT
    if company is None:
        return Word.NEW
    is_open = Opportunity.objects.filter(company=company, stage__kind=Stage.Kind.OPEN).exists()
    return Word.IN_PIPELINE if is_open else Word.KNOWN
