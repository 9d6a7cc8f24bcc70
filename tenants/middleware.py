"""The edge of a request: who is asking, for which organisation, in which language and time zone."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from tenants import queries
from tenants.actions import api_keys
from tenants.domain.roles import Role
from tenants.scope import tenant_scope

GetResponse = Callable[[HttpRequest], HttpResponseBase]

TENANT_PREFIX = "/o/"
API_PREFIX = "/api/v1/"


class UserLanguageMiddleware:
    """A signed-in person reads in the language of their own settings, whatever the browser says."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or "fr"
        return self.get_response(request)


class TenantMiddleware:
    """Open the organisation's scope around everything under /o/<slug>/ and /api/v1/.

    A stranger gets 404, the same as for an organisation that does not exist. The scope's transaction is rolled
    back for every answer of 400 and above: Django turns exceptions into responses before they reach us, so the
    status is what tells whether the view went through.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the query")  # the one character that the database cannot compare with
        if request.path_info.startswith(TENANT_PREFIX):
            return self._page(request)
        if request.path_info.startswith(API_PREFIX):
            return self._api(request)
        return self.get_response(request)

    def _page(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        slug = request.path_info.removeprefix(TENANT_PREFIX).split("/", 1)[0]
        membership = queries.membership_for(request.user, slug)
        if membership is None:
            raise Http404
        request.membership = membership  # type: ignore[attr-defined]
        request.organisation = membership.organisation  # type: ignore[attr-defined]
        with timezone.override(membership.organisation.zone):
            partner = membership.id if membership.role == Role.PARTNER else None
            return self._scoped(request, membership.organisation_id, partner)

    def _api(self, request: HttpRequest) -> HttpResponseBase:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        now = timezone.now()
        key = queries.api_key_for(token, now) if scheme == "Bearer" else None
        request.api_key = key  # type: ignore[attr-defined]
        if key is None:
            return self.get_response(request)  # the API answers 401 itself, as problem details
        api_keys.note_use(key=key, now=now)
        request.organisation = key.organisation  # type: ignore[attr-defined]
        with timezone.override(key.organisation.zone):
            return self._scoped(request, key.organisation_id)

    def _scoped(
        self, request: HttpRequest, organisation_id: UUID, partner: UUID | None = None
    ) -> HttpResponseBase:
        with tenant_scope(organisation_id, partner=partner):
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            return response
