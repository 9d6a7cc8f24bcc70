"""Boot checks: the process refuses to start on a database role that could see through the policies."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

ROLE_FACTS = """
SELECT r.rolsuper, r.rolbypassrls, r.rolcreaterole,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relowner = r.oid),
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND has_table_privilege(r.oid, c.oid, 'TRUNCATE'))
FROM pg_roles r WHERE r.rolname = current_user
"""
FAULTS = (
    "is a superuser",
    "bypasses row-level security",
    "may create roles",
    "owns tables",
    "may truncate tables",
)


def role_faults(alias: str = "default") -> list[str]:
    """What is wrong with the role of this connection; empty when it is fit for web and workers."""
    with connections[alias].cursor() as cursor:
        cursor.execute(ROLE_FACTS)
        return [fault for fault, present in zip(FAULTS, cursor.fetchone(), strict=True) if present]


@register(Tags.database)
def runtime_role_cannot_see_through_policies(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    if not databases or "default" not in databases:
        return []
    return [
        Error(
            f"the runtime database role {fault}", id=f"tenants.E{number:03}", hint="connect as boussole_app"
        )
        for number, fault in enumerate(role_faults(), start=1)
    ]
