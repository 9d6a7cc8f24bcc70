"""Where the objectives of a partner's engagement stand: for the partner, through the wall, and for its client."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prospecting.models import Engagement
from reporting.queries import conversion, gaps
from reporting.queries.gaps import Line
from reporting.queries.looking import RunMark, look
from tenants.scope import behind_the_wall


@dataclass(frozen=True, slots=True)
class Standing:
    """The objectives of an engagement in the cycle under way, with the figures of its latest run.

    cycle: its name, "" without one. run None: nothing is computed for the day yet, so there are no lines.
    """

    engagement: Engagement
    cycle: str
    as_of: date
    run: RunMark | None
    lines: list[Line]


def standing_of(engagement_id: UUID, yesterday: date) -> Standing | None:
    """None for an engagement that is not there for who looks: another organisation's, or not this partner's. Five queries.

    The cycle and the run are behind the partner's wall; what comes out are the objectives of the own engagement.
    """
    engagement = Engagement.objects.select_related("partner").filter(pk=engagement_id).first()
    if engagement is None:
        return None
    with behind_the_wall():
        looking = look(yesterday=yesterday, cycle_id=None, as_of=None)
        run = looking.run or looking.before
        lines = (
            []
            if run is None
            else gaps.of_owner(run_id=run.id, stages=conversion.stages(), engagement_id=engagement.id)
        )
    cycle = looking.cycle.name if looking.cycle else ""
    return Standing(engagement, cycle, run.as_of if run else looking.as_of, run, lines)
