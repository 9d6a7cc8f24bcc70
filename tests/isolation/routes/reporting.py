"""Pages about where one stands."""

from __future__ import annotations

from tenants.domain.roles import Permission
from tests.isolation.routes.route import CYCLE, LOOKING, OWNERS, Id, Route
from tests.isolation.world import AS_OF, LOOK_JOB

# A scenario that moves one lever.
LEVERS = '{"levers": {"volume": {"value": 3, "locked": true}}}'


ROUTES: dict[str, Route] = {
    "reporting:director": Route(query=LOOKING),
    "reporting:objective_children": Route(kwargs={"objective": Id("objectives.Objective")}, query=LOOKING),
    "reporting:manager": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:conversion_csv": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:gaps_csv": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:levers": Route(
        query={
            **LOOKING,
            "team": Id("tenants.Team"),
            "against": Id("tenants.Team"),
        }
    ),
    "reporting:lever_deals": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:levers_csv": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:value": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:value_csv": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:rep": Route(query={**LOOKING, "person": Id("tenants.Person")}),
    "reporting:chain": Route(query=LOOKING),
    "reporting:my_place": Route(query={**LOOKING, "person": Id("tenants.Person")}),
    "reporting:engagement_mine": Route(kwargs={"engagement": Id("prospecting.Engagement")}),
    "reporting:engagement_standing": Route(kwargs={"engagement": Id("prospecting.Engagement")}),
    "reporting:causes": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:cause": Route(kwargs={"cause": Id("reporting.CauseResult")}, query=LOOKING),
    "reporting:cause_thresholds": Route(post={"off_target_share": "30"}, posted=422),
    "reporting:cause_thresholds_reset": Route(get=None, post={}),
    "reporting:runs": Route(query={"before": "2026-03-01"}),
    "reporting:run": Route(kwargs={"run": Id("reporting.Run")}),
    "reporting:recompute": Route(get=None, post={"as_of": AS_OF.isoformat()}),
    "reporting:closing": Route(kwargs=CYCLE, query={"page": "1"}),
    "reporting:close_cycle": Route(kwargs=CYCLE, get=None, post={"seen": "2026-04-01T02:00:00+02:00"}),
    "reporting:next_cycle": Route(kwargs=CYCLE, get=302, post={}),
    "reporting:bands": Route(query={"level": "team"}),
    "reporting:landing": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:landing_csv": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:backtest": Route(),
    "reporting:backtest_compute": Route(get=None, post={}),
    "reporting:run_progress": Route(kwargs={"job": Id("tenants.Job")}),
    "reporting:look_progress": Route(
        kwargs={"job": Id(LOOK_JOB)}, get=(200, 404)
    ),  # only for who asked for it
    "reporting:what_if": Route(
        query={**LOOKING, "team": Id("tenants.Team"), "with": Id("objectives.Scenario")}
    ),
    "reporting:what_if_keep": Route(
        query={**LOOKING, "team": Id("tenants.Team")}, get=None, post={"name": "Kept", "levers": LEVERS}
    ),
    "reporting:scenario": Route(
        kwargs={"scenario": Id("objectives.Scenario")},
        query=LOOKING,
        get=None,
        post={"do": "change", "name": "Changed", "levers": LEVERS},
        posted=(302, 403),  # who made it, or a director
    ),
    "reporting:scenario_actions": Route(
        kwargs={"scenario": Id("objectives.Scenario")},
        query=LOOKING,
        post={"owner": Id("tenants.Person"), "start_on": "2026-02-16", "review_on": "2026-03-16"},
        posted=200,  # nothing was won yet: nothing to turn into actions
    ),
    "reporting:actions": Route(query={"team": Id("tenants.Team"), "due": "1"}),
    "reporting:action_new": Route(
        query={**LOOKING, "team": Id("tenants.Team")},
        post={
            **{
                "lever": "follow_up",
                "stage": Id("pipeline.Stage"),
                "owner": Id("tenants.Person"),
                "note": "Call back",
            },
            **{"scope": lambda world: f"team:{world.id('tenants.Team')}", "start_on": "2026-02-16"},
            "review_on": "2026-03-16",
        },
    ),
    "reporting:action": Route(
        kwargs={"action": Id("reporting.LeverAction")},
        post={"do": "tick", "done": "0"},
        post_needs=Permission.STEER_LEVERS,
    ),
    "reporting:conversion": Route(query={**LOOKING, "team": Id("tenants.Team"), "by": "segment"}),
    "reporting:conversion_cohorts": Route(query={**LOOKING, "team": Id("tenants.Team"), "step": "week"}),
    "reporting:conversion_lags": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:conversion_ageing": Route(query={**LOOKING, **OWNERS}, get=(200, 403)),
    "reporting:conversion_flow": Route(
        query={**LOOKING, **OWNERS, "of": "cycle", "since": "2026-01-15"}, get=(200, 403)
    ),
    "reporting:conversion_deals": Route(
        query={**LOOKING, **OWNERS, "of": "open", "stage": Id("pipeline.Stage")}, get=(200, 403)
    ),
    "reporting:conversion_table": Route(
        kwargs={"table": "rates"}, query={**LOOKING, "team": Id("tenants.Team"), "by": "product"}
    ),
}
