"""Two organisations with a row in every tenant table, whose every text carries the organisation's mark.

Atelier is who attacks, Rival is who must not be seen: a response, a file or a log line with Rival's mark in it is a
leak. New tables are filled by themselves from their fields; where that cannot work, add to GIVEN what is special.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from objectives.actions import plans
from objectives.models import Cycle, DraftStep, Objective
from pipeline.models import Frontier
from prospecting.models import Segment
from tenants.access import SYSTEM
from tenants.actions.api_keys import SCOPES
from tenants.actions.jobs import LOOK, LOOK_TASK, RECOMPUTE, RECOMPUTE_TASK
from tenants.domain.roles import Role
from tenants.ids import new_id
from tenants.models import Job, Membership, Organisation, Person, TenantForeignKey
from tenants.scope import tenant_scope
from tenants.tasks import TENANT_TASKS
from tests import factories
from tests.isolation import catalogue

ATELIER_MARK, RIVAL_MARK = "okapia", "quaggab"
# The day of the stored run.
AS_OF = date(2026, 2, 10)
# An id of the right form that nothing has.
NOBODY = UUID("00000000-0000-7000-8000-00000000dead")


# A second row of a kind, under a name of its own.
FREE_PERSON = "tenants.Person, free"
LOOK_JOB = "tenants.Job of a look"
OTHER_TEAM = "tenants.Team, other"
SHARE = "objectives.Objective, share of a team"
PERSONAL_SHARE = "objectives.Objective, share of a person"
# Of a quarter that was activated: what revisions, versions and typed progress are about.
ACTIVE_CYCLE = "objectives.Cycle, active"
ACTIVE_OBJECTIVE = "objectives.Objective, active"


@dataclass(slots=True)
class World:
    """One organisation, and a row of each kind to name in addresses and forms."""

    organisation: Organisation
    mark: str
    members: dict[Role, Membership] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)  # model label ("pipeline.Stage") → a row
    jobs: dict[str, Job] = field(default_factory=dict)  # task name → a waiting job
    token: str = ""
    theirs: World | None = (
        None  # another engagement of this organisation, of another partner: the same kinds of rows
    )

    def id(self, label: str) -> UUID:
        """The id of this world's row of a model; of one of the global tables too."""
        if label == "tenants.Membership":
            return self.members[Role.REP].id
        return self.rows[label].id  # type: ignore[no-any-return]


# Columns with a code of ours in them instead of somebody's text; a stale entry fails.
CODES = {
    "reporting_actioneffect.counts": "numerators and denominators",
    "reporting_actioneffect.measure": "rate, pace or value",
    "reporting_actioneffect.verdict": "one of ours",
    "reporting_causeresult.inputs": "days and settings of a rule",
    "reporting_causeresult.raw_state": "state of a figure, one of ours",
    "reporting_causeresult.rule": "key of a rule, one of ours",
    "reporting_causeresult.scope_kind": "company, team or person",
    "reporting_causeresult.state": "state of a figure, one of ours",
    "reporting_causethreshold.rule": "key of a rule, one of ours",
    "objectives_cycle.origin": "what a draft started from, one of ours",
    "objectives_draftstep.verb": "name of an action",
    "objectives_objective.orientation": "part of the strategy, one of ours",
    "objectives_objective.metric": "a key of the metric catalogue",
    "objectives_plan.engine": "version of the calculation",
    "objectives_plan.inputs": "numbers and ids",
    "objectives_plan.overrides": "numbers and ids",
    "objectives_plan.result": "numbers and ids",
    "pipeline_close.kind": "won or lost",
    "pipeline_frontier.signature": "digest of the stages",
    "pipeline_frontier.snapshot": "numbers of transactions",
    "pipeline_importrun.kind": "kind of file, one of ours",
    "pipeline_opportunityevent.changed": "names of our columns",
    "pipeline_refusedrow.code": "code of a reason, one of ours",
    "pipeline_stagestay.outcome": "one letter of ours",
    "prospecting_definitionversion.proposed_side": "client or source",
    "prospecting_disclosure.what": "page or export",
    "prospecting_meeting.disclosed_outcome": "open, won or lost",
    "prospecting_meetingevent.after": "state, one of ours",
    "prospecting_meetingevent.before": "state, one of ours",
    "prospecting_meetingevent.side": "client, source or clock",
    "prospecting_meetingevent.verb": "name of a move",
    "reporting_conversionresult.raw_state": "state, one of ours",
    "reporting_conversionresult.scope_kind": "company, team or person",
    "reporting_conversionresult.state": "state, one of ours",
    "reporting_dailyfact.metric": "kind of fact, one of ours",
    "reporting_gapresult.raw_state": "state, one of ours",
    "reporting_gapresult.state": "state, one of ours",
    "reporting_landingcheck.engine": "version of the calculation",
    "reporting_landingcheck.metric": "a metric of the catalogue",
    "reporting_landingcheck.scope_kind": "company or team",
    "reporting_landingresult.metric": "a metric of the catalogue",
    "reporting_landingresult.scope_kind": "company, team or person",
    "reporting_run.engine": "version of the calculation",
    "tenants_auditentry.actor_kind": "member, key or system",
    "tenants_auditentry.detail": "ids, numbers and codes, never somebody's words",
    "tenants_auditentry.object_type": "name of a model",
    "tenants_auditentry.verb": "name of an action",
    "tenants_invitation.language": "a language of ours",
}

Given = Callable[["World"], dict[str, Any]]


def _import_run(world: World) -> dict[str, Any]:
    """A file that was tried and can be started, with its report."""
    report = {
        **{"created": 1, "changed": 0, "unchanged": 0, "refused": 1, "headers": [f"{world.mark} name"]},
        **{"notes": [], "errors": [], "new_counts": {}, "new_names": {}, "note": world.mark},
    }
    return {
        "kind": "companies",
        "path": f"{world.organisation.id}/{world.mark}",
        "mapping": {
            **{"kind": "companies", "columns": {f"{world.mark} name": "name"}},
            **{"date_format": "ISO", "decimal": "."},
        },
        "status": "checked",
        "report": report,
        "check_report": report,
        "job_id": None,
    }


def _gap(world: World) -> dict[str, Any]:
    stage = str(world.id("pipeline.Stage"))
    return {
        "raw_state": "behind",
        "state": "behind",
        "levers": [{"lever": "rate", "stage": stage, "contribution": -1.0, "note": world.mark}],
        "series": {"dates": [AS_OF.isoformat()], "path": [2.0], "actual": [1.0], "note": world.mark},
    }


GIVEN: dict[str, Given] = {
    "objectives.Strategy": lambda w: {
        **{"growth": 40, "profitability": 30, "new_markets": 20, "retention": 10},
        **{"starts_on": date(2026, 1, 1), "horizon_on": date(2027, 1, 1)},
    },
    "objectives.Revision": lambda w: {
        **{"cycle": w.rows[ACTIVE_CYCLE], "effective_on": date(2025, 11, 1)},
        **{"decided_at": None, "decided_by": None},
    },
    "objectives.RevisionChange": lambda w: {
        "objective": w.rows[ACTIVE_OBJECTIVE],
        "parent": w.rows[ACTIVE_OBJECTIVE],
    },
    "objectives.ObjectiveVersion": lambda w: {"objective": w.rows[ACTIVE_OBJECTIVE]},
    "objectives.Progress": lambda w: {"objective": w.rows[ACTIVE_OBJECTIVE], "day": date(2025, 11, 3)},
    "objectives.Negotiation": lambda w: {
        "objective": w.rows[PERSONAL_SHARE],
        "state": "countered",
        "agreed": None,
        "agreed_at": None,
    },
    "objectives.Scenario": lambda w: {
        "person": None,
        "levers": {"target": {"value": None, "locked": True}, "levers": {}, "mix": {w.mark: 1.0}},
    },
    "objectives.Objective": lambda w: {
        "metric": "revenue_won",
        "parent": None,
        "person": None,
        "engagement": None,
        "stage": None,
    },
    "pipeline.Close": lambda w: {"kind": "won"},
    "pipeline.Frontier": lambda w: {"as_of": AS_OF, "snapshot": "1:1:", "signature": "stages"},
    "pipeline.ImportRun": _import_run,
    "pipeline.RefusedRow": lambda w: {"code": "required", "params": {"note": w.mark}},
    "pipeline.Opportunity": lambda w: {"closed_on": None},
    "pipeline.StageStay": lambda w: {"outcome": "A"},
    "prospecting.Availability": lambda w: {"closes_at": time(18), "opens_at": time(9), "minutes": 30},
    "prospecting.BusyTime": lambda w: {"ends_at": factories.NOON + timedelta(hours=1)},
    "prospecting.Contact": lambda w: {"erased_at": None, "merged_into": None},
    "prospecting.Cost": lambda w: {"kind": "day", "channel": ""},
    "prospecting.Criterion": lambda w: {"position": 0},
    "prospecting.DefinitionVersion": lambda w: {"proposed_side": "source"},
    "prospecting.Disclosure": lambda w: {"membership": w.members[Role.PARTNER]},
    "prospecting.Engagement": lambda w: {
        **{"ends_on": None, "answer_days": 2, "second_look_days": 5, "log_hours": 24},
        "segments": [w.rows.setdefault("prospecting.Segment", _row(Segment, w)).id],
    },
    "prospecting.EngagementMember": lambda w: {"membership": w.members[Role.PARTNER]},
    "prospecting.Lead": lambda w: {"state": "passed", "answered_on": None},
    "prospecting.Merge": lambda w: {
        "kept_id": w.id("pipeline.Company"),
        "merged_id": w.id("pipeline.Company"),
        "undone_at": None,
    },
    "prospecting.Segment": lambda w: {
        "rules": [{"field": "industry", "is": "in", "values": [f"{w.mark} industry"]}]
    },
    "prospecting.Meeting": lambda w: {
        **{"state": "booked", "ends_at": factories.NOON + timedelta(minutes=30), "accepted_on": None},
        **{"busy_until": factories.NOON + timedelta(minutes=45), "moved_from": None, "disclosed_outcome": ""},
    },
    "prospecting.MeetingEvent": lambda w: {"verb": "book", "before": "", "after": "booked", "side": "source"},
    "reporting.CauseResult": lambda w: {
        **{
            "scope_kind": "team",
            "person": None,
            "rule": "off_target_share",
            "raw_state": "behind",
            "state": "behind",
        },
        "inputs": {"recent_from": "2026-01-01"},
    },
    "reporting.CauseThreshold": lambda w: {"rule": "off_target_share"},
    "reporting.ConversionResult": lambda w: {
        "scope_kind": "team",
        "person": None,
        "raw_state": "behind",
        "state": "behind",
    },
    "reporting.GapResult": _gap,
    "reporting.LeverAction": lambda w: {
        **{"person": None, "over_on": None, "review_on": date(2026, 3, 2)},
        "steps": [{"text": f"{w.mark} step", "done": False}],
    },
    "reporting.ActionEffect": lambda w: {
        "counts": {"before": [1, 2]},
        "measure": "rate",
        "verdict": "helped",
    },
    "reporting.LandingCheck": lambda w: {"scope_kind": "team", "metric": "revenue_won"},
    "reporting.LandingResult": lambda w: {
        "scope_kind": "team",
        "person": None,
        "metric": "revenue_won",
        "flow": [{"line": "won", "amount": 1, "count": 1, w.mark: 1}],
    },
    "reporting.Run": lambda w: {"as_of": AS_OF, "counts": {w.mark: 1}, "timings": {w.mark: 1}},
    "tenants.AuditEntry": lambda w: {"actor_kind": "member"},
    "tenants.Invitation": lambda w: {
        "expires_at": datetime(2099, 1, 1, tzinfo=UTC),
        "accepted_at": None,
        "revoked_at": None,
    },
}


# Tasks are found when their modules are imported.
current_app.loader.import_default_modules()


def build(slug: str, mark: str) -> World:
    """Make the organisation with members of every role, and a row in every tenant table. Commits, or joins in."""
    organisation = factories.organisation(slug, name=f"{mark} industries")
    world = World(organisation, mark)
    for role in Role:
        world.members[role] = factories.member(organisation, role)
        world.members[role].user.name = f"{role} {mark}"
        world.members[role].user.save()
    world.rows["tenants.ApiKey"], world.token = factories.api_key(
        organisation, name=f"robot {mark}", scopes=SCOPES
    )
    with tenant_scope(organisation.id):
        _people_and_stages(world)
        for model in _parents_first():
            if model._meta.label not in world.rows:
                world.rows[model._meta.label] = _row(model, world)
        world.theirs = _another_engagement(world)
    for task, subject in TENANT_TASKS.items():
        if subject == "organisation":
            kind = RECOMPUTE if task == RECOMPUTE_TASK else f"probe {len(world.jobs)}"
            world.jobs[task] = factories.job(organisation, task=task, kind=kind, key=AS_OF.isoformat())
    world.rows["tenants.Job"] = world.jobs[RECOMPUTE_TASK]
    look = world.rows[LOOK_JOB] = world.jobs[LOOK_TASK]
    look.kind, look.key = LOOK, f"{world.members[Role.DIRECTOR].id.hex}:look"  # asked for by the director
    look.save()
    file = Path(settings.MEDIA_ROOT) / world.rows["pipeline.ImportRun"].path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{mark} name\n{mark}\n")
    return world


def _people_and_stages(world: World) -> None:
    """What pages need to have something to show: a team with a manager and a rep who sign in, and a pipeline."""
    house, mark = world.organisation, world.mark
    team = factories.team(house, f"{mark} team")
    manager = factories.person(
        house, f"{mark} manager", membership=world.members[Role.MANAGER], email=f"manager@{mark}.example"
    )
    team.manager = manager
    team.save()
    rep: Person = factories.person(
        house, f"{mark} rep", team=team, membership=world.members[Role.REP], email=f"rep@{mark}.example"
    )
    world.rows[OTHER_TEAM] = factories.team(house, f"{mark} other team")
    # Nobody's login yet: what forms that tie a login to a person offer.
    world.rows[FREE_PERSON] = factories.person(house, f"{mark} free", team=team, email=f"free@{mark}.example")
    stages = [
        factories.stage(house, f"{mark} {name}", position, kind)
        for position, (name, kind) in enumerate(factories.STAGES)
    ]
    cycle = factories.cycle(house, f"{mark} quarter", start_on=date(2026, 1, 1), end_on=date(2026, 4, 1))
    world.rows.update(
        {
            "tenants.Team": team,
            "tenants.Person": rep,
            "tenants.TeamMembership": rep.team_memberships.get(),
            "pipeline.Stage": stages[0],
            "objectives.Cycle": cycle,
        }
    )
    _plan(world, cycle)
    _active_quarter(world)


def _active_quarter(world: World) -> None:
    cycle = factories.cycle(
        world.organisation, f"{world.mark} past quarter", start_on=date(2025, 10, 1), end_on=date(2026, 1, 1),
        state=Cycle.State.ACTIVE, activated_at=factories.NOON,
    )  # fmt: skip
    world.rows[ACTIVE_CYCLE] = cycle
    world.rows[ACTIVE_OBJECTIVE] = factories.objective(
        cycle, "meetings_held", person=world.rows["tenants.Person"], target=10, state=Objective.State.ACTIVE,
        segment=f"{world.mark} segment", calibration={"note": world.mark}, outcome={"note": world.mark},
    )  # fmt: skip


def _plan(world: World, cycle: Cycle) -> None:
    """An ambition shared out by the product itself: its documents are of its own making."""
    world.rows["pipeline.Frontier"] = _row(Frontier, world)
    world.rows["objectives.Plan"] = plans.set_ambition(
        cycle=cycle, revenue_minor=50_000_000, version=0, by=SYSTEM
    )
    DraftStep.objects.all().delete()  # of the product's making, without the mark
    Objective.objects.update(
        reason=f"{world.mark} reason", why=f"{world.mark} why", context={"success": f"{world.mark} success"}
    )
    world.rows["objectives.Objective"] = Objective.objects.get(parent=None)
    world.rows[SHARE] = Objective.objects.get(team=world.id("tenants.Team"))
    world.rows[PERSONAL_SHARE] = Objective.objects.get(person=world.id("tenants.Person"))


def _another_engagement(world: World) -> World:
    """Whatever belongs to an engagement, once more: of another firm, with another login on it, under a mark of its own.

    Found by its references, so that a new table of engagements is in it from its first day.
    """
    mark = f"{world.mark}-theirs"
    other = factories.member(world.organisation, Role.PARTNER, name=mark)
    # Nobody is met twice at a time: the rest of the rows is shared.
    shared = {**world.rows, "tenants.Person": world.rows[FREE_PERSON]}
    theirs = World(world.organisation, mark, members={**world.members, Role.PARTNER: other}, rows=shared)
    own = {"prospecting.Partner"}
    for model in _parents_first():
        targets = {
            one.related_model._meta.label
            for one in model._meta.local_fields
            if isinstance(one, TenantForeignKey)
        }
        if model._meta.app_label == "prospecting" and (own & targets or model._meta.label in own):
            own.add(model._meta.label)
            theirs.rows[model._meta.label] = _row(model, theirs)
    theirs.rows = {label: theirs.rows[label] for label in own}
    return theirs


def _parents_first() -> list[type[models.Model]]:
    tenants = catalogue.tenant_models()
    ordered: list[type[models.Model]] = []

    def visit(model: type[models.Model]) -> None:
        if model in ordered:
            return
        for one in model._meta.local_fields:
            target = one.related_model if isinstance(one, TenantForeignKey) else None
            if target in tenants and target is not model:
                visit(target)
        ordered.append(model)

    for model in tenants:
        visit(model)
    return ordered


def _row(model: type[models.Model], world: World) -> models.Model:
    given = GIVEN.get(model._meta.label, lambda _: {})(world)
    values = {
        one.name: _value(one, world)
        for one in model._meta.local_concrete_fields
        if one.name not in given and one.name not in ("id", "organisation") and _wants_value(one)
    }
    return model._base_manager.create(organisation=world.organisation, **{**values, **given})


def _wants_value(one: models.Field[Any, Any]) -> bool:
    if isinstance(one, models.JSONField | TenantForeignKey):
        return True
    text = isinstance(one, models.CharField | models.TextField)
    defaulted = one.has_default() or one.has_db_default() or getattr(one, "auto_now", False)
    return not defaulted or (text and not one.choices)


def _value(one: models.Field[Any, Any], world: World) -> Any:
    label = f"{one.model._meta.db_table}.{one.column}"
    if isinstance(one, TenantForeignKey):
        return world.rows.get(one.related_model._meta.label)
    if one.choices:
        return next(iter(one.flatchoices))[0]
    if label in CODES:
        default = one.get_default()
        return "code" if default in (None, "") else default
    match one:
        case models.EmailField():
            return f"{one.name}@{world.mark}.example"
        case models.CharField() | models.TextField():
            return f"{world.mark} {one.name}"[: one.max_length]
        case models.JSONField():
            return [world.mark] if one.default is list else {"note": world.mark}
        case ArrayField():
            return []
        case models.UUIDField():
            return new_id()
        case models.BooleanField():
            return False
        case models.DecimalField() | models.FloatField() | models.IntegerField():
            return 1
        case models.DateTimeField():
            return factories.NOON
        case models.DateField():
            return factories.START
    raise NotImplementedError(f"{label}: say in GIVEN what a row of {one.model._meta.label} needs")


def fingerprint(world: World) -> dict[str, str]:
    """A digest of every row of this organisation in every table, global ones included."""
    name = f"fingerprint_{world.organisation.id.hex}"
    with tenant_scope(world.organisation.id), connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_prepared_statements WHERE name = %s", [name])
        if cursor.fetchone() is None:
            # Planned once: that takes the database longer than to read the few rows.
            digests = " UNION ALL ".join(_digest(table) for table in _tables())
            cursor.execute(f"PREPARE {name} AS {digests}", {"organisation": world.organisation.id})
        cursor.execute(f"EXECUTE {name}")
        return dict(cursor.fetchall())


def _tables() -> list[str]:
    return [*catalogue.tenant_tables(), *sorted(catalogue.global_tables())]


def _digest(table: str) -> str:
    match table:
        case "tenants_user":
            where = "id IN (SELECT user_id FROM tenants_membership WHERE organisation_id = %(organisation)s)"
        case "tenants_organisation":
            where = "id = %(organisation)s"
        case _:
            where = "organisation_id = %(organisation)s" if table in catalogue.global_tables() else "true"
    return (
        f"SELECT '{table}', count(*) || ' ' || COALESCE(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
        f" FROM {table} t WHERE {where}"
    )
