"""Signing in: accounts are made by invitation only."""

from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from tenants import queries
from tenants.models import User


class Logins(AuthenticationBackend):  # type: ignore[misc]
    """allauth's backend, which reads the login of a session in one statement that is written already."""

    def get_user(self, user_id: UUID) -> User | None:
        user = queries.login(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's adapter with the open door closed: an account begins with an invitation (tenants)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
