"""What people type of an objective that no data measures: the list, and the form."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from objectives.actions import progress as actions
from objectives.domain.catalogue import CATALOGUE, Source
from objectives.forms.progress import ProgressForm
from objectives.queries.hands import hands_of
from objectives.views.objective import head_of, objective_or_404
from objectives.views.typed import progress_of
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import form_page, tenant_url


@tenant_view(Permission.TYPE_PROGRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: TenantRequest, objective: UUID) -> HttpResponse:
    """GET: what was typed, and the form. POST types; `next` is where to go back to."""
    found = objective_or_404(objective)
    hands = hands_of(Actor.of(request), timezone.localdate())
    if not hands.hold(found) or CATALOGUE[found.metric].source is Source.MEASURED:
        raise Http404
    form = ProgressForm(request.POST or None, initial={"day": timezone.localdate()})
    page = tenant_url(request, "objectives:objective", objective=found.pk)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, None):
        back = page
    if form.is_valid():
        with errors_in(form):
            actions.type_value(
                objective=found, **form.cleaned_data, today=timezone.localdate(), by=Actor.of(request)
            )
        if not form.errors:
            messages.success(
                request, _("Typed. It counts in the figures of that day from the next recompute on.")
            )
            return redirect(back)
    context = head_of(request, found, hands) | progress_of(request, found) | {"back": back}
    if context["progress_form"] is not None or form.is_bound:
        context |= {"progress_form": form, "progress_url": request.path}
    context["breadcrumb"][-1]["url"] = page
    context["breadcrumb"].append({"label": _("What was typed"), "url": ""})
    return form_page(request, "objectives/progress.html", context, form)
