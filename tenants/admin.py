"""For operators: the global tables only, and nothing of an organisation's own data."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from tenants.models import Membership, Organisation, User


class NeverDeleted(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows of organisations hang on these: they are deactivated, and erased by a procedure of its own."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(NeverDeleted):
    list_display = ["name", "slug", "currency", "time_zone", "locale", "is_active", "created_at"]
    list_filter = ["is_active", "locale"]
    search_fields = ["name", "slug"]


@admin.register(User)
class UserAdmin(NeverDeleted):
    """Passwords are set by their owners only, through the reset page."""

    list_display = ["email", "name", "language", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "language", "is_active", "is_staff", "is_superuser", "last_login"]
    readonly_fields = ["last_login"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(NeverDeleted):
    list_display = ["user", "organisation", "role", "is_active", "created_at"]
    list_filter = ["role", "is_active"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__email", "organisation__slug"]
    autocomplete_fields = ["user", "organisation"]
