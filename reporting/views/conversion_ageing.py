"""Open deals by age against what won deals took; what stands still and what slips."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import Unit
from reporting.queries.by_dimension import following
from reporting.queries.open_pipeline import BANDS, FLAGS, StageAges, ageing
from reporting.views.asked import answer, here
from reporting.views.conversion_frame import Frame, frame
from reporting.views.looks import worked_out_first
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission

BAND_NAMES = {
    "young": gettext_lazy("Up to the median"),
    "usual": gettext_lazy("Up to three quarters"),
    "slow": gettext_lazy("Up to nine in ten"),
    "old": gettext_lazy("Longer than nine in ten"),
}
FLAG_NAMES = {"stalled": gettext_lazy("Stalled"), "slipped": gettext_lazy("Slipped")}


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def conversion_ageing(request: TenantRequest) -> HttpResponse:
    found = frame(request, "conversion_ageing", people=True)
    if isinstance(found, HttpResponse):
        return found
    if found.ready:
        known = {one.stage: one for one in ageing(found.looking.as_of, found.scope)}
        stages = [(stage, leaves.name) for stage, (leaves, _then) in following(found.stages).items()]
        rows = [_row(request, known[stage], name, found) for stage, name in stages if stage in known]
        found.context.update(
            {
                "rows": rows,
                "bands": list(BAND_NAMES.values()),
                "flags": list(FLAG_NAMES.values()),
                "sentence": _sentence(list(known.values()), found),
                "csv_url": here(request, "conversion_table", table="ageing") + found.query(),
            }
        )
    return answer(request, "reporting/analysis/conversion_ageing.html", found.context)


def _row(request: TenantRequest, one: StageAges, name: str, found: Frame) -> dict[str, Any]:
    writer = found.writer

    def link(which: str) -> str:
        """Where the rows are, for who may see deals."""
        if not found.context["sees_deals"]:
            return ""
        return here(request, "conversion_deals") + found.query(of=which, stage=one.stage)

    times = _("no win to compare with")
    if one.times is not None:
        whose = (
            ngettext("%(won)s own win", "%(won)s own wins", one.times.won)
            if one.times.own
            else ngettext("%(won)s win of the company", "%(won)s wins of the company", one.times.won)
        )
        times = _("half within %(half)s, nine in ten within %(most)s") % {
            "half": writer.days(one.times.p50),
            "most": writer.days(one.times.p90),
        }
        times += f" ({whose % {'won': writer.number(one.times.won)}})"
    known = one.times is not None
    return {
        "name": name,
        "open": writer.number(one.deals),
        "open_url": link("open"),
        "amount": writer.short(one.amount, Unit.MONEY),
        "untold": writer.number(one.untold) if one.untold else "",
        "times": times,
        "bands": [
            {"label": BAND_NAMES[band], "text": writer.number(one.counts[band]) if known else "–",
             "url": link(band) if known and one.counts[band] else ""}
            for band in BANDS
        ],
        "flags": [
            {"label": FLAG_NAMES[flag], "text": writer.number(one.counts[flag]) if known or flag == "slipped" else "–",
             "amount": writer.short(one.amounts[flag], Unit.MONEY) if one.counts[flag] else "",
             "url": link(flag) if one.counts[flag] else ""}
            for flag in FLAGS
        ],
    }  # fmt: skip


def _sentence(known: list[StageAges], found: Frame) -> str:
    deals, stalled = sum(one.deals for one in known), sum(one.counts["stalled"] for one in known)
    slipped = sum(one.counts["slipped"] for one in known)
    if not deals:
        return _("No deal is open on this day.")
    writer = found.writer
    amount = sum(one.amounts["stalled"] for one in known)
    said = ngettext(
        "Of %(deals)s open deal, %(stalled)s stands still longer than nine in ten of the won ones did (%(amount)s), and %(slipped)s slipped.",
        "Of %(deals)s open deals, %(stalled)s stand still longer than nine in ten of the won ones did (%(amount)s), and %(slipped)s slipped.",
        deals,
    )
    return said % {
        "deals": writer.number(deals),
        "stalled": writer.number(stalled),
        "amount": writer.short(amount, Unit.MONEY),
        "slipped": writer.number(slipped),
    }
