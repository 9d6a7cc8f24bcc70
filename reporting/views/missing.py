"""What keeps a page from showing its figures, and what to do first."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from objectives.models import Cycle
from reporting.queries.looking import Looking
from reporting.queries.runs import job_for
from reporting.views.asked import address, here, state_query
from reporting.views.figures import Writer
from reporting.views.work import progress_of
from tenants.access import TenantRequest
from tenants.domain.roles import Permission


@dataclass(frozen=True, slots=True)
class Missing:
    """hides: nothing of the page can be shown. work: arguments of _components/progress.html. compute: the day that the
    button asks for, as ISO. nearest: {label, url} of the computed day that is closest."""

    title: str
    text: str = ""
    hides: bool = False
    action_url: str = ""
    action_label: str = ""
    second_url: str = ""
    second_label: str = ""
    work: dict[str, Any] | None = None
    compute: str = ""
    nearest: dict[str, str] | None = None


def missing(request: TenantRequest, looking: Looking, writer: Writer) -> list[Missing]:
    """In the order in which they are to be settled. One query when the day has no run, else none."""
    found = []
    if looking.cycle is None:
        found.append(_no_cycle(request))
    elif looking.begins_later:
        day = writer.day(looking.cycle.start_on, "long")
        title = _("%(cycle)s begins on %(day)s.") % {"cycle": looking.cycle.name, "day": day}
        return [Missing(title, _("Its gaps are computed every night from then on."), hides=True)]
    elif looking.cycle.state == Cycle.State.DRAFT:
        found.append(_draft(request, looking.cycle))
    if looking.run is None:
        found.append(_no_run(request, looking, writer))
    return found


def _no_cycle(request: TenantRequest) -> Missing:
    slug = request.organisation.slug
    may_set, may_import = (
        request.membership.allows(permission)
        for permission in (Permission.SET_OBJECTIVES, Permission.IMPORT_DATA)
    )
    return Missing(
        _("No cycle yet"),
        _(
            "A cycle is the period that objectives cover, usually a quarter. Gaps are measured against its path."
        ),
        action_url=address(slug, "objectives:cycle_create") if may_set else "",
        action_label=_("Create a cycle"),
        second_url=address(slug, "pipeline:import_list") if may_import else "",
        second_label=_("Import a pipeline"),
    )


def _draft(request: TenantRequest, cycle: Cycle) -> Missing:
    may_set = request.membership.allows(Permission.SET_OBJECTIVES)
    return Missing(
        _("%(cycle)s is a draft") % {"cycle": cycle.name},
        _("Gaps are computed once its objectives are active."),
        action_url=address(request.organisation.slug, "objectives:cycle", cycle=cycle.id) if may_set else "",
        action_label=_("Continue the draft"),
    )


def _no_run(request: TenantRequest, looking: Looking, writer: Writer) -> Missing:
    organisation = request.organisation
    job = job_for(organisation.id, looking.as_of)
    going_on = job is not None and not job.is_over
    near = looking.nearest
    kept = {name: value for name, value in request.GET.items() if name in ("team", "person")}
    return Missing(
        _("Nothing is stored for %(day)s") % {"day": writer.day(looking.as_of, "full")},
        "" if going_on else _("Figures are computed every night, and for any past day on demand."),
        hides=True,
        work=progress_of(job, here(request, "run_progress", job=job.id), writer)
        if job is not None and going_on
        else None,
        compute=""
        if going_on or not request.membership.allows(Permission.RECOMPUTE)
        else looking.as_of.isoformat(),
        nearest=None
        if near is None
        else {
            "label": _("See %(day)s, the nearest computed day") % {"day": writer.day(near.as_of, "sentence")},
            "url": state_query(looking, **{**kept, "as_of": near.as_of.isoformat()}),
        },
    )
