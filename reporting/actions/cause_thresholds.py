"""From where on the rules of F10 see a cause: the organisation's own limits."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from reporting.domain.causes import BY_KEY, DEFAULTS
from reporting.models import CauseThreshold
from reporting.queries.cause_thresholds import thresholds
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission


def set_thresholds(values: Mapping[str, float], *, by: Actor) -> list[str]:
    """Set the limits by rule, in force from the next run on; return the rules whose limit changed.

    A limit that is the default is not kept as a setting of one's own. Raises PermissionDenied, and ValidationError by rule
    for a limit out of its bounds.
    """
    by.require(Permission.SET_OBJECTIVES)
    outside = {
        key: _("Choose a limit within the bounds.")
        for key, value in values.items()
        if not BY_KEY[key].low <= value <= BY_KEY[key].high
    }
    if outside:
        raise ValidationError(outside)
    before = thresholds()
    changed = {key: value for key, value in values.items() if value != before[key]}
    for key, value in changed.items():
        if value == DEFAULTS[key]:
            CauseThreshold.objects.filter(rule=key).delete()
        else:
            CauseThreshold.objects.update_or_create(rule=key, defaults={"value": value})
    if changed:
        audit.record(
            by=by, verb="cause.limit", detail={key: [before[key], value] for key, value in changed.items()}
        )
    return [*changed]


def reset(*, by: Actor) -> None:
    """Back to the defaults, all of them."""
    set_thresholds(DEFAULTS, by=by)
