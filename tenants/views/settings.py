"""Settings of the organisation, its API keys, its audit trail."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants import queries
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.actions import api_keys as keys
from tenants.actions import organisations
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.forms.organisation import ApiKeyForm, SettingsForm
from tenants.queries import pages
from tenants.views.answers import form_page, go, page_of, settings_tabs
from tenants.wording import verb_label


@tenant_view(Permission.MANAGE_ORGANISATION)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: TenantRequest) -> HttpResponse:
    organisation = request.organisation
    form = SettingsForm(
        request.POST or None,
        initial={field: getattr(organisation, field) for field in organisations.SETTINGS},
        currency_is_fixed=organisations.amounts_are_recorded(),
    )
    if form.is_valid():
        with errors_in(form):
            organisations.change(organisation=organisation, by=Actor.of(request), **form.cleaned_data)
        if not form.errors:
            messages.success(request, _("Saved."))
            return go(request, "tenants:settings")
    context = {"form": form, "tabs": settings_tabs(request, "settings")}
    return form_page(request, "tenants/settings.html", context, form)


@tenant_view(Permission.MANAGE_ORGANISATION)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_keys(request: TenantRequest) -> HttpResponse:
    """The new key's token is in the answer to the POST and nowhere else, so there is no redirect."""
    form = ApiKeyForm(request.POST or None)
    token = ""
    if form.is_valid():
        lifetime = form.cleaned_data["lifetime"]
        _key, token = keys.create(
            organisation=request.organisation,
            name=form.cleaned_data["name"],
            by=Actor.of(request),
            scopes=tuple(form.cleaned_data["scopes"] or [keys.READ]),
            expires_at=timezone.now() + lifetime if lifetime else None,
        )
        form = ApiKeyForm()
    context = {
        "form": form,
        "token": token,
        "keys": queries.api_keys_of(request.organisation.id),
        "now": timezone.now(),
        "tabs": settings_tabs(request, "api_keys"),
    }
    return form_page(request, "tenants/api_keys.html", context, form)


@tenant_view(Permission.MANAGE_ORGANISATION)
@require_POST
def api_key_revoke(request: TenantRequest, key: UUID) -> HttpResponse:
    found = queries.api_key(request.organisation.id, key)
    if found is None:
        raise Http404
    keys.revoke(key=found, by=Actor.of(request))
    messages.success(request, _("The key %s no longer works.") % found.name)
    return go(request, "tenants:api_keys")


@tenant_view(Permission.MANAGE_ORGANISATION)
@require_safe
def audit(request: TenantRequest) -> HttpResponse:
    verb = request.GET.get("verb", "")
    page = page_of(request, pages.audit_entries(verb))
    context = {
        "tabs": settings_tabs(request, "audit"),
        "page": page,
        "rows": [
            (verb_label(row.entry.verb), row)
            for row in pages.audit_rows(request.organisation, page.object_list)
        ],
        "verbs": [
            {"value": known, "label": verb_label(known), "selected": known == verb}
            for known in pages.audit_verbs()
        ],
    }
    return render(request, "tenants/audit.html", context)
