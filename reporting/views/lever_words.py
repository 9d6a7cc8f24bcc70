"""The words of the levers: names of lines and places, what a gap is measured against, and the answer in sentences."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from objectives.domain.catalogue import Unit
from pipeline.models import Stage
from reporting.queries.conversion import Transition
from reporting.queries.lever_deals import STAGE
from reporting.queries.lever_gap import BEFORE, NOT_AT_ALL, OF_NOW, PATH, SHARED, TARGET, Gap
from reporting.queries.lever_nodes import GAP, MIX, Breakdown, Child, Node
from reporting.queries.lever_reads import WINS
from reporting.queries.levers import LeverLine
from reporting.views import sentences
from reporting.views.figures import Writer
from tenants.queries import TeamTree

WORKED = ("volume", "value")  # with the rates: what the people of a place do in the cycle
SMALL = 0.005  # of the larger side: no gap worth a word
STRONG = 2 / 3  # of a change of rate: it is mostly one of its parts

HEADS: dict[str, Promise] = {
    "volume": gettext_lazy("Number of opportunities"),
    MIX: gettext_lazy("Mix"),
    "mix:team": gettext_lazy("Mix of teams"),
    "mix:person": gettext_lazy("Mix of people"),
    "mix:segment": gettext_lazy("Mix of segments"),
    "mix:channel": gettext_lazy("Mix of channels"),
    "value": gettext_lazy("Value of the deals"),
    "carried_in": gettext_lazy("Deals opened before the cycle"),
    SHARED: gettext_lazy("Shared credit"),
    GAP: gettext_lazy("Gap"),
}
NAMES: dict[str, Promise] = {
    "volume": gettext_lazy("the number of opportunities"),
    "mix:team": gettext_lazy("the mix of teams"),
    "mix:person": gettext_lazy("the mix of people"),
    "mix:segment": gettext_lazy("the mix of segments"),
    "mix:channel": gettext_lazy("the mix of channels"),
    "value": gettext_lazy("the value of the deals"),
    "carried_in": gettext_lazy("the deals opened before the cycle"),
    SHARED: gettext_lazy("the shared credit"),
}


class Words:
    """Names the lines of one gap: a rate by the stages between which it acts."""

    def __init__(self, gap: Gap, stages: Sequence[Stage], writer: Writer) -> None:
        names = {str(stage.id): stage.name for stage in stages}
        won = next((stage.name for stage in stages if stage.kind == Stage.Kind.WON), "")
        links = gap.chain.links
        self.writer = writer
        self.heads: dict[str, str] = {}
        self.stage = {link: won if link == WINS else names.get(link, "") for link in links}
        self.rates = {
            f"rate:{after}": f"{self.stage[before]} → {self.stage[after]}"
            for before, after in pairwise(links)
        }

    def head(self, line: str) -> str:
        """Made once: every cell of a column says it again."""
        if line not in self.heads:
            self.heads[line] = self._head(line)
        return self.heads[line]

    def _head(self, line: str) -> str:
        if line.startswith(STAGE):
            return _("Deals that entered %(stage)s") % {"stage": self.stage[line.removeprefix(STAGE)]}
        return self.rates.get(line) or str(HEADS[line])

    def name(self, line: str) -> str:
        if line not in self.rates:
            return str(NAMES[line])
        before, _arrow, after = self.rates[line].partition(" → ")
        return _("the %(from)s → %(to)s rate") % {"from": before, "to": after}

    def short(self, amount: float, *, signed: bool = True) -> str:
        return self.writer.short(float(amount), Unit.MONEY, signed=signed)

    def interval(self, low: float, high: float) -> str:
        return self.writer.interval(float(low), float(high), Unit.MONEY)


def answer(found: Breakdown, rows: Sequence[Child], words: Words, *, against: str, other: str) -> str:
    """The gap, the lever that makes most of it, and where it is found."""
    said = {
        "gap": words.short(found.amounts[0, -1]),
        "actual": words.short(found.actual[0], signed=False),
        "plan": words.short(found.plan[0], signed=False),
        "other": other,
    }
    texts = {
        PATH: _("%(gap)s against the path: %(actual)s won, %(plan)s due by now."),
        TARGET: _("%(gap)s against the target: %(actual)s won of %(plan)s."),
        BEFORE: _("%(gap)s against the cycle before: %(actual)s won, %(plan)s then in as many days."),
    }
    text = texts.get(against) or _("%(gap)s against %(other)s: %(actual)s won, %(plan)s there.")
    gap = float(found.amounts[0, -1])
    if abs(gap) <= SMALL * max(abs(found.actual[0]), abs(found.plan[0])):
        return text % said
    return " ".join(filter(None, [text % said, _largest(found, words, gap), _where(found, rows, words, gap)]))


def _largest(found: Breakdown, words: Words, gap: float) -> str:
    levers = [
        LeverLine(line, float(found.amounts[0, place]))
        for place, line in enumerate(found.lines[:-2])
        if not found.muted(0, line)
    ]
    if not any(lever.contribution * gap > 0 for lever in levers):
        return _("No lever stands out from what chance alone can do.")
    return sentences.main_lever(
        gap, levers, words.writer, Unit.MONEY, name=lambda lever: words.name(lever.lever)
    )


def _where(found: Breakdown, rows: Sequence[Child], words: Words, gap: float) -> str:
    """The place below where one lever costs, or brings, most beyond chance. Nobody is named: people are not ranked."""
    cells = [
        (float(found.amounts[row, place]), row, line)
        for row, child in enumerate(rows, start=1)
        if child.node is not None and child.kind != "person"
        for place, line in enumerate(found.lines[:-2])
        if line in WORKED or line.startswith("rate:")
        if found.amounts[row, place] * gap > 0 and not found.muted(row, line)
    ]
    if len(rows) < 2 or not cells:
        return ""
    amount, row, line = max(cells, key=lambda cell: abs(cell[0]))
    said = {"place": place_name(rows[row - 1]), "lever": words.name(line), "amount": words.short(amount)}
    return _("It shows most in %(place)s: %(lever)s (%(amount)s).") % said


def place_name(child: Child) -> str:
    match child.kind:
        case "nobody":
            return _("In nobody's name")
        case "others":
            return _("Other people")
    return child.text or market_name(child.kind, "")


def market_name(kind: str, text: str) -> str:
    return text or (_("Without a segment") if kind == "segment" else _("Without a channel"))


def node_names(node: Node, tree: TeamTree) -> list[tuple[Node, str]]:
    """Every place from the first below the company down to the node."""
    found: list[tuple[Node, str]] = []
    if node.team is not None:
        for team in reversed(tree.ancestors(node.team)):
            found.append((Node(team=team), tree.teams[team].name))
    at = Node(team=node.team)
    if node.person is not None:
        at = Node(node.team, node.person)
        found.append((at, tree.people[node.person].name))
    if node.segment is not None:
        at = Node(node.team, node.person, node.segment)
        found.append((at, market_name("segment", node.segment)))
    if node.channel is not None:
        found.append((node, market_name("channel", node.channel)))
    return found


def basis_note(gap: Gap) -> str:
    """How the plan was shared out over segments and channels."""
    if not gap.basis:
        return ""
    if gap.basis == NOT_AT_ALL:
        return _("No deal tells how to share the plan out over segments and channels: a person has one line.")
    where = (
        _("as the deals opened this cycle are: there is none of the cycle before")
        if gap.basis == OF_NOW
        else _("in proportion to the cycle before")
    )
    if gap.names_segments:
        return _(
            "The plan of a segment is the one that objectives name; the others, and the channels, have theirs %(where)s."
        ) % {"where": where}
    return _("The plan is made for people; segments and channels have their part of it %(where)s.") % {
        "where": where
    }


def mix_rows(changes: pd.DataFrame, words: Words) -> list[dict[str, Any]]:
    """Each pooled rate with what of its change is mix, and a sentence on it."""
    write = words.writer
    rows = []
    for one in changes.to_dict("records"):
        change = one["after"] - one["before"]
        rows.append(
            {
                "name": words.rates[_rate_after(one["link"], words)],
                "before": write.percent(one["before"]),
                "after": write.percent(one["after"]),
                "count": _("%(advanced)s of %(entered)s")
                % {"advanced": write.number(one["advanced"]), "entered": write.number(one["entered"])},
                "change": write.figure(change, Unit.RATE, signed=True),
                "mix": write.figure(one["mix"], Unit.RATE, signed=True),
                "rate": write.figure(one["rate"], Unit.RATE, signed=True),
                "said": _mix_said(one, change),
                "is_targeting": one["is_targeting"],
            }
        )
    return rows


def _rate_after(link: str, words: Words) -> str:
    links = list(words.stage)
    return f"rate:{links[links.index(link) + 1]}"


def _mix_said(one: Mapping[Any, Any], change: float) -> str:
    if one["is_targeting"]:
        return _("The pooled rate fell while no segment got worse: targeting, not skill.")
    if abs(change) < SMALL:
        return pgettext("rate", "Hardly moved")
    if one["mix"] * change > 0 and abs(one["mix"]) >= STRONG * abs(change):
        return _("Mostly which segments were worked")
    if one["rate"] * change > 0 and abs(one["rate"]) >= STRONG * abs(change):
        worse = one["worse"]
        if change < 0:
            return ngettext(
                "Mostly the rate itself: lower in %(count)s segment",
                "Mostly the rate itself: lower in %(count)s segments",
                worse,
            ) % {"count": worse}
        return _("Mostly the rate itself")
    return _("Both")


def friction_sentence(name: str, one: Transition, writer: Writer) -> str:
    return _(
        "Behind its objective: %(place)s, %(transition)s, %(rate)s (%(interval)s) for %(objective)s."
    ) % {
        "place": name,
        "transition": one.name,
        "rate": writer.percent(one.rate),
        "interval": writer.interval(one.low, one.high, Unit.RATE),
        "objective": writer.percent(one.objective_rate),
    }
