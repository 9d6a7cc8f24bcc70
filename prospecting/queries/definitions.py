"""Read models of the definition pages."""

from dataclasses import dataclass, field
from uuid import UUID

from prospecting.models import Criterion, Definition, DefinitionVersion, Engagement
from tenants import queries as tenant_queries

State = DefinitionVersion.State


@dataclass(slots=True)
class VersionLines:
    """A version with its criteria, and the names of those who accepted it."""

    version: DefinitionVersion
    criteria: list[Criterion] = field(default_factory=list)
    client: str = ""
    source: str = ""
    proposer: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A definition of the list: what is in force, and what is in the making."""

    definition: Definition
    in_force: DefinitionVersion | None
    making: DefinitionVersion | None


def listed() -> list[Line]:
    """All definitions that the reader sees, the internal one first. Two queries."""
    versions = list(DefinitionVersion.objects.exclude(state=State.SUPERSEDED))
    definitions = Definition.objects.select_related("engagement__partner")
    lines = [
        Line(
            one,
            next((v for v in versions if v.definition_id == one.pk and v.state == State.ACCEPTED), None),
            next((v for v in versions if v.definition_id == one.pk and v.state != State.ACCEPTED), None),
        )
        for one in definitions
    ]
    return sorted(lines, key=lambda line: (line.definition.engagement_id is not None, line.definition.name))


def without_definition() -> list[Engagement]:
    """Engagements that nobody has defined a good meeting for."""
    defined = Definition.objects.exclude(engagement=None).values("engagement")
    return list(Engagement.objects.filter(is_active=True).exclude(pk__in=defined))


def versions_of(definition: Definition) -> list[VersionLines]:
    """Every version, newest first, side by side. Three queries."""
    rows = [VersionLines(one) for one in definition.versions.order_by("-number")]
    by_id = {row.version.pk: row for row in rows}
    for criterion in Criterion.objects.filter(definition_version__in=by_id).order_by(
        "-is_required", "position"
    ):
        by_id[criterion.definition_version_id].criteria.append(criterion)
    members: set[UUID] = {
        one
        for row in rows
        for one in (
            row.version.client_accepted_by,
            row.version.source_accepted_by,
            row.version.proposed_by,
        )
        if one is not None
    }
    names = tenant_queries.member_names(definition.organisation_id, members)
    for row in rows:
        row.client = names.get(row.version.client_accepted_by, "") if row.version.client_accepted_by else ""
        row.source = names.get(row.version.source_accepted_by, "") if row.version.source_accepted_by else ""
        row.proposer = names.get(row.version.proposed_by, "") if row.version.proposed_by else ""
    return rows
