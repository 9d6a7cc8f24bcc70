"""Members and invitations."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants import queries
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.actions import invitations, members
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.forms.members import InvitationForm, MemberForm
from tenants.models import Invitation, Membership, Person
from tenants.queries import pages
from tenants.views.answers import action, form_page, go, page_of, people_tabs, tenant_url, trail


@tenant_view(Permission.MANAGE_PEOPLE)
@require_safe
def member_list(request: TenantRequest) -> HttpResponse:
    page = page_of(request, pages.members(request.organisation))
    context = {
        "tabs": people_tabs(request, "members"),
        "page": page,
        "rows": pages.member_rows(page.object_list),
        "invitations": pages.pending_invitations(request.organisation, timezone.now()),
        "actions": [
            action(_("Invite somebody"), tenant_url(request, "tenants:invite"), "plus", primary=True)
        ],
    }
    return render(request, "tenants/members.html", context)


@tenant_view(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: TenantRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None, initial={"language": request.organisation.locale})
    if form.is_valid():
        with errors_in(form):
            invitations.invite(**form.cleaned_data, by=Actor.of(request), now=timezone.now())
        if not form.errors:
            messages.success(request, _("The invitation to %s is on its way.") % form.cleaned_data["email"])
            return go(request, "tenants:members")
    context = {"form": form, "trail": trail(request, "tenants:members", _("Members"), _("Invitation"))}
    return form_page(request, "tenants/invite.html", context, form)


@tenant_view(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: TenantRequest, member: UUID) -> HttpResponse:
    found = _member_or_404(request, member)
    person = Person.objects.filter(membership_id=found.id).first()
    initial = {"role": found.role, "person": person.id if person else None}
    form = MemberForm(request.POST or None, member=found, initial=initial)
    if form.is_valid():
        by = Actor.of(request)
        with errors_in(form):
            members.change_role(membership=found, role=form.cleaned_data["role"], by=by)
            members.link_person(membership=found, person=form.cleaned_data["person"], by=by)
        if not form.errors:
            messages.success(request, _("Saved."))
            return go(request, "tenants:members")
    context = {
        "form": form,
        "member": found,
        "is_oneself": found.id == request.membership.id,
        "trail": trail(request, "tenants:members", _("Members"), str(found.user)),
    }
    return form_page(request, "tenants/member.html", context, form)


@tenant_view(Permission.MANAGE_PEOPLE)
@require_POST
def member_deactivate(request: TenantRequest, member: UUID) -> HttpResponse:
    found = _member_or_404(request, member)
    try:
        members.deactivate(membership=found, by=Actor.of(request))
    except ValidationError as error:
        messages.error(request, error.message)
        return go(request, "tenants:member", member=found.id)
    messages.success(request, _("%s can no longer enter, and is signed out everywhere.") % found.user)
    return go(request, "tenants:members")


@tenant_view(Permission.MANAGE_PEOPLE)
@require_POST
def member_reactivate(request: TenantRequest, member: UUID) -> HttpResponse:
    found = _member_or_404(request, member)
    members.reactivate(membership=found, by=Actor.of(request))
    messages.success(request, _("%s can enter again.") % found.user)
    return go(request, "tenants:members")


@tenant_view(Permission.MANAGE_PEOPLE)
@require_POST
def invitation_resend(request: TenantRequest, invitation: UUID) -> HttpResponse:
    found = get_object_or_404(Invitation, pk=invitation)
    try:
        invitations.resend(invitation=found, by=Actor.of(request), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request, _("A new link to %s is on its way; the former one no longer works.") % found.email
        )
    return go(request, "tenants:members")


@tenant_view(Permission.MANAGE_PEOPLE)
@require_POST
def invitation_revoke(request: TenantRequest, invitation: UUID) -> HttpResponse:
    found = get_object_or_404(Invitation, pk=invitation)
    try:
        invitations.revoke(invitation=found, by=Actor.of(request), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The invitation to %s no longer works.") % found.email)
    return go(request, "tenants:members")


def _member_or_404(request: TenantRequest, member: UUID) -> Membership:
    found = queries.membership(request.organisation.id, member)
    if found is None:
        raise Http404
    return found
