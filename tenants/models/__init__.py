from tenants.models.base import (
    DerivedModel,
    OwnedByOrganisation,
    TenantForeignKey,
    TenantManager,
    TenantModel,
)
from tenants.models.organisation import ApiKey, Job, Membership, Organisation, User
from tenants.models.people import Person, Profile, Team, TeamMembership
from tenants.models.records import AuditEntry, Invitation

__all__ = [
    "ApiKey",
    "AuditEntry",
    "DerivedModel",
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
