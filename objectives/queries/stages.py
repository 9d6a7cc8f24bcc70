"""Names of stages, for documents that hold ids."""

from tenants.reading import rows

NAMES = "SELECT id::text, name FROM pipeline_stage WHERE organisation_id = %(org)s ORDER BY position"


def stage_names() -> dict[str, str]:
    """Name by id, as text. One query."""
    return dict(rows(NAMES))
