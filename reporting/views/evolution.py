"""The proposals for the next cycle in words: each with its reason, its figures, and the field that edits it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from objectives.domain.catalogue import CATALOGUE
from objectives.domain.evolution import Rhythm, Step
from objectives.domain.markets import Market
from objectives.forms.objective import level_text
from objectives.forms.strategy import TargetRow
from objectives.wording_reasons import reason_text
from objectives.wording_strategy import STAGES, market_text, metric_text, unit_text
from reporting.queries.evolution import Outlook, Proposal
from reporting.views.endings import BANDS, happened_text
from reporting.views.figures import Writer

STEPS: dict[Step, tuple[str, Promise]] = {
    Step.RAISE: ("trending-up", gettext_lazy("raise")),
    Step.KEEP: ("target", gettext_lazy("keep")),
    Step.EASE: ("trending-down", gettext_lazy("ease")),
    Step.DROP: ("close", gettext_lazy("leave out")),
    Step.ADD: ("plus", gettext_lazy("add")),
}
RHYTHMS: dict[Rhythm, Promise] = {
    Rhythm.WEEKLY: gettext_lazy("every week"),
    Rhythm.TWO_WEEKS: gettext_lazy("every two weeks"),
    Rhythm.MONTHLY: gettext_lazy("every month"),
}
MARKETS_SHOWN = 12


def evolution_sentence(seen: Outlook, writer: Writer) -> str:
    """How large the company is, how many objectives make sense then, and how often they are reviewed."""
    words = {
        "people": ngettext("%(count)s person sells", "%(count)s people sell", seen.people)
        % {"count": writer.number(seen.people)},
        "company": writer.number(seen.guide.for_company),
        "person": writer.number(seen.guide.a_person),
        "rhythm": str(RHYTHMS[seen.guide.rhythm]),
    }
    text = _(
        "%(people)s: at most %(company)s objectives for the company and %(person)s a person, reviewed %(rhythm)s."
    )
    return text % words


def guide_reasons(seen: Outlook) -> list[str]:
    """Why so many, and why so often."""
    words = {"stage": STAGES[seen.guide.stage], "reason": reason_text(seen.guide.count_reason)}
    return [_("%(stage)s. %(reason)s") % words, reason_text(seen.guide.rhythm_reason)]


def proposal_rows(seen: Outlook, writer: Writer, typed: Sequence[TargetRow] | None) -> dict[str, Any]:
    """revenue: the proposed ambition, without a field of its own; rows: the others, with what was typed when there is."""
    sent = {(row.metric, row.segment): row for row in typed or ()}
    return {
        "revenue": _row(seen.revenue, writer) if seen.revenue else None,
        "others": [
            _row(one, writer) | _field(one, number, writer, sent if typed is not None else None)
            for number, one in enumerate(seen.proposals)
        ],
        "reasons": guide_reasons(seen),
        "season": writer.percent(seen.season) if abs(seen.season - 1) >= 0.005 else "",
    }


def _row(one: Proposal, writer: Writer) -> dict[str, Any]:
    icon, step = STEPS[one.next.step]
    past, unit = one.past, CATALOGUE[one.next.metric].unit
    ended = ""
    if past is not None:
        ended = _("%(actual)s for %(target)s: %(happened)s, %(band)s") % {
            "actual": writer.short(past.actual, unit),
            "target": writer.short(past.target, unit),
            "happened": happened_text(past.hit, past.actual)[1],
            "band": BANDS[past.band],
        }
    return {
        "name": metric_text(one.next.metric, one.next.segment),
        "icon": icon,
        "step": step,
        "ended": ended,
        "reason": reason_text(one.next.reason),
        "proposed": writer.short(one.start, unit),
    }


def _field(
    one: Proposal, number: int, writer: Writer, sent: dict[tuple[str, str], TargetRow] | None
) -> dict[str, Any]:
    metric = CATALOGUE[one.next.metric]
    start = None if one.start is None else Decimal(str(one.start))
    shown = level_text(start, metric, writer.currency)
    row = None if sent is None else sent.get((one.next.metric, one.next.segment))
    taken = one.next.step is not Step.DROP and start is not None
    return {
        "number": number,
        "metric": metric.key,
        "segment": one.next.segment,
        "from_plan": metric.has_stage,  # the plan gives one to each stage
        "unit": unit_text(metric.key, writer.currency),
        "shown": shown,
        "text": row.text if row else shown,
        "is_taken": row.is_taken if row else taken,
        "error": row.error if row else "",
    }


def why_of(seen: Outlook) -> dict[tuple[str, str], str]:
    """The sentence that stays with an objective that was accepted."""
    return {(one.next.metric, one.next.segment): reason_text(one.next.reason) for one in seen.proposals}


def markets_listed(seen: Outlook, writer: Writer) -> list[dict[str, Any]]:
    """Each segment with its maturity, why, and what makes sense there."""
    return [
        {
            "name": one.segment,
            "text": market_text(one),
            "reason": reason_text(one.reason),
            "suggested": ", ".join(metric_text(metric) for metric in one.suggested),
            "can_tell": one.market is not Market.CANNOT_TELL,
        }
        for one in seen.levels.markets[:MARKETS_SHOWN]
    ]
