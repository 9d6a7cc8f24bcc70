"""Signing in: accounts are made by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's adapter with the open door closed: an account begins with an invitation (tenants)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
