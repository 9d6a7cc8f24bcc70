"""The API."""

from __future__ import annotations

from tests.isolation.routes.route import OWNERS, Id, Route, Values
from tests.isolation.world import AS_OF, FREE_PERSON

SENT_ACTIVITY: Values = {
    **{"kind": "contact", "channel": "phone", "day": "2026-02-10", "person": Id("tenants.Person")},
    **{
        "company": Id("pipeline.Company"),
        "contact": Id("prospecting.Contact"),
        "segment": Id("prospecting.Segment"),
    },
    "engagement": Id("prospecting.Engagement"),
}


WORDING: Values = {
    **{"lever": "message", "stage": Id("pipeline.Stage"), "team": Id("tenants.Team")},
    **{"owner": Id("tenants.Person"), "note": "Call back"},
    **{"start_on": "2026-02-16", "review_on": "2026-03-16"},
}

ROUTES: dict[str, Route] = {
    "api_organisation": Route(),
    "api_strategies": Route(),
    "api_cycles": Route(query={"state": "draft"}),
    "api_revisions": Route(query={"cycle": Id("objectives.Cycle")}),
    "api_objectives": Route(query={"cycle": Id("objectives.Cycle"), **OWNERS, "metric": "revenue_won"}),
    "api_lever_actions": Route(
        query={"cycle": Id("objectives.Cycle"), "state": "planned", **OWNERS},
        post={"cycle": Id("objectives.Cycle"), **WORDING},
        posted=201,
    ),
    "api_lever_action_wording": Route(
        kwargs={"action": Id("reporting.LeverAction")}, get=None, post=WORDING, posted=200
    ),
    "api_lever_action_move": Route(
        kwargs={"action": Id("reporting.LeverAction")}, get=None, post={"move": "abandon"}, posted=200
    ),
    "api_lever_action_steps": Route(
        kwargs={"action": Id("reporting.LeverAction")}, get=None, post={"done": [0]}, posted=200
    ),
    "api_gaps": Route(query={"as_of": AS_OF.isoformat(), "cycle": Id("objectives.Cycle"), **OWNERS}),
    "api_causes": Route(query={"as_of": AS_OF.isoformat(), **OWNERS}),
    "api_landings": Route(query={"as_of": AS_OF.isoformat(), **OWNERS}),
    "api_conversion": Route(query={"as_of": AS_OF.isoformat(), **OWNERS}),
    "api_conversion_by": Route(query={"as_of": AS_OF.isoformat(), "by": "team", "team": Id("tenants.Team")}),
    "api_facts": Route(query={"stage": Id("pipeline.Stage"), **OWNERS}),
    "api_opportunities": Route(query={"stage": Id("pipeline.Stage"), **OWNERS, "external_id": "okapia"}),
    "api_activities": Route(
        query={"company": Id("pipeline.Company"), "engagement": Id("prospecting.Engagement"), **OWNERS},
        post=SENT_ACTIVITY,
        posted=201,
    ),
    "api_activities_batch": Route(get=None, post={"rows": lambda world: [{"kind": "contact"}]}, posted=200),
    "api_contacts": Route(
        query={"company": Id("pipeline.Company"), "engagement": Id("prospecting.Engagement")},
        post={
            **{"name": "New", "company": Id("pipeline.Company"), "engagement": Id("prospecting.Engagement")},
            "maturity": Id("prospecting.Maturity"),
        },
        posted=400,  # the world's company asked to be left alone
    ),
    "api_meetings": Route(
        query={"company": Id("pipeline.Company"), "host": Id("tenants.Person"), **OWNERS},
        post={
            **{"company": Id("pipeline.Company"), "contact": Id("prospecting.Contact"), "channel": "phone"},
            **{
                "host": Id("tenants.Person"),
                "booked_by": Id(FREE_PERSON),
                "starts_at": "2026-03-02T09:00:00Z",
            },
        },
        posted=201,
    ),
    "api_meeting_outcome": Route(
        kwargs={"meeting": Id("prospecting.Meeting")}, get=None, post={"outcome": "cancelled"}, posted=200
    ),
    "api_meeting_answer": Route(
        kwargs={"meeting": Id("prospecting.Meeting")},
        get=None,
        post={"answer": "refuse", "unmet": Id("prospecting.Criterion")},
        posted=409,  # a meeting that is only booked
    ),
    "api_runs": Route(query={"start": "2026-01-01", "end": "2026-03-31"}),
}
