"""Pages about partners and their engagements, the client's and their own."""

from __future__ import annotations

from tests.isolation.routes.route import Id, Route, Values, version
from tests.isolation.world import AS_OF

PERIOD: Values = {"period": "all", "as_of": AS_OF.isoformat()}


ENGAGEMENT: Values = {"engagement": Id("prospecting.Engagement")}


TERMS: Values = {
    "name": "Agreed",
    "starts_on": "2026-01-01",
    "segments": Id("prospecting.Segment"),
    "log_hours": "24",
    "answer_days": "2",
    "second_look_days": "5",
    "disclosure": "outcome",
    "client_contact": Id("tenants.Person"),
    "is_active": "on",
}


ROUTES: dict[str, Route] = {
    "prospecting:partners": Route(query=PERIOD),
    "prospecting:engagement": Route(kwargs=ENGAGEMENT, query=PERIOD),
    "prospecting:statement": Route(kwargs={**ENGAGEMENT, "month": "2026-02", "form": "csv"}),
    "prospecting:partner_statement": Route(kwargs={**ENGAGEMENT, "month": "2026-02", "form": "pdf"}),
    "prospecting:partner_home": Route(query=ENGAGEMENT),
    "prospecting:partner_list": Route(),
    "prospecting:partner_create": Route(post={"name": "New"}),
    "prospecting:partner": Route(kwargs={"partner": Id("prospecting.Partner")}, post={"name": "New"}),
    "prospecting:engagement_create": Route(
        kwargs={"partner": Id("prospecting.Partner")}, post={**TERMS, "name": "New"}
    ),
    "prospecting:engagement_edit": Route(
        kwargs=ENGAGEMENT, post={**TERMS, "version": version("prospecting.Engagement")}
    ),
    "prospecting:engagement_invite": Route(
        kwargs=ENGAGEMENT, get=None, post={"email": "new@callers.example", "language": "fr"}
    ),
    "prospecting:engagement_attach": Route(
        kwargs={**ENGAGEMENT, "member": Id("tenants.Membership")}, get=None, post={}
    ),
    "prospecting:engagement_detach": Route(
        kwargs={**ENGAGEMENT, "member": Id("prospecting.EngagementMember")}, get=None, post={}
    ),
    "prospecting:price_set": Route(
        kwargs=ENGAGEMENT,
        get=None,
        post={"from_on": "2026-02-01", "meeting_minor": "300", "month_minor": "0"},
    ),
    "prospecting:price_remove": Route(
        kwargs={**ENGAGEMENT, "price": Id("prospecting.Price")}, get=None, post={}
    ),
    "prospecting:costs": Route(post={"what": "phone", "from_on": "2026-02-01", "amount_minor": "1.20"}),
    "prospecting:cost_remove": Route(kwargs={"cost": Id("prospecting.Cost")}, get=None, post={}),
}
