"""Names of stages, for documents that hold ids."""

from pipeline.models import Stage


def stage_names() -> dict[str, str]:
    """Name by id, as text. One query."""
    return {str(key): name for key, name in Stage.objects.values_list("id", "name")}
