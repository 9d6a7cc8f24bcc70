"""Undo, on every step of the guided setting."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from objectives.actions import drafts
from objectives.actions.errors import Locked, StaleVersion
from objectives.views.shared import STEPS, cycle_or_404, who_text
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import go
from tenants.wording import verb_label


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def undo(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """Take back the change that was named on the button (`change`), and stay on the step (`step`)."""
    found = cycle_or_404(request, cycle)
    step = request.POST.get("step", "")
    try:
        undone = drafts.undo(cycle=found, step_id=_change(request), by=Actor.of(request))
    except Locked:
        messages.error(request, _("An active cycle is locked."))
        return go(request, "objectives:review", cycle=found.pk)
    except StaleVersion as stale:
        text = _("Nothing was undone: %(who)s changed the draft meanwhile (%(what)s).")
        words = {"who": who_text(request, stale.by), "what": verb_label(stale.verb)}
        messages.warning(request, text % words)
    else:
        messages.success(request, _("Undone: %(what)s.") % {"what": verb_label(undone.verb)})
    return go(request, f"objectives:{step if step in STEPS else 'review'}", cycle=found.pk)


def _change(request: TenantRequest) -> UUID:
    try:
        return UUID(request.POST.get("change", ""))
    except ValueError:
        raise Http404 from None
