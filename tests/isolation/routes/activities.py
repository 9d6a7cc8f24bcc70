"""Pages about activities."""

from __future__ import annotations

from tests.isolation.routes.route import Id, Route

ROUTES: dict[str, Route] = {
    "prospecting:activities": Route(
        query={
            **{
                "person": Id("tenants.Person"),
                "team": Id("tenants.Team"),
                "channel": "phone",
                "kind": "contact",
            },
            **{"start": "2026-01-01", "end": "2026-03-31", "target": "off"},
        }
    ),
    "prospecting:activities_csv": Route(query={"start": "2026-01-01", "end": "2026-03-31"}),
    "prospecting:activity_log": Route(
        post={
            **{"kind": "contact", "channel": "phone", "day": "2026-02-10", "note": ""},
            **{
                "whose": Id("tenants.Person"),
                "company": Id("pipeline.Company"),
                "contact": Id("prospecting.Contact"),
            },
        },
        posted=(302, 422),  # marketing and partners may not say what a salesperson did
    ),
    "prospecting:activity_companies": Route(
        query={"company_name": "quagg", "company": Id("pipeline.Company")}
    ),
    "prospecting:activity_week": Route(
        query={"segment": Id("prospecting.Segment"), "week": "2026-02-09"},
        post={"count-phone-contact": "3"},
        posted=(302, 200),  # who is no salesperson is told so
    ),
    "prospecting:activity": Route(
        kwargs={"activity": Id("prospecting.Activity")},
        post={"kind": "contact", "channel": "email", "day": "2026-02-10", "note": ""},
        posted=(302, 403),  # what was said on another day is for the manager and the director to correct
    ),
    "prospecting:activity_delete": Route(
        kwargs={"activity": Id("prospecting.Activity")}, get=None, post={}, posted=(302, 403)
    ),
}
