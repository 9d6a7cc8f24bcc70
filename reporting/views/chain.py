"""The chain of value: each link with its owner, what it promised and did, and how it hands over (R2)."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import CATALOGUE, Unit
from prospecting.models.people import CHANNELS
from prospecting.queries.leads import Fate
from reporting.queries.chain import Chain, Done, Link, Quality, chain
from reporting.queries.gaps import Line
from reporting.views.asked import address, answer, filters, here, looking_at, settled, state_query
from reporting.views.figures import Writer
from reporting.views.maths import Maths
from reporting.views.missing import missing
from reporting.views.nodes import objective_name
from reporting.wording_chain import LINKS, OWNERS, TO
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission


@tenant_view(Permission.VIEW_CHAIN)
@require_safe
def chain_page(request: TenantRequest) -> HttpResponse:
    looking = looking_at(request)
    if (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    needs = missing(request, looking, writer)
    context: dict[str, Any] = {
        "looking": looking,
        "filters": filters(looking, writer),
        "needs": needs,
        "mine_url": here(request, "my_place") + state_query(looking)
        if request.membership.allows(Permission.VIEW_OWN)
        else "",
        "leads_url": address(request.organisation.slug, "prospecting:leads")
        if request.membership.allows(Permission.VIEW_PROSPECTS)
        else "",
    }
    if looking.cycle is not None and looking.run is not None and not any(need.hides for need in needs):
        found = chain(run=looking.run, cycle=looking.cycle)
        maths = Maths.of(request.organisation.slug, writer, looking.run.engine)
        context |= _figures(request, found, writer, maths)
    return answer(request, "reporting/chain.html", context)


def _figures(request: TenantRequest, found: Chain, writer: Writer, maths: Maths) -> dict[str, Any]:
    sentence, state = _sentence(found)
    leads = found.leads
    return {
        "sentence": sentence,
        "state": state,
        "links": [_link(link, request.organisation.slug, writer, maths) for link in found.links],
        "off_target": writer.number(found.off_target) if found.off_target else "",
        "leads": {
            "passed": writer.number(leads.whole.passed),
            "accepted": writer.number(leads.whole.accepted),
            "refused": writer.number(leads.refused),
            "waiting": writer.number(leads.waiting),
            "p50": writer.days(leads.p50),
            "p80": writer.days(leads.p80),
            "reasons": [(reason, writer.number(count)) for reason, count in leads.reasons],
            "tables": [
                (_("By channel"), [_fate(one, dict(CHANNELS), writer) for one in leads.by_channel]),
                (_("By segment"), [_fate(one, {"": _("no segment")}, writer) for one in leads.by_segment]),
            ],
        }
        if leads.whole.passed
        else None,
    }


def _sentence(found: Chain) -> tuple[str, str]:
    """The first link that is credibly behind: what comes after it can only pass on what it gets."""
    link = found.behind
    if link is None:
        if not any(line.gap for link in found.links for line in link.lines):
            return _("No objective is set along the chain yet: what was done is shown link by link."), "none"
        return _("No link of the chain is credibly behind its path."), "cannot_tell"
    name = link.name or str(LINKS[link.key])
    text = _("The chain is behind from this link on: %(link)s (%(owner)s).")
    return text % {"link": name, "owner": OWNERS[link.owner]}, "behind"


def _link(link: Link, slug: str, writer: Writer, maths: Maths) -> dict[str, Any]:
    return {
        "key": link.key,
        "name": link.name or LINKS[link.key],
        "owner": OWNERS[link.owner],
        "is_won": link.key == "opportunities",
        "rows": [*(_promised(line, slug, writer, maths) for line in link.lines), *(_done(one, writer, maths) for one in link.done)],
        "to": TO.get(link.key, ""),
        "quality": quality(link.quality, writer, maths) if link.quality else None,
    }  # fmt: skip


def _promised(line: Line, slug: str, writer: Writer, maths: Maths) -> dict[str, Any]:
    unit, gap = line.metric.unit, line.gap
    return {
        "name": objective_name(line, writer),
        "definition_url": f"{maths.definitions}#{line.metric.key}",
        "target": writer.short(line.target, unit),
        "path": writer.short(line.path, unit),
        "actual": writer.short(line.actual, unit),
        "interval": writer.interval(gap.low, gap.high, unit) if gap else "",
        "state": line.state,
        "url": address(slug, "objectives:objective", objective=line.objective.id),
    }


def _done(one: Done, writer: Writer, maths: Maths) -> dict[str, Any]:
    """Counted, without an objective."""
    metric = CATALOGUE[one.metric]
    return {
        "name": metric.name(writer.language), "definition_url": f"{maths.definitions}#{metric.key}", "target": "",
        "path": "", "actual": writer.short(one.actual, metric.unit), "interval": "", "state": "none", "url": "",
    }  # fmt: skip


def quality(found: Quality, writer: Writer, maths: Maths) -> dict[str, Any]:
    """A hand-over as the template draws it; links to the definitions of its two figures."""
    return {
        "rate": found.rate,
        "low": found.low,
        "high": found.high,
        "taken": found.taken,
        "judged": found.judged,
        "interval": writer.interval(found.low, found.high, Unit.RATE),
        "p50": writer.days(found.p50) if found.p50 is not None else "",
        "p80": writer.days(found.p80) if found.p80 is not None else "",
        "definition_url": f"{maths.definitions}#handover_acceptance",
        "delay_url": f"{maths.definitions}#answer_delay",
    }


def _fate(one: Fate, names: dict[str, Any], writer: Writer) -> dict[str, Any]:
    return {
        "name": names.get(one.name, one.name),
        "fate": one,
        "passed": writer.number(one.passed),
        "accepted": writer.number(one.accepted),
        "opened": writer.number(one.opened),
        "won": writer.number(one.won),
    }
