"""One reason for everything that is out of reach: shares of an ambition that is out of reach are so together."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.actions import drafts
from objectives.actions.calibrations import LONGEST_TEXT
from objectives.models import Cycle, Objective
from objectives.queries.calibrating import unjustified
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission


@drafts.remembers("calibration.justify")
def justify_all(*, cycle: Cycle, text: str, by: Actor) -> int:
    """Write `text` for every objective that is out of reach and has no justification yet; return how many.

    Raises Locked, or ValidationError at `justification` for an empty or too long text.
    """
    by.require(Permission.SET_OBJECTIVES)
    written = text.strip()
    if not written:
        raise ValidationError({"justification": _("Write why they are kept.")})
    if len(written) > LONGEST_TEXT:
        raise ValidationError({"justification": _("At most %(count)d characters.") % {"count": LONGEST_TEXT}})
    rows = unjustified(Objective.objects.select_for_update().filter(cycle=cycle).order_by("id"))
    for row in rows:
        row.calibration = {**row.calibration, "justification": written}
        row.version += 1
    Objective.objects.bulk_update(rows, ["calibration", "version"], batch_size=500)
    detail = {"length": len(written), "objectives": len(rows)}
    audit.record(by=by, verb="calibration.justify", obj=cycle, detail=detail)
    return len(rows)
