"""From where on a cause is named: the limits of the organisation, with their defaults and bounds."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reporting.actions import cause_thresholds as actions
from reporting.forms.causes import ThresholdsForm
from reporting.queries.cause_thresholds import own_thresholds, thresholds
from reporting.views.analysis import analysis_tabs
from reporting.views.asked import here
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import form_page, go


@tenant_view(Permission.SET_OBJECTIVES)
@require_http_methods(["GET", "HEAD", "POST"])
def cause_thresholds(request: TenantRequest) -> HttpResponse:
    form = ThresholdsForm(request.POST or None, limits=thresholds(), language=get_language() or "en")
    if form.is_valid():
        changed: list[str] = []
        with errors_in(form):
            changed = actions.set_thresholds(form.limits(), by=Actor.of(request))
        if not form.errors:
            messages.success(
                request,
                _("Saved: the next run looks with these limits.") if changed else _("Nothing changed."),
            )
            return go(request, "reporting:cause_thresholds")
    context = {
        "form": form,
        "is_own": bool(own_thresholds()),
        "tabs": analysis_tabs(request, "causes"),
        "breadcrumb": [
            {"label": _("Probable causes"), "url": here(request, "causes")},
            {"label": _("Limits of the causes"), "url": ""},
        ],
    }
    return form_page(request, "reporting/analysis/cause_thresholds.html", context, form)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def cause_thresholds_reset(request: TenantRequest) -> HttpResponse:
    actions.reset(by=Actor.of(request))
    messages.success(request, _("The defaults are back: the next run looks with them."))
    return go(request, "reporting:cause_thresholds")
