"""Segments and account profiles: who is a target, in the order in which the rules are tried."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prospecting import wording_targets as wording
from prospecting.actions import classification, segments
from prospecting.forms.targets import SegmentForm
from prospecting.models import Segment
from prospecting.queries import targets as queries
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import action, form_page, go, tenant_url, trail


def tabs(request: TenantRequest, active: str) -> list[dict[str, Any]]:
    labels = {
        "targets": _("Segments and profiles"),
        "maturities": _("Maturity"),
        "do_not_contact": _("Do not contact"),
        "duplicates": _("Duplicates"),
    }
    return [
        {"label": label, "url": tenant_url(request, f"prospecting:{name}"), "active": name == active}
        for name, label in labels.items()
    ]


@tenant_view(Permission.SET_TARGETS)
@require_safe
def targets(request: TenantRequest) -> HttpResponse:
    """Both lists, with how many companies each line has."""
    spread, language = queries.spread(), get_language() or "en"
    listed = queries.in_order()
    groups = []
    for kind, title, new in (
        (Segment.Kind.SEGMENT, _("Segments, in the order in which they are tried"), _("New segment")),
        (Segment.Kind.PROFILE, _("Account profiles, in the order in which they are tried"), _("New profile")),
    ):
        own = [segment for segment in listed if segment.kind == kind]
        groups.append(
            {
                "kind": kind.value,
                "title": title,
                "new": new,
                "new_url": f"{tenant_url(request, 'prospecting:segment_create')}?kind={kind.value}",
                "rows": [
                    {
                        "segment": segment,
                        "rules": [
                            wording.rule_sentence(rule, request.organisation.currency, language)
                            for rule in classification.readable(segment.rules)
                        ],
                        "companies": spread.by_segment.get(segment.id, 0),
                        "is_first": place == 0,
                        "is_last": place == len(own) - 1,
                    }
                    for place, segment in enumerate(own)
                ],
            }
        )
    context = {
        "tabs": tabs(request, "targets"),
        "groups": groups,
        "spread": spread,
        "in_use": any(segment.is_active for segment in listed),
        "actions": [
            action(_("See the companies"), tenant_url(request, "prospecting:companies"), "building"),
        ],
    }
    return render(request, "prospecting/targets.html", context)


@tenant_view(Permission.SET_TARGETS)
@require_http_methods(["GET", "HEAD", "POST"])
def segment_create(request: TenantRequest) -> HttpResponse:
    kind = Segment.Kind.PROFILE if request.GET.get("kind") == Segment.Kind.PROFILE else Segment.Kind.SEGMENT
    form = SegmentForm(request.POST or None, currency=request.organisation.currency)
    if not _is_counted(request) and form.is_bound and form.is_valid():
        with errors_in(form):
            segments.create(
                kind=kind.value,
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                rules=form.rules,
                by=Actor.of(request),
            )
        if not form.errors:
            messages.success(request, _("Saved. Every company is told again who it is."))
            return go(request, "prospecting:targets")
    title = _("New profile") if kind == Segment.Kind.PROFILE else _("New segment")
    return _segment_page(request, form, title)


@tenant_view(Permission.SET_TARGETS)
@require_http_methods(["GET", "HEAD", "POST"])
def segment(request: TenantRequest, segment: UUID) -> HttpResponse:
    found = get_object_or_404(Segment, pk=segment)
    form = SegmentForm(
        request.POST or None,
        currency=request.organisation.currency,
        rules=classification.readable(found.rules),
        initial={"name": found.name, "description": found.description, "version": found.version},
    )
    if not _is_counted(request) and form.is_bound and form.is_valid():
        with errors_in(form):
            segments.change(
                segment=found,
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                rules=form.rules,
                version=form.cleaned_data["version"] or 0,
                by=Actor.of(request),
            )
        if not form.errors:
            messages.success(request, _("Saved. Every company is told again who it is."))
            return go(request, "prospecting:targets")
    return _segment_page(request, form, found.name)


@tenant_view(Permission.SET_TARGETS)
@require_POST
def segment_count(request: TenantRequest) -> HttpResponse:
    """How many companies the rules of the form match as they stand; the form itself shows what is wrong when it is sent."""
    form = SegmentForm(request.POST, currency=request.organisation.currency)
    return render(request, "prospecting/_segment_count.html", {"count": _count(form)})


@tenant_view(Permission.SET_TARGETS)
@require_POST
def segment_move(request: TenantRequest, segment: UUID) -> HttpResponse:
    found = get_object_or_404(Segment, pk=segment)
    segments.move(segment=found, up=request.POST.get("to") == "up", by=Actor.of(request))
    return go(request, "prospecting:targets")


@tenant_view(Permission.SET_TARGETS)
@require_POST
def segment_switch(request: TenantRequest, segment: UUID) -> HttpResponse:
    found = get_object_or_404(Segment, pk=segment)
    if segments.switch(segment=found, by=Actor.of(request)):
        messages.success(request, _("“%s” is in use again.") % found.name)
    else:
        messages.success(request, _("“%s” is out of use. What was counted so far stays.") % found.name)
    return go(request, "prospecting:targets")


def _is_counted(request: TenantRequest) -> bool:
    """Whether the form was sent to be counted only, by who has no JavaScript."""
    return "count" in request.POST


def _count(form: SegmentForm) -> str:
    """The sentence; "" as long as a rule cannot be read, or none is said."""
    if not form.rows_are_valid() or not form.rules:
        return ""
    matched, companies = classification.count(form.rules)
    return wording.matching(matched, companies, get_language() or "en")


def _segment_page(request: TenantRequest, form: SegmentForm, title: str) -> HttpResponse:
    counting = form if form.is_bound else None
    context = {
        "form": form,
        "title": title,
        "count": _count(counting) if counting else _count_of(form),
        "trail": trail(request, "prospecting:targets", _("Targets"), title),
    }
    wrong = [] if _is_counted(request) else [form, *form.rows]
    return form_page(request, "prospecting/segment.html", context, *wrong)


def _count_of(form: SegmentForm) -> str:
    """The count of the rules that a form begins with."""
    written = [row.initial for row in form.rows if row.initial]
    data = {f"rule-{at}-{name}": value for at, row in enumerate(written) for name, value in row.items()}
    return _count(SegmentForm(data, currency=form.currency)) if data else ""
