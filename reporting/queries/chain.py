"""The chain of value: what each link promised and did, and how it hands over to the next (R2, R17). As of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import numpy as np
from django.db.models import Q, Sum

from objectives.domain.catalogue import LinkOwner
from objectives.models import Cycle
from pipeline.domain.small_samples import fit_prior, posterior
from prospecting.queries import facts, handover, leads
from prospecting.queries.facts import LOGGED, Logged
from prospecting.queries.handover import HandOver
from reporting.models import DailyFact
from reporting.queries import conversion, gaps
from reporting.queries.conversion import Transition
from reporting.queries.gaps import Line
from reporting.queries.looking import RunMark

CHAIN_METRICS = (
    *("prospects_contacted", "conversations", "meetings_held", "meetings_accepted"),
    *("opportunities_opened", "deals_won", "revenue_won", "margin_won"),
)


@dataclass(frozen=True, slots=True)
class Quality:
    """What the next link took of what it was handed: the estimate with its 80 % interval (F3), and the counts.

    The estimate, not taken / judged, which a small sample may put outside of the interval. p50, p80: days to the answer.
    None: not known.
    """

    taken: int
    judged: int
    rate: float | None
    low: float | None
    high: float | None
    p50: float | None
    p80: float | None


@dataclass(frozen=True, slots=True)
class Done:
    """What was counted where no objective says how much was wanted."""

    metric: str
    actual: float


@dataclass(frozen=True, slots=True)
class Link:
    """key: which link. name: of the engagement, for one of a partner. lines: its objectives with their results."""

    key: str
    owner: LinkOwner
    lines: list[Line]
    done: list[Done]
    name: str = ""
    quality: Quality | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    links: list[Link]
    leads: leads.Figures
    meetings: handover.Meetings
    off_target: float  # contacts and conversations that count toward no objective

    @property
    def behind(self) -> Link | None:
        """The first link with an objective that is credibly behind."""
        return next((link for link in self.links if any(line.state == "behind" for line in link.lines)), None)


def chain(*, run: RunMark, cycle: Cycle) -> Chain:
    """The links from marketing to the result, in the cycle up to the day of the run. Ten queries."""
    as_of, since = run.as_of, cycle.start_on
    company = gaps.of_owner(run_id=run.id)
    partners = gaps.of_engagements(run_id=run.id)
    logged = facts.daily(since=since, as_of=as_of)
    passed = leads.figures(since=since, as_of=as_of)
    met = handover.meetings(since=since, as_of=as_of)
    last = next(
        reversed(conversion.transitions(run_id=run.id, stages=conversion.stages(), company=True)), None
    )
    links = _links(company, partners, _counted(logged) | _dealt(cycle, run), passed, met, last)
    off = logged.off_target
    return Chain(links, passed, met, float(off.loc[off["metric"].isin(facts.OF_ACTIVITIES), "value"].sum()))


def _links(
    company: Sequence[Line], partners: Sequence[Line], counted: Mapping[str, float], passed: leads.Figures,
    met: handover.Meetings, last: Transition | None,
) -> list[Link]:  # fmt: skip
    def of(*metrics: str) -> list[Line]:
        return [line for line in company if line.objective.metric in metrics and not line.objective.segment]

    def link(key: str, owner: LinkOwner, *metrics: str, quality: Quality | None = None) -> Link:
        lines = of(*metrics)
        said = {line.objective.metric for line in lines}
        done = [Done(one, counted[one]) for one in metrics if one in counted and one not in said]
        return Link(key, owner, lines, done, "", quality)

    own, others = met.own(), met.partners()
    qualities = _qualities([(passed.whole.accepted, passed.whole.answered)])
    judged = _qualities([(one.accepted, one.judged) for one in (own, *(found for *_rest, found in others))])
    promised: dict[UUID, list[Line]] = {}
    engagements = [cast(UUID, line.objective.engagement_id) for line in partners]  # theirs all have one
    for key, line in zip(engagements, partners, strict=True):
        promised.setdefault(key, []).append(line)
    names = {key: name for key, name, _found in others}
    names |= {key: line.objective.owner for key, line in zip(engagements, partners, strict=True)}
    held = {key: (found, quality) for (key, _name, found), quality in zip(others, judged[1:], strict=True)}
    return [
        Link("leads", LinkOwner.MARKETING, [], [Done("leads_passed", float(passed.whole.passed))], "",
             _with_delay(qualities[0], passed.p50, passed.p80)),
        link("contacts", LinkOwner.PROSPECTING, "prospects_contacted", "conversations"),
        link("meetings", LinkOwner.PROSPECTING, "meetings_held", quality=_of(own, judged[0])),
        *(
            Link("partner", LinkOwner.PARTNER, promised.get(key, []),
                 [] if promised.get(key) else [Done("meetings_held", float(held[key][0].held))], name,
                 _of(*held[key]) if key in held else None)
            for key, name in sorted(names.items(), key=lambda one: one[1].casefold())
        ),
        link("judging", LinkOwner.SALES, "meetings_accepted"),
        link("opportunities", LinkOwner.SALES, "opportunities_opened", quality=_to_won(last)),
        link("deals", LinkOwner.SALES, "deals_won"),
        link("result", LinkOwner.MANAGEMENT, "revenue_won", "margin_won"),
    ]  # fmt: skip


def _counted(logged: Logged) -> dict[str, float]:
    """In target. The meetings of partners are on their own links."""
    rows = logged.in_target
    rows = rows[rows["engagement"].isna() | (rows["metric"] != facts.MEETINGS)]
    return {metric: float(rows.loc[rows["metric"] == metric, "value"].sum()) for metric in LOGGED}


def _dealt(cycle: Cycle, run: RunMark) -> dict[str, float]:
    """What the daily facts of the cycle add up to, up to the day. One query."""
    won = Q(metric=DailyFact.Metric.WON)
    found = DailyFact.objects.filter(day__gte=cycle.start_on, day__lte=run.as_of).aggregate(
        opportunities_opened=Sum("numerator", filter=Q(metric=DailyFact.Metric.OPENED)),
        deals_won=Sum("denominator", filter=won),
        revenue_won=Sum("numerator", filter=won),
    )
    return {metric: float(value or 0) for metric, value in found.items()}


def _qualities(counts: Sequence[tuple[int, int]]) -> list[Quality]:
    """Rates of the same kind share their prior (formulas F3)."""
    x, n = (np.array([pair[place] for pair in counts], dtype=float) for place in (0, 1))
    sure = posterior(n, x, *fit_prior(n, x), np.nan)
    return [
        Quality(
            taken, judged, float(sure["mean"].iloc[row]) if judged else None,
            float(sure["low"].iloc[row]) if judged else None, float(sure["high"].iloc[row]) if judged else None,
            None, None,
        )
        for row, (taken, judged) in enumerate(counts)
    ]  # fmt: skip


def _with_delay(quality: Quality, p50: float | None, p80: float | None) -> Quality:
    return Quality(quality.taken, quality.judged, quality.rate, quality.low, quality.high, p50, p80)


def _of(found: HandOver, quality: Quality) -> Quality:
    return _with_delay(quality, found.p50, found.p80)


def _to_won(last: Transition | None) -> Quality | None:
    """The last transition of the pipeline: open deals are not decided (formulas F2)."""
    if last is None or last.rate is None:
        return None
    return Quality(
        last.advanced, last.advanced + last.lost, last.rate, last.low, last.high, last.median_days, None
    )


def quality_of(found: HandOver) -> Quality:
    """Of one hand-over alone."""
    return _of(found, _qualities([(found.accepted, found.judged)])[0])
