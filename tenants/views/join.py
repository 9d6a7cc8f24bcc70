"""The link of an invitation. Whoever opens it is no member yet, so this view is the edge that opens the scope."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenants import queries
from tenants.access import public_view
from tenants.actions import invitations
from tenants.forms.account import JoinForm
from tenants.models import Invitation, Organisation, User
from tenants.queries import pages
from tenants.scope import tenant_scope
from tenants.views.answers import form_page

GONE = 410


@public_view("an invitation is opened by somebody who is not a member yet; the link's secret is the proof")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    organisation = queries.organisation_by_slug(slug)
    if organisation is None:
        return _not_open(request, None)
    with tenant_scope(organisation.id):
        invitation = pages.invitation_by_token(token)
        if invitation is None or not invitation.is_open(timezone.now()):
            return _not_open(request, invitation)
        _read_in_language_of(request, invitation)
        account = queries.user_by_email(invitation.email)
        if account is None and not request.user.is_authenticated:
            response, newcomer = _join_as_new(request, organisation, invitation)
        else:
            return _join_as_known(request, organisation, invitation)
    if newcomer is not None:
        get_adapter().login(request, newcomer)
        messages.success(request, _("Welcome to %s.") % organisation)
    return response


def _join_as_new(
    request: HttpRequest, organisation: Organisation, invitation: Invitation
) -> tuple[HttpResponse, User | None]:
    form = JoinForm(request.POST or None, email=invitation.email)
    if form.is_valid():
        membership = invitations.accept_as_new(
            invitation=invitation,
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
            language=(translation.get_language() or "en")[:2],
            now=timezone.now(),
        )
        return redirect("tenants:home", organisation=organisation.slug), membership.user
    context = {"form": form, "invitation": invitation, "organisation": organisation}
    return form_page(request, "tenants/join.html", context, form), None


def _join_as_known(request: HttpRequest, organisation: Organisation, invitation: Invitation) -> HttpResponse:
    """A person who has a login joins with it, once signed in with the invited address."""
    is_invited = request.user.is_authenticated and _same_address(request.user, invitation)
    if is_invited and request.method == "POST":
        invitations.accept(invitation=invitation, user=cast(User, request.user), now=timezone.now())
        messages.success(request, _("Welcome to %s.") % organisation)
        return redirect("tenants:home", organisation=organisation.slug)
    context = {"invitation": invitation, "organisation": organisation, "is_invited": is_invited}
    return render(request, "tenants/join_known.html", context)


def _not_open(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    """Say why the link does not work: never made or replaced, used, revoked, or past its week."""
    reason = "unknown"
    if invitation is not None:
        _read_in_language_of(request, invitation)
        used, revoked = invitation.accepted_at is not None, invitation.revoked_at is not None
        reason = "used" if used else "revoked" if revoked else "expired"
    return render(
        request, "tenants/join_not_open.html", {"reason": reason}, status=404 if invitation is None else GONE
    )


def _read_in_language_of(request: HttpRequest, invitation: Invitation) -> None:
    """A first visitor reads in the language of the mail, until they choose another one."""
    if not request.user.is_authenticated and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(invitation.language)
        request.LANGUAGE_CODE = invitation.language


def _same_address(user: User, invitation: Invitation) -> bool:
    return user.email.lower() == invitation.email.lower()
