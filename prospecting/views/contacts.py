"""People at prospects': recorded with a purpose and a day, corrected, found again, handed out, erased."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pipeline.models import Company
from prospecting.actions import contacts as actions
from prospecting.domain.retention import keep_until
from prospecting.forms.prospects import ContactForm
from prospecting.models import Contact
from prospecting.queries.people import ROWS, search
from prospecting.queries.personal_data import disclosures_of, everything_about
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import form_page, go, trail


@tenant_view(Permission.VIEW_PROSPECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def contact_create(request: TenantRequest, company: UUID) -> HttpResponse:
    where = get_object_or_404(Company, pk=company, merged_into=None)
    form = ContactForm(request.POST or None, initial={"collected_on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        with errors_in(form):
            made = actions.record(company=where, by=Actor.of(request), **form.cleaned_data)
        if not form.errors:
            messages.success(request, _("%s is added.") % (made.name or made.email or made.phone))
            return go(request, "prospecting:company", company=where.id)
    context = {
        "form": form,
        "title": _("New person"),
        "company": where,
        "trail": trail(request, "prospecting:companies", _("Companies"), where.name),
    }
    return form_page(request, "prospecting/contact.html", context, form)


@tenant_view(Permission.VIEW_PROSPECTS)
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: TenantRequest, contact: UUID) -> HttpResponse:
    found = get_object_or_404(
        Contact.objects.select_related("company"), pk=contact, merged_into=None, erased_at=None
    )
    form = ContactForm(request.POST or None, initial={name: getattr(found, name) for name in actions.FIELDS})
    if form.is_bound and form.is_valid():
        with errors_in(form):
            said = form.cleaned_data
            said["keep_until"] = said["keep_until"] or keep_until(said["collected_on"])
            actions.change(contact=found, by=Actor.of(request), **said)
        if not form.errors:
            messages.success(request, _("Saved."))
            return go(request, "prospecting:contact", contact=found.id)
        found.refresh_from_db()
    context: dict[str, Any] = {
        "form": form,
        "contact": found,
        "company": found.company,
        "title": found.name or found.email or found.phone,
        "handles": request.membership.allows(Permission.HANDLE_PERSONAL_DATA),
        "trail": trail(request, "prospecting:companies", _("Companies"), found.name or "–"),
    }
    return form_page(request, "prospecting/contact.html", context, form)


@tenant_view(Permission.HANDLE_PERSONAL_DATA)
@require_safe
def personal_data(request: TenantRequest) -> HttpResponse:
    """Find somebody who asks for what is known of them, or to be erased."""
    text = request.GET.get("q", "").strip()[:120]
    rows = search(text, today=timezone.localdate())
    context = {"text": text, "rows": rows, "is_full": len(rows) == ROWS}
    return render(request, "prospecting/personal_data.html", context)


@tenant_view(Permission.HANDLE_PERSONAL_DATA)
@require_safe
def person_data(request: TenantRequest, contact: UUID) -> HttpResponse:
    """One person: what can be done at their request, and which partner saw them."""
    found = get_object_or_404(
        Contact.objects.select_related("company"), pk=contact, merged_into=None, erased_at=None
    )
    context = {
        "contact": found,
        "seen": disclosures_of(found),
        "title": found.name or found.email or found.phone,
        "trail": trail(request, "prospecting:personal_data", _("Personal data"), found.name or "–"),
    }
    return render(request, "prospecting/person_data.html", context)


@tenant_view(Permission.HANDLE_PERSONAL_DATA)
@require_safe
def person_export(request: TenantRequest, contact: UUID) -> HttpResponse:
    found = get_object_or_404(Contact, pk=contact)
    audit.record(by=Actor.of(request), verb="contact.export", obj=found)
    return JsonResponse(
        everything_about(found),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={
            "Content-Disposition": f'attachment; filename="person-{found.pk}.json"',
            "Cache-Control": "no-store",
        },
    )


@tenant_view(Permission.HANDLE_PERSONAL_DATA)
@require_POST
def person_erase(request: TenantRequest, contact: UUID) -> HttpResponse:
    found = get_object_or_404(Contact, pk=contact)
    actions.erase(
        contact=found, by=Actor.of(request), now=timezone.now(), never_again="never_again" in request.POST
    )
    messages.success(request, _("Erased. Every count stays as it was."))
    return go(request, "prospecting:personal_data")
