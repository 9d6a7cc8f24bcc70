"""Pages about cycles and their objectives."""

from __future__ import annotations

from datetime import date, timedelta

from tenants.domain.roles import Permission
from tests.isolation.routes.route import CYCLE, Id, Route, Values, version
from tests.isolation.world import ACTIVE_CYCLE, ACTIVE_OBJECTIVE, PERSONAL_SHARE, SHARE, World

# A strategy that says something else than the one in place, and one row of its mix.
STRATEGY: Values = {
    "version": lambda world: world.rows["objectives.Strategy"].number,
    "statement": "Grow",
    "starts_on": "2026-01-01",
    "horizon_on": "2028-12-31",
    "growth": "40",
    "profitability": "30",
    "new_markets": "10",
    "retention": "20",
    "rows": "1",
    "metric-0": "win_rate",
    "take-0": "1",
    "target-0": "25",
}


def in_a_week(_world: World) -> str:
    """A deadline that lies ahead whenever the tests run."""
    return (date.today() + timedelta(days=7)).isoformat()


SAID: Values = {"version": version("objectives.Negotiation")}


ROUTES: dict[str, Route] = {
    "objectives:cycles": Route(),
    "objectives:cycle_create": Route(
        post={"name": "New", "first_day": "2027-01-01", "last_day": "2027-03-31"}, query={"quarter": "2027-1"}
    ),
    "objectives:metrics": Route(),
    "objectives:revisions": Route(kwargs={"cycle": Id(ACTIVE_CYCLE)}, query={"page": "1"}),
    "objectives:reshare": Route(
        kwargs={"cycle": Id(ACTIVE_CYCLE)},
        post={"text": "New", "effective_on": "2025-11-15", "step": "propose"},
    ),
    "objectives:revise": Route(
        kwargs={"objective": Id(ACTIVE_OBJECTIVE)},
        query={"again": Id("objectives.Revision")},
        post={"kind": "scope", "target": "12", "effective_on": "2025-11-15", "text": "New", "step": "look"},
        posted=200,
        post_needs=Permission.PROPOSE_REVISIONS,
    ),
    "objectives:revision": Route(kwargs={"revision": Id("objectives.Revision")}),
    "objectives:revision_approve": Route(
        kwargs={"revision": Id("objectives.Revision")}, get=None, post={"text": "Yes"}
    ),
    "objectives:revision_refuse": Route(
        kwargs={"revision": Id("objectives.Revision")}, get=None, post={"text": "No"}
    ),
    "objectives:revision_withdraw": Route(kwargs={"revision": Id("objectives.Revision")}, get=None, post={}),
    "objectives:objective": Route(kwargs={"objective": Id(ACTIVE_OBJECTIVE)}, query={"as_of": "2025-11-03"}),
    "objectives:progress": Route(
        kwargs={"objective": Id(ACTIVE_OBJECTIVE)}, post={"value": "12", "day": "2025-11-03", "note": ""}
    ),
    "objectives:tree": Route(kwargs={"objective": Id("objectives.Objective")}),
    "objectives:cycle": Route(kwargs=CYCLE, get=302),
    "objectives:cycle_delete": Route(
        kwargs=CYCLE, get=None, post={"confirm_name": lambda w: w.rows["objectives.Cycle"].name}
    ),
    "objectives:strategy": Route(
        kwargs=CYCLE, query={"on": "2026-02-01"}, post=STRATEGY, post_needs=Permission.SET_OBJECTIVES
    ),
    "objectives:strategy_preview": Route(kwargs=CYCLE, get=None, post=STRATEGY, posted=200),
    "objectives:profiles": Route(
        kwargs=CYCLE,
        query={"page": "1"},
        post={
            "rows": "1",
            "person-0": Id("tenants.Person"),
            "metric-0": "learning_milestones",
            "take-0": "1",
            "target-0": "3",
        },
        post_needs=Permission.SET_OBJECTIVES,
    ),
    "objectives:ambition": Route(
        kwargs=CYCLE,
        post={"revenue": "600000", "version": version("objectives.Plan")},
        post_needs=Permission.SET_OBJECTIVES,
    ),
    "objectives:funnel": Route(kwargs=CYCLE),
    "objectives:funnel_refresh": Route(kwargs=CYCLE, get=None, post={}),
    "objectives:lever": Route(
        kwargs={**CYCLE, "lever": Id("pipeline.Stage")},
        get=None,
        post={"value": "25", "version": version("objectives.Plan")},
        refusals={"lever": 422},
    ),
    "objectives:lever_padlock": Route(
        kwargs={**CYCLE, "lever": Id("pipeline.Stage")},
        get=None,
        post={"locked": "1", "version": version("objectives.Plan")},
        refusals={"lever": 422},
    ),
    "objectives:cascade": Route(kwargs=CYCLE, query={"open": Id(SHARE), "top": Id(SHARE)}),
    "objectives:cover": Route(
        kwargs=CYCLE, get=None, post={"ratio": "110", "version": version("objectives.Plan")}
    ),
    "objectives:share_out": Route(kwargs=CYCLE, get=None, post={}),
    "objectives:share": Route(
        kwargs={**CYCLE, "objective": Id(SHARE)},
        get=None,
        post={"target": "500000", "version": version(SHARE)},
    ),
    "objectives:share_padlock": Route(
        kwargs={**CYCLE, "objective": Id(SHARE)}, get=None, post={"locked": "1", "version": version(SHARE)}
    ),
    "objectives:objective_add": Route(
        kwargs=CYCLE,
        post={"version": "0", "metric": "win_rate", "owner": "company", "target": "25", "priority": "2"},
    ),
    "objectives:objective_edit": Route(
        kwargs={"objective": Id("objectives.Objective")},
        post={"version": version("objectives.Objective"), "priority": "1"},
    ),
    "objectives:objective_context": Route(
        kwargs={"objective": Id("objectives.Objective")},
        post={"version": version("objectives.Objective"), "success": "Won"},
    ),
    "objectives:objective_remove": Route(
        kwargs={"objective": Id("objectives.Objective")},
        get=None,
        post={"version": version("objectives.Objective")},
    ),
    "objectives:clarity": Route(
        kwargs=CYCLE,
        post={"version": version("objectives.Objective"), "success": "Won"},
        post_needs=Permission.SET_OBJECTIVES,
    ),
    "objectives:clarity_list": Route(kwargs=CYCLE, query={"skip": "0"}),
    "objectives:calibration": Route(kwargs=CYCLE),
    "objectives:calibration_lines": Route(kwargs=CYCLE, query={"skip": "0"}),
    "objectives:calibration_effects": Route(kwargs=CYCLE),
    "objectives:calibrate": Route(kwargs=CYCLE, get=None, post={}),
    "objectives:constraint": Route(
        kwargs=CYCLE,
        get=None,
        post={
            "version": version("objectives.Objective"),
            "factor": "brand_awareness",
            "level": "-1",
            "multiplier": "",
        },
    ),
    "objectives:justify_all": Route(kwargs=CYCLE, get=None, post={"justification": "Two people more."}),
    "objectives:justify": Route(
        kwargs={**CYCLE, "objective": Id("objectives.Objective")},
        get=None,
        post={"version": version("objectives.Objective"), "justification": "Two people more."},
    ),
    "objectives:undo": Route(
        kwargs=CYCLE, get=None, post={"change": Id("objectives.DraftStep"), "step": "funnel"}
    ),
    "objectives:negotiation": Route(kwargs=CYCLE, query={"show": "sent"}),
    "objectives:negotiation_send": Route(kwargs=CYCLE, get=None, post={"due_on": in_a_week}),
    "objectives:negotiation_rebalance": Route(kwargs={**CYCLE, "objective": Id(SHARE)}, get=None, post={}),
    "objectives:talks": Route(),
    "objectives:talk": Route(kwargs={"objective": Id(PERSONAL_SHARE)}),
    "objectives:talk_send": Route(
        kwargs={"objective": Id(PERSONAL_SHARE)},
        get=None,
        post={"version": version(PERSONAL_SHARE), "due_on": in_a_week},
    ),
    "objectives:talk_accept": Route(kwargs={"objective": Id(PERSONAL_SHARE)}, get=None, post=SAID),
    "objectives:talk_counter": Route(
        kwargs={"objective": Id(PERSONAL_SHARE)},
        get=None,
        post={**SAID, "amount": "100000", "reason": "Two clients have left."},
    ),
    "objectives:talk_take": Route(kwargs={"objective": Id(PERSONAL_SHARE)}, get=None, post=SAID),
    "objectives:talk_refuse": Route(
        kwargs={"objective": Id(PERSONAL_SHARE)}, get=None, post={**SAID, "reason": "The market is there."}
    ),
    "objectives:talk_withdraw": Route(kwargs={"objective": Id(PERSONAL_SHARE)}, get=None, post=SAID),
    "objectives:review": Route(kwargs=CYCLE),
    "objectives:activate": Route(kwargs=CYCLE, get=None, post={}),
}
