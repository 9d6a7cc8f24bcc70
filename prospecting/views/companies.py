"""Companies that are prospected: the list, one of them, and what is known of a name before it is recorded."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pipeline.models import Company
from prospecting import wording_targets as wording
from prospecting.actions import companies as actions
from prospecting.actions import do_not_contact as do_not_contact_actions
from prospecting.actions import merges
from prospecting.forms.prospects import CompanyForm, company_initial
from prospecting.models import Segment
from prospecting.queries import companies as queries
from prospecting.queries.standing import is_barred, standing
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import action, form_page, go, tenant_url, trail

OFF_TARGET = "off"


@tenant_view(Permission.VIEW_PROSPECTS)
@require_safe
def company_list(request: TenantRequest) -> HttpResponse:
    """Filters and place in the list are in the address."""
    in_use = queries.segments_in_use()
    wanted = queries.CompanyFilter(
        text=request.GET.get("q", "").strip()[:120],
        segment=_uuid(request.GET.get("segment")),
        profile=_uuid(request.GET.get("profile")),
        off_target=bool(in_use) and request.GET.get("segment") == OFF_TARGET,
    )
    page = queries.company_page(
        wanted, after=request.GET.get("after", "")[:255], before=request.GET.get("before", "")[:255]
    )
    may = request.membership.allows
    buttons = []
    if may(Permission.LOG_ACTIVITIES):
        url = tenant_url(request, "prospecting:company_create")
        buttons.append(action(_("Add a company"), url, "plus", primary=True))
    context = {
        "page": page,
        "text": wanted.text,
        "is_filtered": wanted.is_filtered,
        "filters": _filters(wanted, in_use),
        "any_in_use": bool(in_use),
        "previous_url": _page_url(request, "before", page.previous),
        "next_url": _page_url(request, "after", page.next),
        "actions": buttons,
        "can_import": may(Permission.IMPORT_DATA),
        "sets_targets": may(Permission.SET_TARGETS),
        "handles_people": may(Permission.HANDLE_PERSONAL_DATA),
    }
    return render(request, "prospecting/companies.html", context)


@tenant_view(Permission.VIEW_PROSPECTS)
@require_safe
def company(request: TenantRequest, company: UUID) -> HttpResponse:
    found = get_object_or_404(Company.objects.select_related("merged_into"), pk=company)
    if found.merged_into is not None:
        return go(request, "prospecting:company", company=found.merged_into_id)
    may = request.membership.allows
    buttons = []
    if may(Permission.LOG_ACTIVITIES):
        person = tenant_url(request, "prospecting:contact_create", company=found.id)
        buttons = [
            action(_("Add a person"), person, "plus", primary=True),
            action(_("Correct"), tenant_url(request, "prospecting:company_edit", company=found.id), "edit"),
        ]
    context = {
        "company": found,
        **queries.about(found),
        "is_barred": is_barred(company=found),
        "merges": merges.of_company(found) if may(Permission.SET_TARGETS) else [],
        "sets_targets": may(Permission.SET_TARGETS),
        "reads_deals": may(Permission.VIEW_OWN),
        "actions": buttons,
        "trail": trail(request, "prospecting:companies", _("Companies"), found.name),
    }
    return render(request, "prospecting/company.html", context)


@tenant_view(Permission.VIEW_PROSPECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def company_create(request: TenantRequest) -> HttpResponse:
    form = CompanyForm(request.POST or None, currency=request.organisation.currency)
    if form.is_bound and form.is_valid():
        with errors_in(form):
            made = actions.create(by=Actor.of(request), **form.values)
        if not form.errors:
            messages.success(request, _("%s is added.") % made.name)
            return go(request, "prospecting:company", company=made.id)
    context = {
        "form": form,
        "standing": _standing(request.POST),
        "trail": trail(request, "prospecting:companies", _("Companies"), _("New")),
        "title": _("New company"),
    }
    return form_page(request, "prospecting/company_form.html", context, form)


@tenant_view(Permission.VIEW_PROSPECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def company_edit(request: TenantRequest, company: UUID) -> HttpResponse:
    found, currency = get_object_or_404(Company, pk=company, merged_into=None), request.organisation.currency
    form = CompanyForm(request.POST or None, currency=currency, initial=company_initial(found, currency))
    if form.is_bound and form.is_valid():
        with errors_in(form):
            actions.change(company=found, by=Actor.of(request), **form.values)
        if not form.errors:
            messages.success(request, _("Saved."))
            return go(request, "prospecting:company", company=found.id)
    context = {
        "form": form,
        "company": found,
        "title": _("Correct"),
        "trail": trail(request, "prospecting:companies", _("Companies"), _("Correct")),
    }
    return form_page(request, "prospecting/company_form.html", context, form)


@tenant_view(Permission.LOG_ACTIVITIES)
@require_safe
def company_standing(request: TenantRequest) -> HttpResponse:
    """Said at once, while a company or a person is typed: in the pipeline, do not contact, known, new. Partners ask it too."""
    return render(request, "prospecting/_standing.html", {"standing": _standing(request.GET)})


@tenant_view(Permission.SET_TARGETS)
@require_POST
def company_bar(request: TenantRequest, company: UUID) -> HttpResponse:
    found = get_object_or_404(Company, pk=company)
    reason = request.POST.get("reason", "").strip()[:300]
    if reason:
        do_not_contact_actions.add_company(
            company=found, reason=reason, by=Actor.of(request), now=timezone.now()
        )
        messages.success(request, _("Added: nobody is to contact them."))
    else:
        messages.error(request, _("Say why nobody is to contact them."))
    return go(request, "prospecting:company", company=found.id)


def _standing(said: Any) -> dict[str, Any] | None:
    """{icon, text, company_id, is_free} of what was typed; None as long as nothing was."""
    asked = {
        "name": said.get("name", "").strip()[:255],
        "domain": said.get("website", "").strip()[:255],
        "vat": said.get("vat_number", "").strip()[:40],
        "email": said.get("email", "").strip()[:254],
    }
    if not any(asked.values()):
        return None
    found = standing(**asked)
    icon, text = wording.STANDINGS[found.word]
    return {"icon": icon, "text": text, "is_free": found.is_free}


def _filters(wanted: queries.CompanyFilter, in_use: list[Segment]) -> list[dict[str, Any]]:
    """Without a segment or profile in use nobody is off target, and nobody is asked to look for it."""
    filters: list[tuple[str, str, list[tuple[Any, str]], Any]] = []
    for name, kind, label in (
        ("segment", Segment.Kind.SEGMENT, _("Segment")),
        ("profile", Segment.Kind.PROFILE, _("Profile")),
    ):
        options: list[tuple[Any, str]] = [(one.id, one.name) for one in in_use if one.kind == kind]
        chosen: Any = getattr(wanted, name)
        if name == "segment" and in_use:
            options.append((OFF_TARGET, _("off target")))
            chosen = OFF_TARGET if wanted.off_target else chosen
        filters.append((name, label, options, chosen))
    return [
        {
            "name": name,
            "label": label,
            "options": [
                {"value": "", "label": _("all"), "selected": not chosen},
                *({"value": value, "label": text, "selected": value == chosen} for value, text in options),
            ],
        }
        for name, label, options, chosen in filters
    ]


def _page_url(request: TenantRequest, name: str, cursor: str) -> str:
    if not cursor:
        return ""
    kept = {key: value for key, value in request.GET.items() if key not in ("after", "before")}
    return f"{tenant_url(request, 'prospecting:companies')}?{urlencode({**kept, name: cursor})}"


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
