"""Companies that are prospected: found again under whatever spelling, made when they are new."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pipeline.models import Company
from prospecting.actions.classification import classify
from prospecting.domain.companies import name_key
from prospecting.queries.standing import find
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.scope import behind_the_wall
from tenants.turns import take_turn

COMPANY = "company"  # two people who name the same new company at the same time make one
FIELDS = ("name", "industry", "country", "employees", "revenue_minor", "technology", "website", "vat_number")


def find_or_create(*, name: str, by: Actor, domain: str = "", vat: str = "") -> Company:
    """The company of this registration, web address or name, made and classified when there is none.

    Passes the partner's wall: show a partner nothing of it but the name that was typed. Raises ValidationError at `name`.
    """
    by.require(Permission.LOG_ACTIVITIES)
    key = name_key(name)
    if not key:
        raise ValidationError({"name": _("A name needs letters or digits.")})
    with behind_the_wall():
        take_turn(COMPANY)
        return find(name=name, domain=domain, vat=vat) or _make(
            key=key,
            values={"name": name.strip(), "website": domain.strip(), "vat_number": vat.strip()},
            by=by,
        )


def create(*, by: Actor, **values: Any) -> Company:
    """Make a company from FIELDS. Raises ValidationError by field; at `name` when it is known already."""
    by.require(Permission.LOG_ACTIVITIES)
    take_turn(COMPANY)
    return _make(key=_free_key(values["name"]), values=values, by=by)


def change(*, company: Company, by: Actor, **values: Any) -> list[str]:
    """Set some of FIELDS and return those that changed; the rules are asked again. Raises ValidationError at `name`."""
    by.require(Permission.LOG_ACTIVITIES)
    changed = [field for field in FIELDS if field in values and values[field] != getattr(company, field)]
    for field in changed:
        setattr(company, field, values[field])
    if "name" in changed:
        company.key = _free_key(company.name, company)
    if changed:
        company.save(update_fields=[*changed, "key"])
        classify(Company.objects.filter(pk=company.pk))
        audit.record(by=by, verb="company.change", obj=company, detail={"fields": changed})
    return changed


def _make(*, key: str, values: dict[str, Any], by: Actor) -> Company:
    company: Company = Company.objects.create(key=key, **values)
    classify(Company.objects.filter(pk=company.pk))
    audit.record(by=by, verb="company.create", obj=company)
    return company


def _free_key(name: str, company: Company | None = None) -> str:
    key = name_key(name)
    if not key:
        raise ValidationError({"name": _("A name needs letters or digits.")})
    taken = Company.objects.filter(key=key).exclude(pk=company.pk if company else None).first()
    if taken is not None:
        text = _("There is a company of this name already: %(name)s.")
        raise ValidationError({"name": text % {"name": taken.name}})
    return key
