from tenants.models.base import (
    DerivedModel,
    OwnedByOrganisation,
    TenantForeignKey,
    TenantManager,
    TenantModel,
)
from tenants.models.organisation import ApiKey, Job, Membership, Organisation, User
from tenants.models.people import Person, Profile, Team, TeamMembership
from tenants.models.records import AuditEntry, IdempotencyKey, Invitation

__all__ = [
    "ApiKey",
    "AuditEntry",
    "DerivedModel",
    "IdempotencyKey",
    "Invitation",
    "Job",
    "Membership",
    "Organisation",
    "OwnedByOrganisation",
    "Person",
    "Profile",
    "Team",
    "TeamMembership",
    "TenantForeignKey",
    "TenantManager",
    "TenantModel",
    "User",
]
