"""How to call each address: one entry a URL name, in the module of its subject. The matrix of tests/isolation/test_routes.py does the rest.

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

from tests.isolation.routes import (
    activities,
    api,
    companies,
    meetings,
    objectives,
    partners,
    pipeline,
    public,
    reporting,
    tenants,
)
from tests.isolation.routes.route import Id, Route, Values

__all__ = ["API_ROUTES", "PUBLIC_ROUTES", "TENANT_ROUTES", "Id", "Route", "Values"]

TENANT_ROUTES: dict[str, Route] = {
    **tenants.ROUTES, **pipeline.ROUTES, **activities.ROUTES, **meetings.ROUTES, **companies.ROUTES,
    **objectives.ROUTES, **reporting.ROUTES, **partners.ROUTES,
}  # fmt: skip
API_ROUTES: dict[str, Route] = api.ROUTES
PUBLIC_ROUTES: dict[str, Route] = public.ROUTES
