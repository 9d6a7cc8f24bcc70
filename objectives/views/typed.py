"""What was typed of an objective, as its page and its own page of progress show it."""

from datetime import date
from typing import Any

from django.utils import timezone

from objectives.actions import progress as actions
from objectives.domain.catalogue import CATALOGUE, Source
from objectives.forms.progress import ProgressForm
from objectives.models import Objective
from objectives.queries.progress import Typed, typed_for, typed_metrics
from objectives.wording import value_text
from tenants.access import TenantRequest
from tenants.domain.roles import Permission
from tenants.views.answers import tenant_url


def progress_of(request: TenantRequest, found: Objective, day: date | None = None) -> dict[str, Any]:
    """What an objective's page shows of it: {typed, is_logged, progress_url, progress_form}; nothing of a measured one.

    is_logged: what is logged counts, and nothing that was typed. Three queries.

    `day`: a past day that the page looks at; only what was typed of the days until then is shown, and nobody types.
    """
    if CATALOGUE[found.metric].source is Source.MEASURED:
        return {}
    typed = typed_for(found, day)
    may_type = (
        day is None
        and actions.is_typed(found.metric, found.state)
        and request.membership.allows(Permission.TYPE_PROGRESS)
    )
    is_logged = found.metric not in typed_metrics(found.cycle)
    may_type = may_type and not is_logged
    return {
        "is_logged": is_logged,
        "typed": [_line(request, found, row) for row in typed],
        "progress_url": tenant_url(request, "objectives:progress", objective=found.pk) if may_type else "",
        "progress_form": ProgressForm(initial={"day": timezone.localdate()}) if may_type else None,
    }


def _line(request: TenantRequest, found: Objective, row: Typed) -> dict[str, Any]:
    currency = request.organisation.currency
    difference = ""
    if row.difference is not None:
        sign = "−" if row.difference < 0 else "+"
        difference = f"{sign}{value_text(abs(row.difference), found.metric, currency)}"
    return {"row": row, "value": value_text(row.value, found.metric, currency), "difference": difference}
