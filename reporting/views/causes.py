"""Why there is a gap: the causes that stand out in a scope, the largest first, each with its evidence and what to do."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pipeline.domain.small_samples import State
from reporting import wording_causes as wording
from reporting.domain.causes import BY_KEY, Family
from reporting.models import CauseResult
from reporting.queries import memo
from reporting.queries.cause_rows import ROWS, evidence
from reporting.queries.causes import STANDS_OUT, Causes, causes_of
from reporting.queries.looking import Looking
from reporting.queries.memo import as_known, remember
from reporting.queries.reach import Reach, reach_of
from reporting.views import cause_words as words
from reporting.views.analysis import analysis_tabs
from reporting.views.asked import answer, filters, here, looking_at, settled, state_query
from reporting.views.cause_rows import columns, lines
from reporting.views.closed import closed_note
from reporting.views.figures import Writer
from reporting.views.looks import worked_out_first
from reporting.views.manager import asked_team
from reporting.views.missing import missing
from reporting.views.team_options import team_options
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission

STATES = {
    State.BEHIND: lambda: _("beyond the limit"),
    State.CANNOT_TELL: lambda: _("cannot tell"),
    State.ON_OR_ABOVE: lambda: _("does not stand out"),
}
# What a lever action about a cause works on: its family, but for the load, which is a matter of capacity.
LEVERS = {family: family.value for family in Family} | {Family.OVERLOAD: "capacity"}


@tenant_view(Permission.VIEW_TEAM)
@require_safe
def causes(request: TenantRequest) -> HttpResponse:
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    team_id = asked_team(request, reach)
    if (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    needs = missing(request, looking, writer)
    state = state_query(looking, team=team_id)
    context: dict[str, Any] = {
        "looking": looking,
        "tabs": analysis_tabs(request, "causes", state),
        "filters": filters(looking, writer) | {"teams": team_options(request, reach, team_id)},
        "needs": needs,
        "closed": closed_note(request, looking.cycle, writer, team_id, reach.tree),
        "no_team": team_id is None and not reach.sees_company,
        "scope": reach.tree.teams[team_id].name if team_id else request.organisation.name,
    }
    if request.membership.allows(Permission.SET_OBJECTIVES):
        context["settings_url"] = here(request, "cause_thresholds")
    if looking.run is not None and not context["no_team"] and not any(need.hides for need in needs):
        teams, people = _below(reach, team_id)
        found = causes_of(run_id=looking.run.id, team_id=team_id, team_ids=teams, person_ids=people)
        context |= _figures(request, looking, found, writer)
    return answer(request, "reporting/analysis/causes.html", context)


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def cause(request: TenantRequest, cause: UUID) -> HttpResponse:
    """The rows behind a cause; its address is that of the run's result, so that it stays what was seen."""
    one = get_object_or_404(CauseResult.objects.select_related("run", "team", "person"), pk=cause)
    if one.rule not in BY_KEY:
        raise Http404("rule")
    reach = reach_of(request.membership, one.run.as_of)
    if not _may_open(reach, one):
        raise PermissionDenied
    writer = Writer.of(request.organisation.currency)
    looking = looking_at(request)
    number = request.GET.get("page", "1")
    teams = sorted(reach.tree.descendants(one.team_id)) if one.team_id else []
    asked = max(int(number), 1) if number.isdecimal() and len(number) < 8 else 1
    found = remember(
        lambda: evidence(one, teams=teams, page=asked),
        name="evidence",
        source=as_known(one.run.as_of),
        asked=(one.pk, teams, asked),
    )
    page: Page[Any] = Paginator(range(found.count), ROWS).get_page(number)
    back = here(request, "causes") + state_query(looking, team=one.team_id)
    context = {
        "looking": looking,
        "tabs": analysis_tabs(request, "causes", state_query(looking, team=one.team_id)),
        "breadcrumb": [
            {"label": _("Probable causes"), "url": back},
            {"label": _owner(request, one), "url": ""},
        ],
        "title": wording.ROWS[one.rule],
        "sentence": words.sentence(one, writer),
        "as_of": one.run.as_of,
        "columns": columns(one.rule),
        "lines": lines(request, one, found.rows, writer),
        "page": page,
        "back_url": back,
        "aged": memo.age(),
    }
    return render(request, "reporting/analysis/cause_rows.html", context)


def _below(reach: Reach, team_id: UUID | None) -> tuple[Sequence[UUID], Sequence[UUID]]:
    """Teams and people under a scope that the reader may see."""
    teams = set(reach.team_ids)
    people = set(reach.person_ids)
    if team_id is not None:
        teams &= set(reach.tree.descendants(team_id))
        people = {one for one in people if reach.tree.team_of.get(one) in teams}
    return [*teams], [*people]


def _may_open(reach: Reach, one: CauseResult) -> bool:
    if one.person_id is not None:
        return one.person_id in reach.person_ids
    return reach.sees_company if one.team_id is None else one.team_id in reach.team_ids


def _owner(request: TenantRequest, one: CauseResult) -> str:
    return str(one.person or one.team or request.organisation.name)


def _figures(request: TenantRequest, looking: Looking, found: Causes, writer: Writer) -> dict[str, Any]:
    standing = found.standing_out
    rules = {one.rule for one in standing}
    return {
        "sentence": page_sentence(found, writer),
        "state": State.BEHIND if standing else State.NONE,
        "causes": [
            _card(request, looking, one, writer) | {"elsewhere": _elsewhere(found, one.rule, writer)}
            for one in standing
        ],
        # What stands out for the whole is no matter of one team.
        "below": [_card(request, looking, one, writer) for one in found.below if one.rule not in rules],
        "looked_at": [
            _card(request, looking, one, writer)
            for one in sorted(found.own, key=lambda one: (one.state != STANDS_OUT, -one.p))
        ],
        "computed": True,
    }


def _elsewhere(found: Causes, rule: str, writer: Writer) -> str:
    """For how many of the teams and people below it stands out too."""
    there = [one for one in found.below if one.rule == rule]
    teams = sum(one.team_id is not None for one in there)
    people = len(there) - teams
    parts = []
    if teams:
        parts.append(ngettext("%(count)s team", "%(count)s teams", teams) % {"count": writer.number(teams)})
    if people:
        parts.append(
            ngettext("%(count)s person", "%(count)s people", people) % {"count": writer.number(people)}
        )
    return _("It stands out below too: %(where)s.") % {"where": ", ".join(parts)} if parts else ""


def page_sentence(found: Causes, writer: Writer) -> str:
    """What stands out, or that nothing does."""
    standing = found.standing_out
    if not found.own:
        return _("There is nothing to look for causes in yet.")
    if not standing:
        nothing = _("Nothing stands out: none of the %(count)s signs looked at is surely beyond its limit.")
        return nothing % {"count": writer.number(len(found.own))}
    first, others = standing[0], len(standing) - 1
    said = {
        "cause": wording.name(first.rule), "sure": wording.confidence(first.p), "stake": words.stake(first, writer),
    }  # fmt: skip
    if said["stake"]:
        text = _("The likeliest cause: %(cause)s (%(sure)s, %(stake)s at stake).") % said
    else:
        text = _("The likeliest cause: %(cause)s (%(sure)s).") % said
    if not others:
        return text
    more = ngettext("%(count)s other one stands out.", "%(count)s others stand out.", others)
    return f"{text} {more % {'count': writer.number(others)}}"


def _card(request: TenantRequest, looking: Looking, one: CauseResult, writer: Writer) -> dict[str, Any]:
    state = State(one.state)
    return {
        "name": wording.name(one.rule),
        "family": wording.family(one.rule),
        "owner": _owner(request, one),
        "sentence": words.sentence(one, writer),
        "signal": words.value(one, one.signal, writer),
        "limit": words.value(one, one.threshold, writer),
        "estimate": words.value(one, one.mean, writer),
        "interval": words.interval(one, writer),
        "counts": words.counts(one, writer),
        "confidence": words.confidence(one, writer),
        "stake": words.stake(one, writer),
        "has_gap": one.at_stake_minor is not None,
        "state": "none" if state == State.ON_OR_ABOVE else state,
        "state_word": STATES[state]() if state in STATES else "",
        "stands_out": state == STANDS_OUT,
        "changing": one.state != one.raw_state,
        "suggestion": wording.SUGGESTIONS[one.rule],
        "rows_url": here(request, "cause", cause=one.id) + state_query(looking),
        "rows_label": wording.ROWS[one.rule],
        "action_url": _action_url(request, looking, one),
        "math": words.math(one, writer),
    }


def _action_url(request: TenantRequest, looking: Looking, one: CauseResult) -> str:
    """Where a lever action begins with what is known of the cause; empty for who may not write one."""
    if not request.membership.allows(Permission.STEER_LEVERS):
        return ""
    asked = {
        "lever": LEVERS[BY_KEY[one.rule].family], "team": one.team_id, "person": one.person_id,
        "expected": one.at_stake_minor or "", "note": wording.SUGGESTIONS[one.rule],
    }  # fmt: skip
    return here(request, "action_new") + state_query(looking, **asked)
