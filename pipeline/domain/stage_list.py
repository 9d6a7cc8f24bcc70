"""The stages of a pipeline written on one line: "Prospecting,Engaging,Won:won,Lost:lost"."""

from dataclasses import dataclass

from pipeline.domain.importing.errors import gettext_noop
from pipeline.domain.importing.keys import normalise_key

KINDS = ("open", "won", "lost")
NAME_LENGTH = 80
# Translated where a reader is offered them; the kinds after the colons are not.
DEFAULT_STAGES = gettext_noop("Contact,Meeting,Proposal,Negotiation,Won:won,Lost:lost")

PROBLEMS = {
    "stage_unknown_kind": gettext_noop("“{value}” is not a kind of stage: open, won or lost."),
    "stage_no_name": gettext_noop("Stage {number} has no name: it needs a letter or a digit."),
    "stage_name_too_long": gettext_noop("“{name}” is longer than {limit} characters."),
    "stage_doubled": gettext_noop("Two stages are named “{name}”."),
    "stage_kinds_missing": gettext_noop("A pipeline needs an open stage, one won stage and one lost stage."),
    "stage_kind_doubled": gettext_noop("Only one stage can be the {kind} one."),
}


class StageListError(ValueError):
    """What is wrong with a list of stages: `code` of PROBLEMS and parameters."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(PROBLEMS[code].format_map(params))
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class StageLine:
    name: str
    kind: str

    @property
    def key(self) -> str:
        return normalise_key(self.name)


def read_stages(text: str) -> list[StageLine]:
    """The stages in order, open ones first. A stage without a kind is open.

    One name a line, or several with commas between them. Raises StageListError.
    """
    parts = [part.strip() for part in text.replace("\n", ",").split(",")]
    stages = [_read(part, number) for number, part in enumerate(filter(None, parts), start=1)]
    refuse_bad_set(stages)
    return sorted(stages, key=lambda stage: stage.kind != "open")


def _read(part: str, number: int) -> StageLine:
    name, colon, kind = part.rpartition(":")
    name, kind = (name.strip(), kind.strip().lower()) if colon else (part, "open")
    if kind not in KINDS:
        raise StageListError("stage_unknown_kind", value=kind)
    refuse_bad_name(name, number)
    return StageLine(name, kind)


def refuse_bad_name(name: str, number: int) -> None:
    """Raise StageListError for a name without letter or digit, or too long."""
    if not normalise_key(name):
        raise StageListError("stage_no_name", number=number)
    if len(name) > NAME_LENGTH or len(normalise_key(name)) > NAME_LENGTH:
        raise StageListError("stage_name_too_long", name=name[:NAME_LENGTH], limit=NAME_LENGTH)


def refuse_bad_set(stages: list[StageLine]) -> None:
    """Raise StageListError unless names differ and there are open stages, one won and one lost."""
    seen: set[str] = set()
    for stage in stages:
        if stage.key in seen:
            raise StageListError("stage_doubled", name=stage.name)
        seen.add(stage.key)
    kinds = [stage.kind for stage in stages]
    for kind in ("won", "lost"):
        if kinds.count(kind) > 1:
            raise StageListError("stage_kind_doubled", kind=kind)
    if set(KINDS) - set(kinds):
        raise StageListError("stage_kinds_missing")
