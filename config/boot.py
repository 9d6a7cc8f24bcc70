"""What web and worker verify before they serve."""

from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections


def refuse_unfit_role() -> None:
    """Raise unless the database role is bound by row-level security (tenants.checks)."""
    found = run_checks(tags=[Tags.database], databases=["default"])
    connections.close_all()
    serious = [message for message in found if message.is_serious()]
    if serious:
        raise ImproperlyConfigured("; ".join(f"{message.msg} ({message.hint})" for message in serious))
