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

from django.core.files.uploadedfile import SimpleUploadedFile

from tenants.domain.roles import Permission
from tests.isolation.world import AS_OF, FREE_PERSON, OTHER_TEAM, SHARE, World


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
    post_needs: Permission | None = None  # where a POST takes more than the view's own permission
    refusals: dict[str, int] = field(
        default_factory=dict
    )  # parts of the path that are refused otherwise than by 404


def uploaded_file(world: World) -> SimpleUploadedFile:
    return SimpleUploadedFile("new.csv", b"Name\nNew\n")


# The cycle and the day that a page looks at.
LOOKING: Values = {"cycle": Id("objectives.Cycle"), "as_of": AS_OF.isoformat()}

OWNERS: Values = {"team": Id("tenants.Team"), "person": Id("tenants.Person")}
CYCLE: Values = {"cycle": Id("objectives.Cycle")}


def version(label: str) -> Callable[[World], int]:
    """The version of a row, for forms that carry the one that was read."""
    return lambda world: world.rows[label].version


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
        }
    ),
    "tenants:api_keys": Route(post={"name": "New", "lifetime": ""}, posted=200),
    "tenants:api_key_revoke": Route(kwargs={"key": Id("tenants.ApiKey")}, get=None, post={}),
    "tenants:audit": Route(query={"verb": "api_key.create"}),
    # Pipeline
    "pipeline:import_list": Route(),
    "pipeline:import_upload": Route(post={"file": uploaded_file, "kind": ""}),
    "pipeline:import_detail": Route(kwargs={"run": Id("pipeline.ImportRun")}),
    "pipeline:import_columns": Route(
        kwargs={"run": Id("pipeline.ImportRun")},
        post={
            "column_0": "name",
            "date_format": "ISO",
            "decimal": ".",
            "policy": "good",
            "create_unknown": "on",
        },
    ),
    "pipeline:import_start": Route(kwargs={"run": Id("pipeline.ImportRun")}, get=None, post={}),
    "pipeline:import_progress": Route(kwargs={"run": Id("pipeline.ImportRun")}),
    "pipeline:import_refused": Route(kwargs={"run": Id("pipeline.ImportRun")}),
    "pipeline:opportunity_list": Route(
        query={
            "stage": Id("pipeline.Stage"),
            "owner": Id("tenants.Person"),
            "team": Id("tenants.Team"),
            "q": "quagg",
        }
    ),
    "pipeline:opportunity": Route(kwargs={"opportunity": Id("pipeline.Opportunity")}),
    "pipeline:stages": Route(post={"name": "New"}),
    "pipeline:stage_rename": Route(kwargs={"stage": Id("pipeline.Stage")}, get=None, post={"name": "New"}),
    "pipeline:stage_move": Route(kwargs={"stage": Id("pipeline.Stage")}, get=None, post={"to": "down"}),
    "pipeline:stage_delete": Route(kwargs={"stage": Id("pipeline.Stage")}, get=None, post={}),
    # Objectives
    "objectives:cycles": Route(),
    "objectives:cycle_create": Route(
        post={"name": "New", "first_day": "2027-01-01", "last_day": "2027-03-31"}, query={"quarter": "2027-1"}
    ),
    "objectives:metrics": Route(),
    "objectives:objective": Route(kwargs={"objective": Id("objectives.Objective")}),
    "objectives:tree": Route(kwargs={"objective": Id("objectives.Objective")}),
    "objectives:cycle": Route(kwargs=CYCLE, get=302),
    "objectives:cycle_delete": Route(
        kwargs=CYCLE, get=None, post={"confirm_name": lambda w: w.rows["objectives.Cycle"].name}
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
    "objectives:review": Route(kwargs=CYCLE),
    "objectives:activate": Route(kwargs=CYCLE, get=None, post={}),
    # Reporting
    "reporting:director": Route(query=LOOKING),
    "reporting:objective_children": Route(kwargs={"objective": Id("objectives.Objective")}, query=LOOKING),
    "reporting:manager": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:conversion_csv": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:gaps_csv": Route(query={**LOOKING, "team": Id("tenants.Team")}),
    "reporting:rep": Route(query={**LOOKING, "person": Id("tenants.Person")}),
    "reporting:runs": Route(query={"before": "2026-03-01"}),
    "reporting:run": Route(kwargs={"run": Id("reporting.Run")}),
    "reporting:recompute": Route(get=None, post={"as_of": AS_OF.isoformat()}),
    "reporting:run_progress": Route(kwargs={"job": Id("tenants.Job")}),
}

API_ROUTES: dict[str, Route] = {
    "api_organisation": Route(),
    "api_objectives": Route(query={"cycle": Id("objectives.Cycle"), **OWNERS, "metric": "revenue_won"}),
    "api_gaps": Route(query={"as_of": AS_OF.isoformat(), "cycle": Id("objectives.Cycle"), **OWNERS}),
    "api_conversion": Route(query={"as_of": AS_OF.isoformat(), **OWNERS}),
    "api_facts": Route(query={"stage": Id("pipeline.Stage"), **OWNERS}),
    "api_opportunities": Route(query={"stage": Id("pipeline.Stage"), **OWNERS, "external_id": "okapia"}),
    "api_runs": Route(query={"start": "2026-01-01", "end": "2026-03-31"}),
}

# Addresses outside any organisation: opened by a stranger and by Atelier's people, who must see nothing of Rival.
PUBLIC_ROUTES: dict[str, Route] = {
    "gallery": Route(),
    "healthz": Route(),
    "readyz": Route(get=None),
    "home": Route(get=302),
    "organisations": Route(),
    "preferences": Route(),
    "organisation_create": Route(post={"name": "New", "slug": "rival"}),
    "set_language": Route(get=None, post={"language": "en", "next": "/"}),
    "join": Route(kwargs={"slug": "rival", "token": "not-a-token"}, get=404),
}
