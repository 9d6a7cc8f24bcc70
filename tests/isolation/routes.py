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
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tenants.domain.roles import Permission
from tests.isolation.world import (
    ACTIVE_CYCLE,
    ACTIVE_OBJECTIVE,
    AS_OF,
    FREE_PERSON,
    OTHER_TEAM,
    PERSONAL_SHARE,
    SHARE,
    World,
)


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
    get: int | tuple[int, ...] | None = 200  # several, where it depends on the role
    posted: int | tuple[int, ...] = 302  # several, where it depends on the role
    post_needs: Permission | None = None  # where a POST takes more than the view's own permission
    refusals: dict[str, int] = field(
        default_factory=dict
    )  # parts of the path that are refused otherwise than by 404


def uploaded_file(world: World) -> SimpleUploadedFile:
    return SimpleUploadedFile("new.csv", b"Name\nNew\n")


def uploaded_calendar(world: World) -> SimpleUploadedFile:
    return SimpleUploadedFile("mine.ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")


# The cycle and the day that a page looks at.
LOOKING: Values = {"cycle": Id("objectives.Cycle"), "as_of": AS_OF.isoformat()}

OWNERS: Values = {"team": Id("tenants.Team"), "person": Id("tenants.Person")}
CYCLE: Values = {"cycle": Id("objectives.Cycle")}


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


def version(label: str) -> Callable[[World], int]:
    """The version of a row, for forms that carry the one that was read."""
    return lambda world: world.rows[label].version


def in_a_week(_world: World) -> str:
    """A deadline that lies ahead whenever the tests run."""
    return (date.today() + timedelta(days=7)).isoformat()


SAID: Values = {"version": version("objectives.Negotiation")}


# A scenario that moves one lever.
LEVERS = '{"levers": {"volume": {"value": 3, "locked": true}}}'

RULE: Values = {"rule-0-field": "industry", "rule-0-operator": "in", "rule-0-value": "Retail"}
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
            "clarity_threshold": "70",
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
    "pipeline:credit": Route(
        kwargs={"opportunity": Id("pipeline.Opportunity")},
        get=None,
        post={"owner": "", "person_0": Id(FREE_PERSON), "share_0": "40"},
    ),
    "pipeline:stages": Route(post={"name": "New"}),
    "pipeline:stage_rename": Route(kwargs={"stage": Id("pipeline.Stage")}, get=None, post={"name": "New"}),
    "pipeline:stage_move": Route(kwargs={"stage": Id("pipeline.Stage")}, get=None, post={"to": "down"}),
    "pipeline:stage_delete": Route(kwargs={"stage": Id("pipeline.Stage")}, get=None, post={}),
    # Activities
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
    # Meetings
    "prospecting:meetings": Route(
        query={"host": Id("tenants.Person"), "engagement": Id("prospecting.Engagement"), "q": "quagg"}
    ),
    "prospecting:meeting_new": Route(
        query={"engagement": Id("prospecting.Engagement"), "company": "quagg"},
        post={
            **{"company": "Brand new", "outcome": "booked", "day": "2027-03-01", "at": "10:00"},
            **{"minutes": "30", "channel": "phone", "engagement": Id("prospecting.Engagement")},
            **{"host": Id("tenants.Person"), "contact": Id("prospecting.Contact")},
        },
    ),
    "prospecting:meeting": Route(kwargs={"meeting": Id("prospecting.Meeting")}),
    "prospecting:meeting_say": Route(
        kwargs={"meeting": Id("prospecting.Meeting"), "verb": "cancel"},
        get=None,
        post={"version": version("prospecting.Meeting"), "reason": "No"},
    ),
    "prospecting:meeting_judge": Route(
        kwargs={"meeting": Id("prospecting.Meeting"), "verb": "refuse"},
        get=None,
        post={"version": version("prospecting.Meeting"), "unmet": Id("prospecting.Criterion")},
        posted=409,  # a meeting that is only booked is not judged
    ),
    "prospecting:definitions": Route(),
    "prospecting:definition_open": Route(get=None, post={"engagement": Id("prospecting.Engagement")}),
    "prospecting:definition": Route(kwargs={"definition": Id("prospecting.Definition")}),
    "prospecting:definition_draft": Route(
        kwargs={"definition": Id("prospecting.Definition")}, get=None, post={}
    ),
    # The draft is the partner's: the client's side does not write in it.
    "prospecting:definition_edit": Route(
        kwargs={"version": Id("prospecting.DefinitionVersion")},
        get=(200, 302),
        post={
            **{"version": version("prospecting.DefinitionVersion"), "demand": "need", "judge": "host"},
            **{"credit_days": "90", "rows": "1", "label-0": "A need", "kind-0": "required"},
        },
    ),
    "prospecting:definition_propose": Route(
        kwargs={"version": Id("prospecting.DefinitionVersion")},
        get=None,
        post={"version": version("prospecting.DefinitionVersion")},
        posted=(302, 403),
    ),
    "prospecting:definition_withdraw": Route(
        kwargs={"version": Id("prospecting.DefinitionVersion")},
        get=None,
        post={"version": version("prospecting.DefinitionVersion")},
        posted=(422, 403),
    ),
    "prospecting:definition_accept": Route(
        kwargs={"version": Id("prospecting.DefinitionVersion")},
        get=None,
        post={"version": version("prospecting.DefinitionVersion")},
        posted=(422, 403),  # nothing is proposed
    ),
    "prospecting:definition_reject": Route(
        kwargs={"version": Id("prospecting.DefinitionVersion")},
        get=None,
        post={"version": version("prospecting.DefinitionVersion"), "reason": "No"},
        posted=(422, 403),
    ),
    "prospecting:slots": Route(),
    # Who is no salesperson has no hours: that is said.
    "prospecting:hours": Route(
        post={"minutes": "30", "pause": "15", "opens-0-0": "09:00", "closes-0-0": "12:00"},
        posted=(302, 200),
    ),
    "prospecting:calendar": Route(get=None, post={"file": uploaded_calendar}),
    "prospecting:feed": Route(get=None, post={}, posted=(200, 302)),
    "prospecting:feed_end": Route(get=None, post={}),
    # Targets, companies, people
    "prospecting:targets": Route(),
    "prospecting:segment_create": Route(query={"kind": "profile"}, post={"name": "New", **RULE}),
    "prospecting:segment": Route(
        kwargs={"segment": Id("prospecting.Segment")},
        post={"name": "New", "version": version("prospecting.Segment"), **RULE},
    ),
    "prospecting:segment_count": Route(get=None, post=RULE, posted=200),
    "prospecting:segment_move": Route(
        kwargs={"segment": Id("prospecting.Segment")}, get=None, post={"to": "up"}
    ),
    "prospecting:segment_switch": Route(kwargs={"segment": Id("prospecting.Segment")}, get=None, post={}),
    "prospecting:maturities": Route(post={"name": "Newer"}),
    "prospecting:maturity_rename": Route(
        kwargs={"maturity": Id("prospecting.Maturity")}, get=None, post={"name": "Renamed"}
    ),
    "prospecting:maturity_move": Route(
        kwargs={"maturity": Id("prospecting.Maturity")}, get=None, post={"to": "up"}
    ),
    "prospecting:maturity_delete": Route(kwargs={"maturity": Id("prospecting.Maturity")}, get=None, post={}),
    "prospecting:do_not_contact": Route(post={"who": "new.example", "reason": "x"}),
    "prospecting:do_not_contact_paste": Route(get=None, post={"text": "new.example", "reason": "x"}),
    "prospecting:do_not_contact_remove": Route(
        kwargs={"entry": Id("prospecting.DoNotContact")}, get=None, post={}
    ),
    "prospecting:duplicates": Route(),
    "prospecting:company_merge": Route(
        get=None,
        post={"first": Id("pipeline.Company"), "second": Id("pipeline.Company"), "keep": "both"},
    ),
    "prospecting:company_merge_undo": Route(kwargs={"merge": Id("prospecting.Merge")}, get=None, post={}),
    "prospecting:companies": Route(
        query={"q": "quagg", "segment": Id("prospecting.Segment"), "profile": Id("prospecting.Segment")}
    ),
    "prospecting:company_create": Route(post={"name": "New"}),
    "prospecting:company_standing": Route(query={"name": "quagg", "website": "new.example"}),
    "prospecting:company": Route(kwargs={"company": Id("pipeline.Company")}),
    "prospecting:company_edit": Route(kwargs={"company": Id("pipeline.Company")}, post={"name": "Renamed"}),
    "prospecting:company_bar": Route(
        kwargs={"company": Id("pipeline.Company")}, get=None, post={"reason": "x"}
    ),
    "prospecting:contact_create": Route(
        kwargs={"company": Id("pipeline.Company")},
        post={
            **{"name": "New", "basis": "interest", "collected_on": "2026-02-10"},
            "maturity": Id("prospecting.Maturity"),
        },
        posted=422,  # the world's company must not be contacted
    ),
    "prospecting:contact": Route(
        kwargs={"contact": Id("prospecting.Contact")},
        post={
            **{"name": "New", "basis": "interest", "collected_on": "2026-02-10"},
            "maturity": Id("prospecting.Maturity"),
        },
    ),
    "prospecting:personal_data": Route(query={"q": "quagg"}),
    "prospecting:duplicate_people": Route(),
    "prospecting:contact_merge": Route(
        get=None,
        post={"first": Id("prospecting.Contact"), "second": Id("prospecting.Contact"), "keep": "both"},
    ),
    "prospecting:contact_merge_undo": Route(
        kwargs={"merge": Id("prospecting.Merge")}, get=None, post={}, posted=404
    ),  # the world's merge is one of companies
    "prospecting:person_data": Route(kwargs={"contact": Id("prospecting.Contact")}),
    "prospecting:person_export": Route(kwargs={"contact": Id("prospecting.Contact")}),
    "prospecting:person_erase": Route(kwargs={"contact": Id("prospecting.Contact")}, get=None, post={}),
    # Leads
    "prospecting:leads": Route(query={"answered": "1"}),
    "prospecting:lead_pass": Route(
        post={"company_name": "Newcomer", "channel": "inbound", "owner": Id("tenants.Person")}
    ),
    "prospecting:lead_paste": Route(post={"lines": "Newcomer; inbound; ; 1"}),
    "prospecting:lead": Route(
        kwargs={"lead": Id("prospecting.Lead")},
        post={"answer": "accept", "reason": ""},
        posted=(302, 403),  # somebody else's lead is theirs to answer
    ),
    # Objectives
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
    # Reporting
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
    # Partners
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

SENT_ACTIVITY: Values = {
    **{"kind": "contact", "channel": "phone", "day": "2026-02-10", "person": Id("tenants.Person")},
    **{
        "company": Id("pipeline.Company"),
        "contact": Id("prospecting.Contact"),
        "segment": Id("prospecting.Segment"),
    },
    "engagement": Id("prospecting.Engagement"),
}

API_ROUTES: dict[str, Route] = {
    "api_organisation": Route(),
    "api_strategies": Route(),
    "api_cycles": Route(query={"state": "draft"}),
    "api_revisions": Route(query={"cycle": Id("objectives.Cycle")}),
    "api_objectives": Route(query={"cycle": Id("objectives.Cycle"), **OWNERS, "metric": "revenue_won"}),
    "api_lever_actions": Route(query={"cycle": Id("objectives.Cycle"), "state": "planned", **OWNERS}),
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
    "calendar_feed": Route(
        kwargs={"slug": "rival", "feed": Id("prospecting.CalendarFeed"), "secret": "not-a-secret"}, get=404
    ),
}
