"""The stages of the organisation: named, ordered, added, and taken away while nothing points at them."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from pipeline.domain.importing.keys import normalise_key
from pipeline.domain.stage_list import PROBLEMS, StageLine, StageListError, refuse_bad_name, refuse_bad_set
from pipeline.models import Opportunity, OpportunityEvent, Stage
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission


def sentence(error: StageListError) -> str:
    """The error in the reader's language."""
    return gettext(PROBLEMS[error.code]).format_map(error.params)


def create_all(*, lines: Sequence[StageLine], by: Actor) -> list[Stage]:
    """Make the stages of an organisation that has none."""
    by.require(Permission.MANAGE_ORGANISATION)
    stages = [
        Stage(name=line.name, key=line.key, kind=line.kind, position=position)
        for position, line in enumerate(lines)
    ]
    return list(Stage.objects.bulk_create(stages))


def add(*, name: str, position: int | None = None, by: Actor) -> Stage:
    """Add an open stage, last of the open ones unless told. Raises ValidationError at `name`."""
    by.require(Permission.MANAGE_ORGANISATION)
    stages = _ordered()
    last = sum(stage.kind == Stage.Kind.OPEN for stage in stages)
    stage = Stage(name=name.strip(), key=normalise_key(name), kind=Stage.Kind.OPEN, position=len(stages))
    _check([*stages, stage], "name")
    stage.save(force_insert=True)
    place = last if position is None else min(position, last)
    _write_order([*stages[:place], stage, *stages[place:]])
    audit.record(by=by, verb="stage.add", obj=stage)
    return stage


def rename(*, stage: Stage, name: str, by: Actor) -> None:
    """Give another name; events and figures keep pointing at the stage. Raises ValidationError at `name`."""
    by.require(Permission.MANAGE_ORGANISATION)
    stages = _ordered()
    same = next(one for one in stages if one.pk == stage.pk)
    if same.name == name.strip():
        return
    same.name, same.key = name.strip(), normalise_key(name)
    _check(stages, "name")
    same.save(update_fields=["name", "key"])
    audit.record(by=by, verb="stage.rename", obj=stage)


def move(*, stage: Stage, down: bool, by: Actor) -> None:
    """Swap an open stage with its open neighbour; the ends stay where they are."""
    by.require(Permission.MANAGE_ORGANISATION)
    stages = _ordered()
    place = [one.pk for one in stages].index(stage.pk)
    other = place + 1 if down else place - 1
    if not 0 <= other < len(stages) or {stages[place].kind, stages[other].kind} != {Stage.Kind.OPEN}:
        return
    stages[place], stages[other] = stages[other], stages[place]
    _write_order(stages)
    audit.record(by=by, verb="stage.move", obj=stage, detail={"down": down})


def delete(*, stage: Stage, by: Actor) -> None:
    """Take a stage away. Raises ValidationError when deals are or were in it, or the pipeline needs it."""
    by.require(Permission.MANAGE_ORGANISATION)
    if is_used(stage.id):
        raise ValidationError(
            gettext("Deals are or were in this stage: it cannot be deleted. Rename it instead.")
        )
    rest = [one for one in _ordered() if one.pk != stage.pk]
    _check(rest, None)
    audit.record(by=by, verb="stage.delete", obj=stage)
    Stage.objects.filter(pk=stage.pk).delete()
    _write_order(rest)


def is_used(stage_id: UUID) -> bool:
    deals = Opportunity.objects.filter(stage_id=stage_id)
    return bool(deals.exists() or OpportunityEvent.objects.filter(stage_id=stage_id).exists())


def _ordered() -> list[Stage]:
    """All stages, locked until the transaction ends: two people may not number them at once."""
    stages = Stage.objects.select_for_update().order_by("position")
    return sorted(stages, key=lambda stage: stage.kind != Stage.Kind.OPEN)


def _check(stages: Sequence[Stage], field: str | None) -> None:
    lines = [StageLine(stage.name, stage.kind) for stage in stages]
    try:
        for number, line in enumerate(lines, start=1):
            refuse_bad_name(line.name, number)
        refuse_bad_set(lines)
    except StageListError as error:
        text = sentence(error)
        raise ValidationError({field: text} if field else text) from error


def _write_order(stages: Sequence[Stage]) -> None:
    for position, stage in enumerate(stages):
        stage.position = position
    Stage.objects.bulk_update(stages, ["position"])
