"""What effort costs, in the settings."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from prospecting.actions import costs as actions
from prospecting.forms.partners import CostForm
from prospecting.models import Cost
from prospecting.queries.costs import all_costs
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import form_page, go, settings_tabs


@tenant_view(Permission.SET_COSTS)
@require_http_methods(["GET", "HEAD", "POST"])
def costs(request: TenantRequest) -> HttpResponse:
    form = CostForm(request.POST or None, currency=request.organisation.currency)
    if form.is_valid():
        with errors_in(form):
            actions.set_cost(**form.cost(), by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("Saved."))
            return go(request, "prospecting:costs")
    context = {
        "form": form,
        "costs": all_costs(),
        "currency": request.organisation.currency,
        "tabs": settings_tabs(request, "costs"),
    }
    return form_page(request, "prospecting/costs.html", context, form)


@tenant_view(Permission.SET_COSTS)
@require_POST
def cost_remove(request: TenantRequest, cost: UUID) -> HttpResponse:
    actions.remove(cost=get_object_or_404(Cost, pk=cost), by=Actor.of(request))
    messages.success(request, _("The cost is taken away."))
    return go(request, "prospecting:costs")
