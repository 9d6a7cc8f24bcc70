"""Calibration of a draft: how attainable each objective is, why one that is out of reach is kept, what the field is like."""

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from objectives.actions import drafts
from objectives.actions.errors import refuse_stale
from objectives.domain.calibration import LARGEST_MULTIPLIER, SMALLEST_MULTIPLIER, Band
from objectives.domain.context import EASIEST, FACTORS, HARDEST
from objectives.models import Cycle, Objective
from objectives.queries.calibrating import calibrations
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

LONGEST_TEXT = 2_000


def calibrate(*, cycle: Cycle, by: Actor) -> dict[str, int]:
    """Calibrate every objective of a draft and store the documents; the number of objectives in each band.

    What was written for an objective out of reach stays. Versions stay too: nobody's words have changed. Raises Locked.
    """
    by.require(Permission.SET_OBJECTIVES)
    drafts.lock_draft(cycle)
    with connection.cursor() as cursor:
        # Every deal is read, once, because somebody asked: of a million that takes longer than a page may.
        cursor.execute("SET LOCAL statement_timeout = '2min'")
    rows = list(Objective.objects.filter(cycle=cycle).order_by("id"))
    documents = calibrations(cycle, rows)
    bands = dict.fromkeys((band.value for band in Band), 0)
    for row in rows:
        row.calibration = documents[row.pk]
        bands[row.calibration["band"]] += 1
    Objective.objects.bulk_update(rows, ["calibration"], batch_size=1_000)
    audit.record(by=by, verb="calibration.compute", obj=cycle, detail=bands)
    return bands


@drafts.remembers("calibration.justify")
def justify(*, cycle: Cycle, objective: Objective, text: str, version: int, by: Actor) -> Objective:
    """Write why an objective that is out of reach is kept; empty takes it back.

    Raises StaleVersion, Locked, or ValidationError at `justification` for a text that is too long.
    """
    row = _locked(cycle, objective, by)
    written = text.strip()
    if written == (row.calibration.get("justification") or ""):
        return row
    refuse_stale(row, version)
    if len(written) > LONGEST_TEXT:
        raise ValidationError({"justification": _("At most %(count)d characters.") % {"count": LONGEST_TEXT}})
    row.calibration = {**row.calibration, "justification": written}
    _save(row, "calibration")
    audit.record(by=by, verb="calibration.justify", obj=row, detail={"length": len(written)})
    return row


@drafts.remembers("calibration.constraint")
def set_constraint(
    *, cycle: Cycle, objective: Objective, factor: str, level: int | None, version: int, by: Actor,
    multiplier: float | None = None,
) -> Objective:  # fmt: skip
    """Say how the field is for an objective and those under it: `level` from −2 (much harder) to 2; None takes it back.

    `multiplier` replaces the documented one of the level, None takes the documented one again. Probabilities follow with
    the next `calibrate`. Raises StaleVersion, Locked, or ValidationError at `factor`, `level` or `multiplier`.
    """
    row = _locked(cycle, objective, by)
    _check(factor, level, multiplier)
    constraints = {
        key: value for key, value in (row.context.get("constraints") or {}).items() if key != factor
    }
    own = {key: value for key, value in (constraints.pop("multipliers", None) or {}).items() if key != factor}
    if level is not None:
        constraints[factor] = level
    if multiplier is not None:
        own[factor] = multiplier
    if own:
        constraints["multipliers"] = own
    if constraints == (row.context.get("constraints") or {}):
        return row
    refuse_stale(row, version)
    row.context = {**row.context, "constraints": constraints}
    _save(row, "context")
    detail = {"factor": factor, "level": level, "multiplier": multiplier}
    audit.record(by=by, verb="calibration.constraint", obj=row, detail=detail)
    return row


def _check(factor: str, level: int | None, multiplier: float | None) -> None:
    if factor not in FACTORS:
        raise ValidationError({"factor": _("This constraint is not known.")})
    if level is not None and not HARDEST <= level <= EASIEST:
        raise ValidationError({"level": _("A level is between −2 and 2.")})
    if multiplier is not None and not SMALLEST_MULTIPLIER <= multiplier <= LARGEST_MULTIPLIER:
        raise ValidationError({"multiplier": _("A multiplier is between 0.2 and 5.")})


def _locked(cycle: Cycle, objective: Objective, by: Actor) -> Objective:
    by.require(Permission.SET_OBJECTIVES)
    drafts.lock_draft(cycle)
    row: Objective = Objective.objects.select_for_update().get(pk=objective.pk, cycle=cycle)
    return row


def _save(row: Objective, field: str) -> None:
    row.version += 1
    row.save(update_fields=[field, "version"])
