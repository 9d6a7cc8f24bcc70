"""From where on each rule sees a cause: the organisation's own setting, else the default."""

from reporting.domain.causes import DEFAULTS
from reporting.models import CauseThreshold


def own_thresholds() -> dict[str, float]:
    """Those that the organisation set itself. One query."""
    return dict(CauseThreshold.objects.values_list("rule", "value"))


def thresholds() -> dict[str, float]:
    """By rule; those of rules that are no more are left out. One query."""
    return DEFAULTS | {rule: value for rule, value in own_thresholds().items() if rule in DEFAULTS}
