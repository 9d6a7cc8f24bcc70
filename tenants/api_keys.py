"""The API's door: the middleware has proved the key and opened the scope; this tells DRF."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from tenants.models import ApiKey


class KeyUser:
    """Stands where DRF expects a user; it is a key, not a person."""

    is_authenticated = True
    is_active = True

    def __init__(self, key: ApiKey) -> None:
        self.pk = key.pk
        self.key = key


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[KeyUser, ApiKey] | None:
        key = getattr(request._request, "api_key", None)
        if key is None:
            if request.headers.get("Authorization"):
                raise AuthenticationFailed
            return None
        return KeyUser(key), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasScope(BasePermission):
    """A view names the scope it needs in `required_scope`, and in `write_scope` where writing takes another one; a key has it
    or gets 403."""

    def has_permission(self, request: Request, view: Any) -> bool:
        needed = view.required_scope
        if request.method not in SAFE_METHODS:
            needed = getattr(view, "write_scope", needed)
        return isinstance(request.auth, ApiKey) and needed in request.auth.scopes
