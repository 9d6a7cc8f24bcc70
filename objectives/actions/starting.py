"""What a new cycle begins with: the one before, a template by company stage, or nothing."""

from collections.abc import Container, Mapping
from decimal import Decimal
from uuid import UUID

from objectives.domain.catalogue import CATALOGUE
from objectives.domain.evolution import GUIDES, CompanyStage, next_target
from objectives.domain.targets import better
from objectives.models import Cycle, Objective, Plan
from objectives.queries.choices import engagements
from objectives.queries.levels import present_levels
from objectives.queries.proposals import statements
from objectives.queries.review import works_in
from objectives.queries.starting import REVENUE, cycle_before, past_of
from objectives.wording_reasons import reason_text
from tenants.models import Team

Source = Objective.Source
# What the reverse funnel makes at activation: a template does not set it twice.
FROM_THE_PLAN = frozenset({REVENUE, "deals_won", "opportunities_opened", "stage_conversion_rate"})
IMPROVEMENT = 0.05  # of the present level, until the strategy says more
ATTENTION = 60  # percent of the company's, shared by what stands beside the revenue


def from_last(cycle: Cycle) -> bool:
    """Copy the cycle before: rhythm, typed rates, cover ratio, contexts, and objectives outside the cascade.

    Shares come back without an amount, for their contexts; the ambition is proposed on its page. What the outcome of
    an objective says about its next target is followed. Whether there was a cycle to copy.
    """
    before = cycle_before(cycle.start_on)
    if before is None:
        return False
    cycle.rhythm = before.rhythm
    cycle.save(update_fields=["rhythm"])
    plan = Plan.objects.get(cycle=before)
    Plan.objects.create(cycle=cycle, overrides=plan.overrides, cover_ratio=plan.cover_ratio)
    rows = Objective.objects.filter(cycle=before).select_related("person").order_by("id")
    teams = set(Team.objects.values_list("id", flat=True))
    lasting = {one.pk for one in engagements(cycle)}
    kept = [
        row
        for row in rows
        if row.source in (Source.CASCADE, Source.MIX, Source.TYPED)
        and (row.person is None or works_in(row.person, cycle))
        and (row.team_id is None or row.team_id in teams)
        and (row.engagement_id is None or row.engagement_id in lasting)
    ]
    stated = set(statements(cycle))
    copies = {row.pk: _copy(row, cycle, stated) for row in kept}
    _hang(kept, copies)
    Objective.objects.bulk_create(copies.values())
    return True


def from_template(cycle: Cycle, stage: CompanyStage) -> None:
    """Set the rhythm and the company's objectives that make sense at this stage, five percent above the present level.

    A metric that nothing measures yet, or that the reverse funnel sets, is left to the strategy and the plan.
    """
    guide = GUIDES[stage]
    cycle.rhythm = guide.rhythm.value
    cycle.save(update_fields=["rhythm"])
    levels = present_levels(cycle).of_company()
    wanted = [
        (metric, reason)
        for metric, reason in guide.metrics
        if metric not in FROM_THE_PLAN and levels.get(metric) is not None
    ]
    Objective.objects.bulk_create(
        Objective(
            cycle=cycle,
            metric=metric,
            source=Source.MIX,
            target=(target := _decimal(better(CATALOGUE[metric], levels[metric], IMPROVEMENT))),
            computed_target=target,
            importance=ATTENTION // len(wanted),
            why=reason_text(reason),
        )
        for metric, reason in wanted
    )


def _copy(row: Objective, cycle: Cycle, stated: Container[str]) -> Objective:
    """The same objective in another cycle; of its context, what success was and what a strategy `stated` is said anew."""
    context = {
        name: value
        for name, value in row.context.items()
        if name not in ("success", "constraints_reviewed") and not (name == "reason" and value in stated)
    }
    copy = Objective(
        cycle=cycle,
        metric=row.metric,
        team_id=row.team_id,
        person_id=row.person_id,
        engagement_id=row.engagement_id,
        stage_id=row.stage_id,
        segment=row.segment,
        source=row.source,
        importance=row.importance,
        priority=row.priority,
        why=row.why,
        orientation=row.orientation,
        context=context,
    )
    if row.source != Source.CASCADE:
        proposed = next_target(past_of(row)).target
        copy.target = copy.computed_target = None if proposed is None else _decimal(proposed)
        copy.commitment, copy.stretch = row.commitment, row.stretch
    return copy


def _hang(kept: list[Objective], copies: Mapping[UUID, Objective]) -> None:
    """Give each copy the copy of its parent; the company's when that one was not kept."""
    company = next((row for row in kept if row.source == Source.CASCADE and row.parent_id is None), None)
    for row in kept:
        if row is company:
            continue
        parent = copies.get(row.parent_id) if row.parent_id else None
        copies[row.pk].parent = parent or (copies[company.pk] if company is not None else None)


def _decimal(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))
