"""What a new or changed objective may be about: metrics, owners, stages and parents of a cycle."""

from django.db.models import F, Q

from objectives.models import Cycle, Objective
from pipeline.models import Stage
from prospecting.models import Engagement
from tenants.models import Person, Team

MOST_PARENTS = 100


def owners(cycle: Cycle) -> tuple[list[Team], list[Person]]:
    """Teams, and the people who are here in the cycle. Two queries."""
    here = (Q(start_on=None) | Q(start_on__lt=cycle.end_on)) & (Q(end_on=None) | Q(end_on__gt=cycle.start_on))
    return list(Team.objects.order_by("name")), list(Person.objects.filter(here).order_by("name"))


def engagements(cycle: Cycle) -> list[Engagement]:
    """The engagements of partners that last into the cycle. One query."""
    lasting = Q(ends_on=None) | Q(ends_on__gte=cycle.start_on)
    rows = Engagement.objects.filter(lasting, is_active=True, starts_on__lt=cycle.end_on)
    return list(rows.order_by("name"))


def open_stages() -> list[Stage]:
    """One query."""
    return list(Stage.objects.filter(kind="open").order_by("position"))


def possible_parents(cycle: Cycle, objective: Objective | None = None) -> list[Objective]:
    """Objectives of the company and of teams, and the present parent; not the objective itself. One query."""
    rows = Objective.objects.filter(cycle=cycle).select_related("team", "person", "engagement", "stage")
    wanted = Q(person=None)
    if objective is not None and objective.parent_id:
        wanted |= Q(pk=objective.parent_id)
    if objective is not None:
        rows = rows.exclude(pk=objective.pk)
    return list(rows.filter(wanted).order_by(F("team").asc(nulls_first=True), "id")[:MOST_PARENTS])
