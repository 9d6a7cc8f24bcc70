"""What pages, actions and reporting read of cycles, plans and objectives."""

from objectives.queries.cycles import current_cycle, cycle_for, cycles
from objectives.queries.phased import PhasedPlan, phased_plan
from objectives.queries.planning import planning_inputs

__all__ = ["PhasedPlan", "current_cycle", "cycle_for", "cycles", "phased_plan", "planning_inputs"]
