"""What the pages of landings say: sentences, names of the lines of a movement, the math of a landing."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from objectives.domain.catalogue import Unit
from reporting.queries.landing import Landing
from reporting.queries.looking import Looking
from reporting.views.asked import here, state_query
from reporting.views.figures import Writer
from reporting.views.maths import Math, Maths
from tenants.access import TenantRequest

LINES: dict[str, Promise] = {
    "won": gettext_lazy("Deals won"),
    "lost": gettext_lazy("Deals lost"),
    "new": gettext_lazy("New deals"),
    "amount": gettext_lazy("Amounts that changed"),
    "moved": gettext_lazy("Changes of stage"),
    "handed": gettext_lazy("Deals handed over"),
    "undone": gettext_lazy("Closes undone"),
    "waited": gettext_lazy("Time that passed"),
    "created": gettext_lazy("Deals not created yet"),
    "learnt": gettext_lazy("Rates learnt again"),
}


def landing_sentence(found: Landing | None, writer: Writer) -> str:
    """ "Landing 1.42 M€ (1.28–1.55) for 1.60 M€: 24 % likely."; empty without a landing."""
    if found is None:
        return ""
    row = found.row
    said = {
        "mean": writer.short(row.mean, Unit.MONEY),
        "interval": writer.interval(row.low, row.high, Unit.MONEY),
        "target": writer.short(row.target, Unit.MONEY),
        "percent": chance(row.probability, writer),
    }
    if row.target is None or row.probability is None:
        return _("Landing %(mean)s (%(interval)s); there is no target to compare it with.") % said
    return _("Landing %(mean)s (%(interval)s) for %(target)s: %(percent)s likely.") % said


def landing_cards(
    request: TenantRequest, own: Landing | None, looking: Looking, writer: Writer, maths: Maths
) -> list[dict[str, Any]]:
    """The card of another page that leads to the landing; none without a landing."""
    if own is None:
        return []
    row = own.row
    likely = _("%(percent)s likely to reach the target") % {"percent": chance(row.probability, writer)}
    return [
        {
            "label": _("Landing"), "value": writer.short(row.mean, Unit.MONEY),
            "interval": writer.interval(row.low, row.high, Unit.MONEY), "state": own.state if row.target is not None else "",
            "note": likely if row.probability is not None else "", "url": here(request, "landing") + state_query(looking),
            "math": landing_math(maths, own, request.organisation.name),
        }
    ]  # fmt: skip


def movement_sentence(found: Landing | None, writer: Writer) -> str:
    """How far the landing moved, and the line that made most of it; empty when there is nothing to compare with."""
    if found is None or found.row.since is None:
        return ""
    said = {
        "since": writer.day(found.row.since, "sentence"),
        "amount": writer.short(found.moved, Unit.MONEY, signed=True),
    }
    same_way = [line for line in found.row.flow if line["amount"] * found.moved > 0]
    if not same_way:
        return _("Not moved since %(since)s.") % said
    largest = max(same_way, key=lambda line: abs(line["amount"]))
    said |= {
        "line": str(LINES[largest["line"]]),
        "part": writer.short(largest["amount"], Unit.MONEY, signed=True),
    }
    return _("Moved by %(amount)s since %(since)s, mostly by: %(line)s (%(part)s).") % said


def chance(probability: float | None, writer: Writer) -> str:
    """Never 0 % nor 100 %: draws prove neither."""
    if probability is None:
        return writer.percent(None)
    if probability < 0.01:
        return _("under %(percent)s") % {"percent": writer.percent(0.01)}
    if probability > 0.99:
        return _("over %(percent)s") % {"percent": writer.percent(0.99)}
    return writer.percent(probability)


def landing_math(maths: Maths, found: Landing, name: str) -> Math:
    """What a landing is made of."""
    row, write = found.row, maths.writer
    inputs: dict[str, Any] = row.inputs
    money = Unit.MONEY
    lines = [
        (pgettext("landing", "Booked"), write.figure(row.booked, money)),
        (_("Open deals"), f"{write.number(inputs.get('open_deals'))} → {write.figure(row.open, money)}"),
        (_("New deals expected by the last day"), write.number(inputs.get("new_deals"))),
        (_("of which won in time"), write.number(inputs.get("new_wins"))),
        (_("Deals not created yet"), write.figure(row.created, money)),
        (_("Win rate in the end"), write.percent(inputs.get("win_rate"))),
        (_("Value of a won deal"), write.figure(inputs.get("value"), money)),
        (_("Effect that all deals of a cycle share"), f"± {write.percent(inputs.get('cycle_effect'))}"),
        (_("Past cycles that it is learnt from"), write.number(inputs.get("past_cycles"))),
        (_("Landing"), write.figure(row.mean, money)),
    ]
    if row.probability is not None:
        lines.append((_("Probability of the target"), chance(row.probability, write)))
        lines.append((_("its standard error, in points"), write.number((row.standard_error or 0) * 100)))
    return maths.landing(lines, title=name, interval=write.interval(row.low, row.high, money))
