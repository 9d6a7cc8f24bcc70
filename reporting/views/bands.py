"""Were the bands right? Closed cycles together: what was said at activation, what happened."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import Unit
from reporting.domain.calibration_check import Bias, Check, Group, Verdict, biases, check
from reporting.queries.bands import Said, said
from reporting.queries.closing import LEVELS
from reporting.views.asked import address, here
from reporting.views.endings import BANDS, LEVEL_NAMES
from reporting.views.figures import Writer
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.formatting import format_number

VERDICTS: dict[Verdict, tuple[str, Promise]] = {
    Verdict.TOO_EASY: ("trending-up", gettext_lazy("too easy: reached more often than said")),
    Verdict.RIGHT: ("circle-check", gettext_lazy("right")),
    Verdict.TOO_HARD: ("trending-down", gettext_lazy("too hard: reached less often than said")),
    Verdict.CANNOT_TELL: ("help", gettext_lazy("cannot tell")),
}


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def bands(request: TenantRequest) -> HttpResponse:
    writer = Writer.of(request.organisation.currency)
    level = request.GET.get("level", "")
    found = said()
    level = level if level in LEVELS else ""
    rows = found.of_level(level)
    result = check(rows[["cycle", "band", "probability", "hit"]])
    slug = request.organisation.slug
    context = {
        "breadcrumb": [
            {"label": _("Objectives"), "url": address(slug, "objectives:cycles")},
            {"label": _("Were the bands right?"), "url": ""},
        ],
        "sentence": sentence(result, writer),
        "tabs": _tabs(request, level),
        "groups": _rows(result, writer),
        "chart": _chart(result, writer),
        "brier": _brier(result, writer),
        "biases": [_bias_text(one, writer) for one in biases(rows, rows["manager"].tolist())],
        "can_compare": rows["manager"].replace("", None).nunique() > 1,
        "cycles": _cycles(request, found, level, writer),
        "unsaid": found.unsaid,
        "cycles_url": address(slug, "objectives:cycles"),
    }
    return render(request, "reporting/bands.html", context)


def sentence(result: Check, writer: Writer) -> str:
    """How many were reached for how many expected, whether that holds, and the bands that do not."""
    one = result.overall
    if one is None:
        return _("No objective with a probability was closed yet.")
    words = {
        "cycles": ngettext("%(count)s closed cycle", "%(count)s closed cycles", one.cycles)
        % {"count": writer.number(one.cycles)},
        "objectives": writer.number(one.objectives),
        "reached": writer.number(one.reached),
        "expected": writer.number(round(one.expected)),
    }
    text = _(
        "Over %(cycles)s, %(reached)s of %(objectives)s objectives were reached; %(expected)s were expected."
    )
    return f"{text % words} {_verdict_sentence(result, writer)}".strip()


def _verdict_sentence(result: Check, writer: Writer) -> str:
    assert result.overall is not None
    wrong = [one for one in result.bands if one.verdict in (Verdict.TOO_EASY, Verdict.TOO_HARD)]
    if wrong:
        parts = [
            _("“%(band)s” came %(share)s of the time for %(said)s said")
            % {"band": BANDS[one.name], "share": writer.percent(one.share), "said": writer.percent(one.said)}
            for one in wrong
        ]
        return "; ".join(parts) + "."
    match result.overall.verdict:
        case Verdict.RIGHT:
            return _("What was said holds.")
        case Verdict.TOO_EASY:
            return _("Objectives were easier than said.")
        case Verdict.TOO_HARD:
            return _("Objectives were harder than said.")
    if result.overall.cycles < 2:
        return _("One cycle is one draw of luck: it takes a second one to tell.")
    return _("That is too little to tell whether the bands were right.")


def _rows(result: Check, writer: Writer) -> list[dict[str, Any]]:
    """The bands, then all of them together."""
    groups = [*result.bands, *([result.overall] if result.overall else [])]
    return [_row(one, writer) for one in groups]


def _row(one: Group, writer: Writer) -> dict[str, Any]:
    icon, verdict = VERDICTS[one.verdict]
    return {
        "name": BANDS[one.name] if one.name else _("All bands"),
        "is_total": not one.name,
        "objectives": writer.number(one.objectives),
        "said": writer.percent(one.said),
        "share": writer.percent(one.share),
        "count": _count(one, writer),
        "interval": writer.interval(one.low, one.high, Unit.RATE),
        "icon": icon,
        "verdict": verdict,
        "worth": writer.number(round(one.n_eff, 1)),
    }


def _count(one: Group, writer: Writer) -> str:
    return _("%(reached)s of %(judged)s") % {
        "reached": writer.number(one.reached),
        "judged": writer.number(one.objectives),
    }


def _chart(result: Check, writer: Writer) -> dict[str, Any] | None:
    """A point a band; None with nothing to show."""
    if not result.bands:
        return None
    return {
        "format": writer.chart_format(Unit.RATE),
        "points": [
            {
                "label": str(BANDS[one.name]),
                "said": one.said,
                "share": one.share,
                "low": one.low,
                "high": one.high,
                "count": _count(one, writer),
                "state": str(VERDICTS[one.verdict][1]),
            }
            for one in result.bands
        ],
        "labels": {
            "said": _("Said at activation"),
            "happened": _("Reached"),
            "interval": _("80% interval"),
            "right": _("as often as said"),
        },
    }


def _brier(result: Check, writer: Writer) -> dict[str, str] | None:
    """The score of the probabilities beside that of knowing only how many would be reached."""
    if result.brier is None or result.base_rate is None:
        return None
    verdicts = {
        True: _("The probabilities told objectives apart better than the mere share that was reached."),
        False: _("The probabilities told objectives apart no better than the mere share that was reached."),
        None: _("All were reached, or none: there was nothing to tell apart."),
    }
    return {
        "score": format_number(result.brier, writer.language, digits=3),
        "base": format_number(result.base_rate, writer.language, digits=3),
        "text": verdicts[result.beats_base_rate],
    }


def _bias_text(one: Bias, writer: Writer) -> str:
    text = (
        _(
            "%(name)s: reached more often than said, %(share)s for %(said)s (others: %(others)s for %(theirs)s)"
        )
        if one.more
        else _(
            "%(name)s: reached less often than said, %(share)s for %(said)s (others: %(others)s for %(theirs)s)"
        )
    )
    return text % {
        "name": one.name,
        "share": writer.percent(one.group.share),
        "said": writer.percent(one.group.said),
        "others": writer.percent(one.others.share),
        "theirs": writer.percent(one.others.said),
    }


def _cycles(request: TenantRequest, found: Said, level: str, writer: Writer) -> list[dict[str, Any]]:
    """Each closed cycle: how many of its objectives were expected, and reached."""
    rows = found.of_level(level)
    by_cycle = rows.groupby("cycle")
    sums = by_cycle.agg(n=("hit", "size"), reached=("hit", "sum"), said=("probability", "sum")).to_dict(
        "index"
    )
    listed = []
    for cycle in found.cycles:
        known = sums.get(cycle.id)
        listed.append(
            {
                "name": cycle.name,
                "url": here(request, "closing", cycle=cycle.id),
                "objectives": writer.number(None if known is None else int(known["n"])),
                "reached": writer.number(None if known is None else int(known["reached"])),
                "expected": writer.number(None if known is None else round(float(known["said"]), 1)),
            }
        )
    return listed


def _tabs(request: TenantRequest, level: str) -> list[dict[str, Any]]:
    url = here(request, "bands")
    every = [{"label": _("All"), "url": url, "active": not level}]
    return every + [
        {"label": LEVEL_NAMES[one], "url": f"{url}?level={one}", "active": one == level} for one in LEVELS
    ]
