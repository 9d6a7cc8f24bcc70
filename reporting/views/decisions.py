"""What waits for the sales director, on the company's page."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import ngettext

from objectives.models import Cycle
from objectives.queries.decisions import Waiting, waiting_counters, waiting_revisions
from objectives.queries.staffing import staffing
from objectives.wording_revisions import staffing_text
from reporting.queries.lever_actions import due_count
from reporting.views.asked import address
from reporting.views.figures import Writer
from tenants.access import TenantRequest
from tenants.domain.roles import Permission


def decisions(request: TenantRequest, cycle: Cycle | None, writer: Writer) -> dict[str, Any]:
    """For reporting/_decisions.html; nothing for who does not decide. Eight queries at most."""
    if not request.membership.allows(Permission.SET_OBJECTIVES):
        return {}
    slug = request.organisation.slug

    def line(one: Waiting, text: str, page: str) -> dict[str, str]:
        words = {"count": writer.number(one.count), "cycle": one.cycle}
        return {"text": text % words, "url": address(slug, page, cycle=one.cycle_id)}

    lines = [
        line(
            one,
            ngettext("%(count)s revision of %(cycle)s", "%(count)s revisions of %(cycle)s", one.count),
            "objectives:revisions",
        )
        for one in waiting_revisions()
    ]
    lines += [
        line(
            one,
            ngettext(
                "%(count)s counter-proposal for %(cycle)s",
                "%(count)s counter-proposals for %(cycle)s",
                one.count,
            ),
            "objectives:negotiation",
        )
        for one in waiting_counters()
    ]
    if due := due_count(timezone.localdate()):
        lines.append(_due(slug, due, writer))
    people = staffing_text(staffing(cycle, timezone.localdate())) if cycle is not None else ""
    return {
        "decisions": lines,
        "people": {"text": people, "url": address(slug, "objectives:reshare", cycle=cycle.pk)}
        if people and cycle is not None
        else None,
    }


def agenda(
    request: TenantRequest, team_ids: set[UUID], team_id: UUID | None, writer: Writer
) -> dict[str, str] | None:
    """The lever actions of a team and those below that ask for something this week; None for none. One query."""
    due = due_count(timezone.localdate(), team_ids=team_ids)
    if not due:
        return None
    line = _due(request.organisation.slug, due, writer)
    return line | {"url": f"{line['url']}&team={team_id}"} if team_id else line


def _due(slug: str, due: int, writer: Writer) -> dict[str, str]:
    text = ngettext("%(count)s lever action due this week", "%(count)s lever actions due this week", due)
    url = address(slug, "reporting:actions") + "?due=1"
    return {"text": text % {"count": writer.number(due)}, "url": url}
