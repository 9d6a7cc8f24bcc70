"""What both sides call a good meeting: written, proposed, answered; versions side by side."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prospecting.actions import definitions
from prospecting.actions.errors import StaleVersion
from prospecting.forms.definitions import DefinitionForm, RejectForm, VersionForm
from prospecting.models import Criterion, Definition, DefinitionVersion, Engagement
from prospecting.queries import definitions as queries
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import INVALID, form_page, go, tenant_url

State = DefinitionVersion.State
CONFLICT = 409


@tenant_view(Permission.VIEW_MEETINGS)
@require_safe
def definition_list(request: TenantRequest) -> HttpResponse:
    writes = request.membership.allows(Permission.DEFINE_MEETINGS)
    lines = queries.listed()
    context = {
        "lines": [
            {
                "line": line,
                "url": tenant_url(request, "prospecting:definition", definition=line.definition.pk),
            }
            for line in lines
        ],
        "no_internal": writes and not any(line.definition.engagement_id is None for line in lines),
        "missing": queries.without_definition() if writes else [],
        "breadcrumb": _trail(request, _("What a good meeting is")),
    }
    return render(request, "prospecting/definitions.html", context)


@tenant_view(Permission.DEFINE_MEETINGS)
@require_POST
def definition_open(request: TenantRequest) -> HttpResponse:
    """Begin the definition of an engagement, or the internal one."""
    asked = request.POST.get("engagement", "")
    engagement = get_object_or_404(Engagement, pk=_uuid_or_404(asked)) if asked else None
    name = engagement.name if engagement is not None else _("Own prospecting")
    by = Actor.of(request)
    made = definitions.open_definition(engagement=engagement, name=name, by=by)
    return _to_draft(request, made)


@tenant_view(Permission.VIEW_MEETINGS)
@require_safe
def definition(request: TenantRequest, definition: UUID) -> HttpResponse:
    return _page(request, _definition_or_404(definition))


@tenant_view(Permission.WORD_DEFINITIONS)
@require_POST
def draft(request: TenantRequest, definition: UUID) -> HttpResponse:
    return _to_draft(request, _definition_or_404(definition))


@tenant_view(Permission.WORD_DEFINITIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TenantRequest, version: UUID) -> HttpResponse:
    """The criteria and the three questions of a draft; "save and propose" does both."""
    row = _version_or_404(version)
    theirs = row.proposed_side not in ("", definitions.side_of(Actor.of(request)))
    if row.state != State.DRAFT or theirs:
        return go(request, "prospecting:definition", definition=row.definition_id)
    lines = [
        definitions.CriterionLine(one.label, one.help, one.evidence, one.is_required)
        for one in Criterion.objects.filter(definition_version=row).order_by("position")
    ]
    form = DefinitionForm(request.POST if request.method == "POST" else None, row=row, lines=lines)
    stale = False
    if form.is_valid():
        try:
            with errors_in(form):
                _save(request, row, form)
        except StaleVersion:
            stale = True
        if not form.errors and not stale:
            return go(request, "prospecting:definition", definition=row.definition_id)
    context = {
        "form": form,
        "version": row,
        "stale": stale,
        "breadcrumb": _trail(request, str(row.definition)),
    }
    if stale:
        return render(request, "prospecting/definition_edit.html", context, status=CONFLICT)
    return form_page(request, "prospecting/definition_edit.html", context, form)


@tenant_view(Permission.WORD_DEFINITIONS)
@require_POST
def propose(request: TenantRequest, version: UUID) -> HttpResponse:
    row = _version_or_404(version)
    return _say(
        request,
        row,
        VersionForm(request.POST),
        lambda words: definitions.propose(draft=row, now=timezone.now(), **words),
        _("Proposed: the other side is asked to accept."),
    )


@tenant_view(Permission.WORD_DEFINITIONS)
@require_POST
def withdraw(request: TenantRequest, version: UUID) -> HttpResponse:
    row = _version_or_404(version)
    return _say(
        request,
        row,
        VersionForm(request.POST),
        lambda words: definitions.withdraw(proposal=row, **words),
        _("The proposal is a draft again."),
    )


@tenant_view(Permission.BOOK_MEETINGS)
@require_POST
def accept(request: TenantRequest, version: UUID) -> HttpResponse:
    row = _version_or_404(version)
    return _say(
        request,
        row,
        VersionForm(request.POST),
        lambda words: definitions.accept(proposal=row, now=timezone.now(), **words),
        _("Accepted by both sides: in force for every meeting that is booked from now on."),
    )


@tenant_view(Permission.BOOK_MEETINGS)
@require_POST
def reject(request: TenantRequest, version: UUID) -> HttpResponse:
    row = _version_or_404(version)
    form = RejectForm(request.POST)
    return _say(
        request,
        row,
        form,
        lambda words: definitions.reject(proposal=row, reason=form.cleaned_data["reason"], **words),
        _("Sent back, with your reason."),
    )


def _save(request: TenantRequest, row: DefinitionVersion, form: DefinitionForm) -> None:
    data, by = form.cleaned_data, Actor.of(request)
    saved = definitions.edit(
        draft=row,
        criteria=form.criteria,
        demand=data["demand"],
        judge=data["judge"],
        credit_days=data["credit_days"],
        note=data["note"],
        version=data["version"],
        by=by,
    )
    if request.POST.get("propose"):
        definitions.propose(draft=saved, version=saved.version, by=by, now=timezone.now())
        messages.success(request, _("Proposed: the other side is asked to accept."))
    else:
        messages.success(request, _("The draft is saved."))


def _say(
    request: TenantRequest,
    row: DefinitionVersion,
    form: VersionForm,
    act: Callable[[dict[str, Any]], object],
    done: str,
) -> HttpResponse:
    """Say it and go to the definition; the page with what is wrong, or with what it is by now."""
    if form.is_valid():
        try:
            with transaction.atomic():
                act({"version": form.cleaned_data["version"], "by": Actor.of(request)})
        except StaleVersion:
            return _page(request, row.definition, status=CONFLICT)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, done)
            return go(request, "prospecting:definition", definition=row.definition_id)
    return _page(request, row.definition, form=form, status=INVALID)


def _page(
    request: TenantRequest, found: Definition, *, form: VersionForm | None = None, status: int = 200
) -> HttpResponse:
    rows = queries.versions_of(found)
    by = Actor.of(request)
    making = next((row.version for row in rows if row.version.state in (State.DRAFT, State.PROPOSED)), None)
    can = _can(request, making, by) if making is not None else set()
    if making is None and request.membership.allows(Permission.WORD_DEFINITIONS):
        can = {"draft"}
    context = {
        "definition": found,
        "rows": rows,
        "making": making,
        "in_force": next((row for row in rows if row.version.state == State.ACCEPTED), None),
        "can": dict.fromkeys(can, True),
        "stale": status == CONFLICT,
        "form": form,
        "reject_form": form if isinstance(form, RejectForm) else RejectForm(),
        "breadcrumb": [
            {"label": _("Meetings"), "url": tenant_url(request, "prospecting:meetings")},
            {
                "label": _("What a good meeting is"),
                "url": tenant_url(request, "prospecting:definitions"),
            },
            {"label": found.name, "url": ""},
        ],
    }
    return render(request, "prospecting/definition.html", context, status=status)


def _can(request: TenantRequest, making: DefinitionVersion, by: Actor) -> set[str]:
    """What this reader may do with the version in the making."""
    own = request.membership.allows(Permission.WORD_DEFINITIONS) and making.proposed_side in (
        "",
        definitions.side_of(by),
    )
    if making.state == State.DRAFT:
        return {"edit", "propose"} if own else set()
    can = {"withdraw"} if own else set()
    try:
        definitions.other_side(making, by)
    except PermissionDenied:
        return can
    return can | {"accept", "reject"}


def _to_draft(request: TenantRequest, found: Definition) -> HttpResponse:
    try:
        made = definitions.draft(definition=found, by=Actor.of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return go(request, "prospecting:definition", definition=found.pk)
    if made.state == State.PROPOSED:
        return go(request, "prospecting:definition", definition=found.pk)
    return go(request, "prospecting:definition_edit", version=made.pk)


def _definition_or_404(definition: UUID) -> Definition:
    found: Definition = get_object_or_404(Definition.objects.select_related("engagement"), pk=definition)
    return found


def _version_or_404(version: UUID) -> DefinitionVersion:
    found: DefinitionVersion = get_object_or_404(
        DefinitionVersion.objects.select_related("definition__engagement"), pk=version
    )
    return found


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _trail(request: TenantRequest, here: str) -> list[dict[str, str]]:
    return [
        {"label": _("Meetings"), "url": tenant_url(request, "prospecting:meetings")},
        {"label": here, "url": ""},
    ]
