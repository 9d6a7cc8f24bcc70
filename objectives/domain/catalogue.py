"""The metric catalogue: one common language for every number (R2). A new metric is a row, not a branch."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from objectives.domain.catalogue_analysis import ANALYSIS
from objectives.domain.catalogue_conversion import CONVERSION
from objectives.domain.catalogue_prospecting import PROSPECTING
from objectives.domain.catalogue_steering import LEARNING, STEERING
from objectives.domain.catalogue_value import VALUE
from objectives.domain.metric import LARGEST_TARGET, Family, Link, LinkOwner, Metric, Source, Unit

__all__ = [
    "CATALOGUE",
    "LARGEST_TARGET",
    "OBJECTIVE_METRICS",
    "Family",
    "Link",
    "LinkOwner",
    "Metric",
    "Source",
    "Unit",
]

# Results first, then what brings them about: the order of lists and trees.
_METRICS: Final = (*VALUE, *PROSPECTING, *CONVERSION, *LEARNING, *STEERING, *ANALYSIS)

CATALOGUE: Final[Mapping[str, Metric]] = MappingProxyType({metric.key: metric for metric in _METRICS})

# The metrics that an objective can carry a target on.
OBJECTIVE_METRICS: Final = tuple(metric.key for metric in _METRICS if metric.family is not Family.STEERING)
