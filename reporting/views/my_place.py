"""My place in the chain: what I receive, what I hand over, to whom, at which quality, and what it weighs (R17)."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.models import Cycle
from prospecting.queries import handover
from reporting.queries import gaps
from reporting.queries.chain import CHAIN_METRICS, Quality, quality_of
from reporting.queries.gaps import Line
from reporting.queries.looking import RunMark
from reporting.queries.my_place import leads_of
from reporting.queries.reach import reach_of
from reporting.views.asked import answer, filters, here, looking_at, settled, state_query
from reporting.views.chain import quality
from reporting.views.figures import Writer
from reporting.views.maths import Maths
from reporting.views.missing import missing
from reporting.views.nodes import objective_name
from reporting.views.rep import asked_person
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission


@tenant_view(Permission.VIEW_OWN)
@require_safe
def my_place(request: TenantRequest) -> HttpResponse:
    """`person`: somebody else within reach."""
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    person = asked_person(request, reach)
    if (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    needs = missing(request, looking, writer)
    others = [one for one in reach.people if one != reach.me]
    options = [{"value": one.id, "label": one.name, "selected": one == person} for one in reach.people]
    context: dict[str, Any] = {
        "looking": looking,
        "person": person,
        "others": bool(others),
        "filters": filters(looking, writer) | {"persons": options if others else []},
        "needs": needs,
        "chain_url": here(request, "chain") + state_query(looking)
        if request.membership.allows(Permission.VIEW_CHAIN)
        else "",
    }
    if person is not None and looking.cycle and looking.run and not any(need.hides for need in needs):
        maths = Maths.of(request.organisation.slug, writer, looking.run.engine)
        context |= _figures(person.id, looking.run, looking.cycle, writer, maths)
    return answer(request, "reporting/my_place.html", context)


def _figures(person: UUID, run: RunMark, cycle: Cycle, writer: Writer, maths: Maths) -> dict[str, Any]:
    met = handover.meetings(since=cycle.start_on, as_of=run.as_of)
    brought, given = met.hosted_by(person), met.booked_by(person)
    leads = leads_of(person, since=cycle.start_on, as_of=run.as_of)
    own = gaps.of_owner(run_id=run.id, person_id=person)
    company = {
        line.objective.metric: line for line in gaps.of_owner(run_id=run.id) if not line.objective.segment
    }
    weighs = [_weight(line, company.get(line.objective.metric), writer, maths) for line in _chained(own)]
    answered = Quality(
        leads.accepted, leads.accepted + leads.refused,
        leads.accepted / (leads.accepted + leads.refused) if leads.accepted + leads.refused else None,
        None, None, leads.p50, leads.p80,
    )  # fmt: skip
    return {
        "receives": [
            {
                "what": _("Leads passed to me"), "from": _("marketing"), "count": writer.number(leads.passed),
                "quality": quality(answered, writer, maths),
            },
            {
                "what": _("Meetings that others brought"), "from": _("partners and the own prospecting"),
                "count": writer.number(brought.held), "quality": quality(quality_of(brought), writer, maths),
            },
        ],
        "gives": [
            {
                "what": _("Meetings that I brought to others"), "to": _("sales"), "count": writer.number(given.held),
                "quality": quality(quality_of(given), writer, maths),
            },
        ],
        "weighs": weighs,
        "sentence": _sentence(weighs),
        "state": "none",
    }  # fmt: skip


def _chained(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.objective.metric in CHAIN_METRICS and not line.objective.segment]


def _weight(line: Line, whole: Line | None, writer: Writer, maths: Maths) -> dict[str, Any]:
    total = whole.actual if whole is not None else None
    part = line.actual / total if line.actual is not None and total else None
    return {
        "name": objective_name(line, writer),
        "definition_url": f"{maths.definitions}#{line.metric.key}",
        "actual": writer.short(line.actual, line.metric.unit),
        "target": writer.short(line.target, line.metric.unit),
        "company": writer.short(total, line.metric.unit),
        "part": writer.percent(part),
        "is_known": part is not None,
        "state": line.state,
    }


def _sentence(weighs: list[dict[str, Any]]) -> str:
    known = next((one for one in weighs if one["is_known"]), None)
    if known is None:
        return ""
    text = _("%(metric)s: %(actual)s, which is %(part)s of what the company did.")
    return text % {"metric": known["name"], "actual": known["actual"], "part": known["part"]}
