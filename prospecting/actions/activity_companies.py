"""The company of an activity, by the name that somebody types."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from pipeline.domain.importing.keys import normalise_key
from pipeline.models import Company
from tenants.access import Actor
from tenants.domain.roles import Permission
from tenants.scope import behind_the_wall


def company_named(*, name: str, by: Actor) -> Company:
    """The company of this name, made when there is none. Raises ValidationError at `company_name`.

    A partner names companies that it does not see; what it gets back it can only pass on to an activity of its own.
    """
    by.require(Permission.LOG_ACTIVITIES)
    shown = " ".join(name.split())
    key = normalise_key(shown)[:255]
    if not key:
        raise ValidationError({"company_name": gettext("A name has a letter or a digit in it.")})
    with behind_the_wall():
        company, _made = Company.objects.get_or_create(key=key, defaults={"name": shown[:255]})
    return company
