"""Who may open a view. Every URL carries one of these two markers; a test walks the URL list and refuses a bare one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from tenants.domain.roles import Permission, Role, allows
from tenants.models import Membership, Organisation, User

View = Callable[..., HttpResponseBase]


class TenantRequest(HttpRequest):
    """A request under /o/<organisation>/, as the middleware leaves it."""

    organisation: Organisation
    membership: Membership
    user: User
    htmx: Any


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, for permission checks and the audit trail."""

    kind: str  # member, key, system
    id: UUID | None = None
    role: Role | None = None  # None: the system itself, allowed everything

    @classmethod
    def of(cls, request: HttpRequest) -> "Actor":
        membership: Membership = request.membership  # type: ignore[attr-defined]
        return cls("member", membership.id, Role(membership.role))

    def require(self, permission: Permission) -> None:
        """Raise PermissionDenied unless this actor may do `permission`."""
        if self.role is not None and not allows(self.role, permission):
            raise PermissionDenied(permission)


SYSTEM = Actor("system")


def tenant_view(permission: Permission) -> Callable[[View], View]:
    """Mark a view under /o/<organisation>/ with the permission it needs; the slug itself is not passed on."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: TenantRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            kwargs.pop("organisation")
            if not request.membership.allows(permission):
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return mark


def public_view(reason: str) -> Callable[[View], View]:
    """Mark a view that belongs to no organisation; the reason is read by people and by the guard test."""

    def mark(view: View) -> View:
        view.public_reason = reason  # type: ignore[attr-defined]
        return view

    return mark
