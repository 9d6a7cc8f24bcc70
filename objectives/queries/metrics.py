"""How the metrics of the catalogue are used by the organisation."""

from django.db.models import Count

from objectives.models import Cycle, Objective


def objectives_by_metric() -> dict[str, int]:
    """How many objectives each metric carries in the cycles that are not closed. One query."""
    present = Objective.objects.exclude(cycle__state=Cycle.State.CLOSED)
    return dict(present.values_list("metric").order_by("metric").annotate(Count("id")))


def draft_cycle() -> Cycle | None:
    """The draft that a new objective would be added to: the next one to begin. One query."""
    return Cycle.objects.filter(state=Cycle.State.DRAFT).order_by("start_on").first()
