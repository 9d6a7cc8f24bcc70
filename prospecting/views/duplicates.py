"""Rows that look like one: made one, kept apart, made two again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pipeline.models import Company
from prospecting import wording_targets as wording
from prospecting.actions import merges
from prospecting.models import Contact, Merge
from prospecting.queries import duplicates as queries
from prospecting.views.targets import tabs
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import go, tenant_url


@tenant_view(Permission.SET_TARGETS)
@require_safe
def duplicates(request: TenantRequest) -> HttpResponse:
    return _page(request, Merge.Kind.COMPANY, *queries.company_pairs())


@tenant_view(Permission.HANDLE_PERSONAL_DATA)
@require_safe
def duplicate_people(request: TenantRequest) -> HttpResponse:
    return _page(request, Merge.Kind.CONTACT, *queries.contact_pairs())


@tenant_view(Permission.SET_TARGETS)
@require_POST
def company_merge(request: TenantRequest) -> HttpResponse:
    """Make one of two companies; `keep` says which of them stays, or that both do."""
    return _settle(request, Company, Merge.Kind.COMPANY, "prospecting:duplicates")


@tenant_view(Permission.HANDLE_PERSONAL_DATA)
@require_POST
def contact_merge(request: TenantRequest) -> HttpResponse:
    return _settle(request, Contact, Merge.Kind.CONTACT, "prospecting:duplicate_people")


@tenant_view(Permission.SET_TARGETS)
@require_POST
def company_merge_undo(request: TenantRequest, merge: UUID) -> HttpResponse:
    return _undo(request, merge, Merge.Kind.COMPANY, "prospecting:duplicates")


@tenant_view(Permission.HANDLE_PERSONAL_DATA)
@require_POST
def contact_merge_undo(request: TenantRequest, merge: UUID) -> HttpResponse:
    return _undo(request, merge, Merge.Kind.CONTACT, "prospecting:duplicate_people")


def _settle(request: TenantRequest, model: Any, kind: str, page: str) -> HttpResponse:
    first, second = _uuid(request.POST.get("first")), _uuid(request.POST.get("second"))
    rows = {row.pk: row for row in model.objects.filter(pk__in=[one for one in (first, second) if one])}
    if first not in rows or second not in rows:
        raise Http404
    by, now = Actor.of(request), timezone.now()
    try:
        with transaction.atomic():
            match request.POST.get("keep"):
                case "first" | "second" as which:
                    kept, merged = (first, second) if which == "first" else (second, first)
                    merge = merges.merge_companies if kind == Merge.Kind.COMPANY else merges.merge_contacts
                    merge(kept=rows[kept], merged=rows[merged], by=by, now=now)
                    messages.success(request, _("They are one now. This can be undone below."))
                case _:
                    merges.keep_apart(kind=kind, first=rows[first].pk, second=rows[second].pk, by=by, now=now)
                    messages.success(request, _("They stay two, and are not proposed again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return go(request, page)


def _undo(request: TenantRequest, merge: UUID, kind: str, page: str) -> HttpResponse:
    found = get_object_or_404(Merge, pk=merge, kind=kind)
    try:
        with transaction.atomic():
            merges.undo(merge=found, by=Actor.of(request), now=timezone.now())
        messages.success(request, _("They are two again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return go(request, page)


def _page(request: TenantRequest, kind: str, pairs: list[queries.Pair], total: int) -> HttpResponse:
    is_company = kind == Merge.Kind.COMPANY
    may = request.membership.allows
    kinds = [
        ("duplicates", _("Companies"), Permission.SET_TARGETS, is_company),
        ("duplicate_people", _("People"), Permission.HANDLE_PERSONAL_DATA, not is_company),
    ]
    context = {
        "tabs": tabs(request, "duplicates") if may(Permission.SET_TARGETS) else [],
        "kinds": [
            {"label": label, "url": tenant_url(request, f"prospecting:{name}"), "active": active}
            for name, label, permission, active in kinds
            if may(permission)
        ],
        "is_company": is_company,
        "rows": [{"pair": pair, "reason": wording.REASONS[pair.candidate.reason]} for pair in pairs],
        "total": total,
        "merge_url": tenant_url(
            request, "prospecting:company_merge" if is_company else "prospecting:contact_merge"
        ),
        "undoable": [
            {
                **one,
                "undo_url": tenant_url(
                    request,
                    "prospecting:company_merge_undo" if is_company else "prospecting:contact_merge_undo",
                    merge=one["merge"].id,
                ),
            }
            for one in queries.undoable(kind)
        ],
    }
    return render(request, "prospecting/duplicates.html", context)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
