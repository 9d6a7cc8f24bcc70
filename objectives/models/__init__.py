"""What is promised: strategy, cycles, the plan that turns an ambition into numbers, the objective tree and its life."""

from objectives.models.cycles import Cycle, DraftStep, Plan
from objectives.models.negotiation import Negotiation, NegotiationStep
from objectives.models.objectives import Objective, ObjectiveVersion, Progress
from objectives.models.revisions import Revision, RevisionChange
from objectives.models.scenarios import Scenario
from objectives.models.strategy import Strategy

__all__ = [
    "Cycle",
    "DraftStep",
    "Negotiation",
    "NegotiationStep",
    "Objective",
    "ObjectiveVersion",
    "Plan",
    "Progress",
    "Revision",
    "RevisionChange",
    "Scenario",
    "Strategy",
]
