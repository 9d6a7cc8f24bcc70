"""Probable causes of a gap (formula F10): rules over the sums of scopes; pure, for all scopes at once."""

from reporting.domain.causes.catalogue import BY_KEY, DEFAULTS, RULES, Explains, Family, Measure, Rule
from reporting.domain.causes.ranking import euros_at_stake, in_order, raw_states, shortfalls
from reporting.domain.causes.signals import measure
from reporting.domain.causes.sums import KEYS, SEGMENT_SUMS, SUMS

__all__ = [
    "BY_KEY", "DEFAULTS", "KEYS", "RULES", "SEGMENT_SUMS", "SUMS", "Explains", "Family", "Measure", "Rule",
    "euros_at_stake", "in_order", "measure", "raw_states", "shortfalls",
]  # fmt: skip
