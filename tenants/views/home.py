"""Where one lands: outside any organisation, and inside one."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants import queries
from tenants.access import TenantRequest, public_view, tenant_view
from tenants.actions import users
from tenants.domain.roles import HOME, Permission, Role
from tenants.forms.account import PreferencesForm
from tenants.models import User
from tenants.models.organisation import LANGUAGES
from tenants.views.answers import form_page, go


@public_view("sends a person to their organisation, or to the sign-in page")
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    memberships = queries.memberships_of(cast(User, request.user))
    if len(memberships) == 1:
        return redirect("tenants:home", organisation=memberships[0].organisation.slug)
    return redirect("organisations")


@public_view("lists the organisations of the person who is signed in")
@login_required
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    memberships = queries.memberships_of(cast(User, request.user))
    return render(request, "tenants/organisations.html", {"memberships": memberships})


@tenant_view(Permission.ENTER)
@require_safe
def organisation_home(request: TenantRequest) -> HttpResponse:
    return go(request, HOME[Role(request.membership.role)])


@tenant_view(Permission.ENTER)
@require_safe
def welcome(request: TenantRequest) -> HttpResponse:
    return render(request, "tenants/welcome.html")


@public_view("a person's own name and language, the same in every organisation")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = PreferencesForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if form.is_valid():
        users.change_preferences(user=user, **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("Saved."))
        return _remember_language(redirect("preferences"), user.language)
    return form_page(request, "tenants/preferences.html", {"form": form}, form)


@public_view("changes the language of the reader, signed in or not")
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language with the login when there is one, in a cookie otherwise; go back to where one was."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    language = request.POST.get("language", "")
    if language not in dict(LANGUAGES):
        return redirect(back)
    if request.user.is_authenticated:
        user = request.user
        users.change_preferences(user=user, name=user.name, language=language)
    return _remember_language(redirect(back), language)


def _remember_language(response: HttpResponseRedirect, language: str) -> HttpResponseRedirect:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
