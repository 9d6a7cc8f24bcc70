"""What is learnt. Data flows one way: events → passages → daily facts → results of a run → pages."""

from reporting.models.actions import ActionEffect, LeverAction
from reporting.models.causes import CauseResult, CauseThreshold
from reporting.models.facts import DailyFact, FactState, Run
from reporting.models.landings import LandingCheck, LandingResult
from reporting.models.results import ConversionResult, GapResult

__all__ = [
    "ActionEffect",
    "CauseResult",
    "CauseThreshold",
    "ConversionResult",
    "DailyFact",
    "FactState",
    "GapResult",
    "LandingCheck",
    "LandingResult",
    "LeverAction",
    "Run",
]
