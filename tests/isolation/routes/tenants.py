"""Pages about the organisation, its people and its settings."""

from __future__ import annotations

from tests.isolation.routes.route import Id, Route
from tests.isolation.world import FREE_PERSON, OTHER_TEAM

ROUTES: dict[str, Route] = {
    "tenants:home": Route(get=302),
    "tenants:welcome": Route(),
    "tenants:members": Route(query={"page": "1"}),
    "tenants:invite": Route(
        post={"email": "new@atelier.example", "role": "rep", "language": "fr", "person": Id(FREE_PERSON)}
    ),
    "tenants:member": Route(
        kwargs={"member": Id("tenants.Membership")}, post={"role": "rep", "person": Id(FREE_PERSON)}
    ),
    "tenants:member_deactivate": Route(kwargs={"member": Id("tenants.Membership")}, get=None, post={}),
    "tenants:member_reactivate": Route(kwargs={"member": Id("tenants.Membership")}, get=None, post={}),
    "tenants:invitation_resend": Route(kwargs={"invitation": Id("tenants.Invitation")}, get=None, post={}),
    "tenants:invitation_revoke": Route(kwargs={"invitation": Id("tenants.Invitation")}, get=None, post={}),
    "tenants:people": Route(query={"q": "quagg", "who": "everyone"}),
    "tenants:person_create": Route(
        post={"name": "New", "fte": "1", "profile": "confirmed", "team": Id("tenants.Team")}
    ),
    "tenants:person": Route(
        kwargs={"person": Id("tenants.Person")}, post={"name": "New", "fte": "1", "profile": "confirmed"}
    ),
    "tenants:person_move": Route(
        kwargs={"person": Id("tenants.Person")},
        get=None,
        post={"team": Id(OTHER_TEAM), "start_on": "2026-03-01"},
    ),
    "tenants:stay_remove": Route(
        kwargs={"person": Id("tenants.Person"), "stay": Id("tenants.TeamMembership")}, get=None, post={}
    ),
    "tenants:teams": Route(),
    "tenants:team_create": Route(
        post={"name": "New", "manager": Id("tenants.Person"), "parent": Id("tenants.Team")}
    ),
    "tenants:team": Route(
        kwargs={"team": Id("tenants.Team")},
        post={"name": "New", "manager": Id("tenants.Person"), "parent": ""},
    ),
    "tenants:settings": Route(
        post={
            "name": "Atelier",
            "currency": "EUR",
            "time_zone": "Europe/Paris",
            "locale": "fr",
            "country": "FR",
            "working_days": ["0", "1", "2", "3", "4"],
            "clarity_threshold": "70",
        }
    ),
    "tenants:api_keys": Route(post={"name": "New", "lifetime": ""}, posted=200),
    "tenants:api_key_revoke": Route(kwargs={"key": Id("tenants.ApiKey")}, get=None, post={}),
    "tenants:audit": Route(query={"verb": "api_key.create"}),
}
