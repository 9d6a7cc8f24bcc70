"""What pages, actions and reporting read of cycles, plans and objectives."""

from objectives.queries.cycles import current_cycle, cycle_for, cycles
from objectives.queries.phased import PhasedPlan, phased_plan
from objectives.queries.planning import planning_inputs
from objectives.queries.tree import TreeLevel, TreeNode, objective_tree, parents_of

__all__ = [
    "PhasedPlan",
    "TreeLevel",
    "TreeNode",
    "current_cycle",
    "cycle_for",
    "cycles",
    "objective_tree",
    "parents_of",
    "phased_plan",
    "planning_inputs",
]
