"""How to call each address: one entry a URL name. The matrix of tests/isolation/test_routes.py does the rest.

To add a route, say what it takes, in terms of the worlds of tests/isolation/world.py:

    "pipeline:import": Route(kwargs={"run": Id("pipeline.ImportRun")}),
    "pipeline:import_start": Route(
        kwargs={"run": Id("pipeline.ImportRun")}, get=None, post={"policy": "good"}
    ),
    "objectives:objective": Route(
        kwargs={"objective": Id("objectives.Objective")},
        query={"team": Id("tenants.Team")},
        post={"owner": Id("tenants.Person"), "target": "100"},
    ),

Every Id, in the path, the query or the body, is replaced in turn by the id of the same row of another organisation
and by an id that nobody has, for every role and method: both must be answered alike, with 404 for one in the path.
`get` is the status of a GET by somebody who may (None: no GET; 302 for a redirect), `posted` that of a POST.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.isolation.world import FREE_PERSON, World


@dataclass(frozen=True, slots=True)
class Id:
    """The id of the world's row of this model: `Id("pipeline.Stage")`."""

    label: str


Values = dict[str, Any]  # literals, Ids, or functions of a World


@dataclass(frozen=True, slots=True)
class Route:
    kwargs: Values = field(default_factory=dict)
    query: Values = field(default_factory=dict)
    post: Values | None = None
    get: int | None = 200
    posted: int = 302
    prepare: Callable[[World], None] | None = None  # state that the address needs, inside the scope


TENANT_ROUTES: dict[str, Route] = {
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
        post={"team": Id("tenants.Team"), "start_on": "2026-03-01"},
        # A move to the team that one is in is refused.
        prepare=lambda world: world.rows["tenants.Person"].team_memberships.all().delete(),
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
        }
    ),
    "tenants:api_keys": Route(post={"name": "New", "lifetime": ""}, posted=200),
    "tenants:api_key_revoke": Route(kwargs={"key": Id("tenants.ApiKey")}, get=None, post={}),
    "tenants:audit": Route(query={"verb": "api_key.create"}),
}

API_ROUTES: dict[str, Route] = {
    "api_organisation": Route(),
}

# Addresses outside any organisation: opened by a stranger and by Atelier's people, who must see nothing of Rival.
PUBLIC_ROUTES: dict[str, Route] = {
    "gallery": Route(),
    "healthz": Route(),
    "readyz": Route(get=None),
    "home": Route(get=302),
    "organisations": Route(),
    "preferences": Route(),
    "set_language": Route(get=None, post={"language": "en", "next": "/"}),
    "join": Route(kwargs={"slug": "rival", "token": "not-a-token"}, get=404),
}
