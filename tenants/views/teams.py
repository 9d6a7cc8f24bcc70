"""The tree of teams."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tenants.access import Actor, TenantRequest, tenant_view
from tenants.actions import teams
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.forms.people import TeamForm
from tenants.models import Team
from tenants.queries import pages
from tenants.views.answers import action, form_page, go, people_tabs, tenant_url, trail


@tenant_view(Permission.MANAGE_PEOPLE)
@require_safe
def team_list(request: TenantRequest) -> HttpResponse:
    context = {
        "tabs": people_tabs(request, "teams"),
        "forest": pages.team_forest(timezone.localdate()),
        "actions": [
            action(_("Add a team"), tenant_url(request, "tenants:team_create"), "plus", primary=True)
        ],
    }
    return render(request, "tenants/teams.html", context)


@tenant_view(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def team_create(request: TenantRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if form.is_valid():
        with errors_in(form):
            team = teams.create(**form.cleaned_data, by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("The team %s is added.") % team)
            return go(request, "tenants:teams")
    context = {
        "form": form,
        "title": _("New team"),
        "trail": trail(request, "tenants:teams", _("Teams"), _("New")),
    }
    return form_page(request, "tenants/team.html", context, form)


@tenant_view(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: TenantRequest, team: UUID) -> HttpResponse:
    found = get_object_or_404(Team, pk=team)
    name = found.name
    initial = {"name": name, "parent": found.parent_id, "manager": found.manager_id}
    form = TeamForm(request.POST or None, initial=initial)
    if form.is_valid():
        with errors_in(form):
            teams.change(team=found, **form.cleaned_data, by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("Saved."))
            return go(request, "tenants:teams")
    context = {"form": form, "title": name, "trail": trail(request, "tenants:teams", _("Teams"), name)}
    return form_page(request, "tenants/team.html", context, form)
