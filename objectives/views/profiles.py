"""Step: what each person carries beside the revenue share, by profile; who begins has a ramped quota."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from objectives.actions import profiles as actions
from objectives.actions.errors import Locked
from objectives.actions.profiles import PersonalRow
from objectives.domain.catalogue import CATALOGUE
from objectives.domain.evolution import GUIDES
from objectives.domain.profiles import RULES, Personal
from objectives.forms import VersionedForm, refusals_in
from objectives.forms.objective import level_text
from objectives.forms.strategy import TargetRow, target_rows
from objectives.models import Cycle, Objective
from objectives.queries.personal import Entry, People, PersonLine, people_of
from objectives.views.mix import decimal
from objectives.views.shared import answer, cycle_or_404, go_on, page_context, plan_of, stale_text
from objectives.wording import value_text
from objectives.wording_reasons import reason_text
from objectives.wording_strategy import (
    FAMILIES,
    PROFILES,
    STAGES,
    metric_text,
    people_sentence,
    personal_text,
    unit_text,
)
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import ROWS, go, tenant_url

TEMPLATE = "objectives/profiles.html"
Sent = dict[tuple[UUID | None, str], TargetRow]


@tenant_view(Permission.VIEW_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def profiles(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """Look at everybody's objectives; a POST gives them to everybody, as changed on the page, and goes on."""
    found = cycle_or_404(request, cycle)
    if request.method != "POST":
        return _page(request, found)
    Actor.of(request).require(Permission.SET_OBJECTIVES)
    sent = target_rows(request.POST, request.organisation.currency)
    form = VersionedForm({"version": 0}, currency=request.organisation.currency)
    if any(row.error for row in sent):
        form.add_error(None, _("Some targets cannot be kept: see the table."))
    else:
        try:
            with refusals_in(form, "version"):
                actions.take(cycle=found, rows=list(_rows(sent)), by=Actor.of(request))
        except Locked:
            messages.error(request, _("This cycle is active: its objectives are locked."))
            return go(request, "objectives:review", cycle=found.pk)
    if form.errors or form.stale is not None:
        return _page(request, found, form, sent)
    return _on(request, found)


def _on(request: TenantRequest, cycle: Cycle) -> HttpResponse:
    """To the next step or, from a list of several pages, to the page that was asked for."""
    page = request.POST.get("page", "")
    if not page.isdecimal():
        return go_on(request, cycle, "profiles")
    response = go(request, "objectives:profiles", cycle=cycle.pk)
    query = QueryDict(mutable=True)
    query["page"] = page
    response["Location"] += f"?{query.urlencode()}"
    return response


def _rows(sent: Iterable[TargetRow]) -> Iterable[PersonalRow]:
    for row in sent:
        if row.person is not None:
            yield PersonalRow(row.person, row.metric, row.is_taken, row.target, row.version)


def _page(
    request: TenantRequest,
    cycle: Cycle,
    form: VersionedForm | None = None,
    sent: Iterable[TargetRow] = (),
) -> HttpResponse:
    context = page_context(request, cycle, "profiles")
    plan = plan_of(cycle)
    people = people_of(cycle, plan)
    page: Page[PersonLine] = Paginator(people.lines, ROWS).get_page(request.GET.get("page"))
    by_key: Sent = {(row.person, row.metric): row for row in sent}
    if form is not None and form.stale is not None:
        context["stale"] = stale_text(request, form.stale, _now(form.stale.current, context["currency"]))
    lines = _lines(request, page, by_key, context["currency"], context["editable"])
    context |= {
        "form": form,
        "lines": lines,
        "rows": sum(len(line["entries"]) for line in lines),
        "page": page,
        "people": people,
        "has_ambition": plan.revenue_minor is not None,
        "sentence": _sentence(people),
        "legend": _legend(people),
        "stage": STAGES[people.stage],
        "stage_reason": reason_text(GUIDES[people.stage].count_reason),
    }
    return answer(request, TEMPLATE, "profiles", context, *([form] if form else []))


def _sentence(people: People) -> str:
    if not people.lines:
        return _("Nobody has a share of the revenue yet.")
    return people_sentence(
        len(people.lines),
        sum(
            entry.objective is not None or (not people.is_taken and not entry.is_removed)
            for line in people.lines
            for entry in line.entries
        ),
    )


def _legend(people: People) -> list[dict[str, Any]]:
    """What each profile of the people gets, and why: only what is proposed to somebody."""
    proposed = {
        (line.person.profile, entry.metric)
        for line in people.lines
        for entry in line.entries
        if entry.proposal is not None
    }
    return [
        {
            "profile": PROFILES[profile],
            "rules": [
                {
                    "name": metric_text(rule.metric),
                    "family": FAMILIES[CATALOGUE[rule.metric].family],
                    "reason": reason_text(rule.reason),
                }
                for rule in rules
                if (profile.value, rule.metric) in proposed
            ],
        }
        for profile, rules in RULES.items()
        if any(key == profile.value for key, _metric in proposed)
    ]


def _lines(
    request: TenantRequest, page: Iterable[PersonLine], sent: Sent, currency: str, editable: bool
) -> list[dict[str, Any]]:
    place = 0
    lines = []
    for line in page:
        entries = []
        for entry in line.entries:
            drawn = _drawn(request, line, entry, sent.get((line.person.pk, entry.metric)), currency)
            if drawn["is_typed_by_hand"] or not editable:
                drawn["place"] = None
            else:
                drawn["place"], place = place, place + 1
            if editable or entry.objective is not None:
                entries.append(drawn)
        lines.append(
            {
                "person": line.person,
                "profile": PROFILES[line.person.profile],
                "quota": line.quota,
                "full": line.full,
                "ramp": line.ramp,
                "is_ramped": line.ramp < 0.995,
                "presence": line.presence,
                "is_partly_here": line.presence < 0.995,
                "url": tenant_url(request, "objectives:objective", objective=line.share.pk),
                "entries": entries,
            }
        )
    return lines


def _drawn(
    request: TenantRequest, line: PersonLine, entry: Entry, sent: TargetRow | None, currency: str
) -> dict[str, Any]:
    row, proposal = entry.objective, entry.proposal
    value = row.target if row is not None else decimal(proposal.target) if proposal else None
    text = level_text(value, CATALOGUE[entry.metric], currency)
    computed = row.computed_target if row is not None and row.is_locked else None
    stage = f" · {row.stage}" if row is not None and row.stage_id else ""
    return {
        "metric": entry.metric,
        "name": metric_text(entry.metric, row.segment if row else "") + stage,
        "basis": _basis(proposal, currency),
        "text": sent.text if sent is not None else text,
        "shown": text,
        "unit": unit_text(entry.metric, currency),
        "target": _figure(value, entry.metric, currency),
        "computed": _figure(computed, entry.metric, currency) if computed is not None else "",
        "is_taken": sent.is_taken if sent is not None else not entry.is_removed,
        "is_typed_by_hand": row is not None and row.source != Objective.Source.PROFILE,
        "error": sent.error if sent is not None else "",
        "version": row.version if row is not None else None,
        "url": tenant_url(request, "objectives:objective", objective=row.pk) if row is not None else "",
    }


def _basis(proposal: Personal | None, currency: str) -> str:
    return personal_text(proposal, currency) if proposal is not None else ""


def _figure(value: Any, metric: str, currency: str) -> str:
    return value_text(None if value is None else float(value), metric, currency)


def _now(row: Any, currency: str) -> str:
    return f"{metric_text(row.metric, row.segment)}: {_figure(row.target, row.metric, currency)}"
