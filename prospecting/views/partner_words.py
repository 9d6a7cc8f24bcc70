"""The figures of partners in the reader's words: rates with their counts, delays of both sides, costs, the math."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from prospecting.domain.partner_figures import Rate
from prospecting.queries.partners import NO_CRITERION
from tenants import formatting
from tenants.money import currency_exponent

Math = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """Writes in one currency and language; NaN and None are a dash."""

    currency: str
    language: str

    @classmethod
    def of(cls, currency: str) -> "Words":
        return cls(currency, get_language() or "en")

    def number(self, value: float | None) -> str:
        known = _known(value)
        digits = 0 if known is None or known == round(known) else 1
        return formatting.format_number(known, self.language, digits=digits)

    def percent(self, value: float | None) -> str:
        return formatting.format_percent(_known(value), self.language)

    def interval(self, row: Any) -> str:
        return formatting.format_percent_interval(_known(row.low), _known(row.high), self.language)

    def money(self, value: float | None, *, exact: bool = False) -> str:
        return formatting.format_money(_known(value), self.currency, self.language, exact=exact)

    def per_won(self, value: float | None) -> str:
        """What one unit of won money cost: "0,12 €"."""
        known = _known(value)
        exponent = currency_exponent(self.currency)
        minor = None if known is None else known * 10**exponent
        return formatting.format_money(minor, self.currency, self.language, exact=True)

    def hours(self, value: float | None) -> str:
        """A delay that is promised in hours: hours under two days, days from there."""
        known = _known(value)
        if known is None or known >= 48:
            return formatting.format_days(None if known is None else known / 24, self.language)
        return _("%(hours)s h") % {
            "hours": formatting.format_number(known, self.language, digits=1 if known < 10 else 0)
        }

    def days(self, value: float | None) -> str:
        return formatting.format_days(_known(value), self.language)

    def of_n(self, row: Any) -> str:
        return _("%(x)s of %(n)s") % {"x": self.number(row.x), "n": self.number(row.n)}


def rate_name(rate: Rate) -> str:
    return {
        Rate.SHOW: _("Show rate"),
        Rate.ACCEPTANCE: _("Acceptance"),
        Rate.TACIT: _("Accepted tacitly"),
        Rate.DISPUTE: _("Disputed"),
        Rate.OPPORTUNITY: _("Accepted to opportunity"),
        Rate.WIN: _("Opportunity to won"),
    }[rate]


# The metric of the catalogue that a rate is read with.
RATE_METRICS = {
    Rate.SHOW: "meetings_held", Rate.ACCEPTANCE: "meetings_accepted", Rate.TACIT: "meetings_accepted",
    Rate.DISPUTE: "meetings_accepted", Rate.OPPORTUNITY: "opportunities_opened", Rate.WIN: "win_rate",
}  # fmt: skip


def rate_definition(rate: Rate) -> tuple[str, str]:
    """(definition, formula)."""
    return {
        Rate.SHOW: (
            _("Meetings that took place, of those that could have: a host who did not come never counts against the partner."),
            _("held ÷ (booked − cancelled in time − host no-shows)"),
        ),
        Rate.ACCEPTANCE: (
            _("Meetings that the client called qualified, also tacitly; open disputes are not judged yet."),
            _("accepted ÷ judged"),
        ),
        Rate.TACIT: (
            _("Meetings accepted because the client did not answer in time."),
            _("accepted tacitly ÷ judged"),
        ),
        Rate.DISPUTE: (
            _("Meetings judged after a second look; open disputes are counted apart."),
            _("judged after a dispute ÷ judged"),
        ),
        Rate.OPPORTUNITY: (
            _("Accepted meetings that became an opportunity of the pipeline."),
            _("opportunities ÷ accepted"),
        ),
        Rate.WIN: (
            _("Of these opportunities, those won among the closed ones: an open one is not lost."),
            _("won ÷ (won + lost)"),
        ),
    }[rate]  # fmt: skip


def rate_math(rate: Rate, row: Any, found: Any, words: Words) -> Math:
    """What a rate is made of."""
    definition, formula = rate_definition(rate)
    lines: list[tuple[str, str]] = []
    if rate is Rate.SHOW:
        lines = [
            (_("Booked"), words.number(found.booked)),
            (_("Cancelled in time"), words.number(found.cancelled_in_time)),
            (_("Host no-shows"), words.number(found.host_no_shows)),
            (_("Guest no-shows"), words.number(found.guest_no_shows)),
            (_("Cancelled late"), words.number(found.cancelled_late)),
            (_("Outcome not said"), words.number(found.unsaid)),
        ]
    elif rate is Rate.DISPUTE:
        lines = [(_("Open disputes"), words.number(found.open_disputes))]
    elif rate is Rate.ACCEPTANCE:
        lines = [
            (_("Accepted tacitly"), words.number(found.tacit)),
            (pgettext("meetings", "Not qualified"), words.number(found.refused)),
            (_("Waiting for the answer"), words.number(found.waiting)),
            (_("Open disputes"), words.number(found.open_disputes)),
        ]
    lines += [(_("Counts"), words.of_n(row)), (_("As counted"), words.percent(row.value))]
    return math_of(rate_name(rate), definition, formula, lines, interval=words.interval(row))


def math_of(
    title: str, definition: str, formula: str, lines: Sequence[tuple[str, str]], *, interval: str = "", note: str = ""
) -> Math:  # fmt: skip
    return {
        "title": title, "definition": definition, "formula": formula, "interval": interval, "note": note,
        "lines": [{"label": label, "value": value} for label, value in lines],
        "definition_url": "", "rows_url": "",
    }  # fmt: skip


def cost_math(found: Any, words: Words, *, per_won: bool) -> Math:
    lines = [
        (_("Prices of the accepted meetings"), words.money(found.price_minor, exact=True)),
        (_("Monthly prices"), words.money(found.fee_minor, exact=True)),
        (_("Cost"), words.money(found.cost_minor, exact=True)),
    ]
    if per_won:
        lines.append((_("Won"), words.money(found.won_minor, exact=True)))
        return math_of(
            _("Cost per won unit"),
            _("What the engagement cost for each unit of money won from its meetings."),
            _("cost ÷ amount won"),
            lines,
        )
    lines.append((_("Accepted meetings"), words.number(found.accepted)))
    return math_of(
        _("Cost per accepted meeting"),
        _("Each meeting at the price of its booking, and the monthly price by the day."),
        _("cost ÷ accepted meetings"),
        lines,
    )


def delay_math(
    title: str, definition: str, count: float, p50: str, p80: str, promise: str, words: Words
) -> Math:
    lines = [(_("Half within"), p50), (_("Eight of ten within"), p80), (_("Promised"), promise)]
    return math_of(title, definition, "", [*lines, (_("Counted"), words.number(count))])


def criterion(label: str) -> str:
    return label if label != NO_CRITERION else _("no criterion named")


def acceptance_sentence(
    name: str, found: Any, row: Any, first_unmet: tuple[str, int] | None, words: Words
) -> str:
    """How many were accepted, and why the others were not."""
    if not row.n:
        return _("%(name)s: nothing judged in this period yet.") % {"name": name}
    said = _("%(name)s: %(x)s of %(n)s judged meetings accepted, estimated at %(rate)s (%(interval)s).") % {
        "name": name,
        "x": words.number(row.x),
        "n": words.number(row.n),
        "rate": words.percent(row.mean),
        "interval": words.interval(row),
    }
    if first_unmet is not None and first_unmet[1] > 1:
        said += " " + _("Most often unmet: “%(criterion)s”, %(count)s times.") % {
            "criterion": criterion(first_unmet[0]),
            "count": words.number(first_unmet[1]),
        }
    return said


def comparison_sentence(rows: pd.DataFrame, names: dict[Any, str], words: Words) -> str:
    """The weakest acceptance where its interval lies apart from the best one's; else that they cannot be told apart."""
    told = rows[(rows["rate"] == Rate.ACCEPTANCE) & (rows["n"] > 0)].sort_values("mean")
    if told.empty:
        return _("No meeting of a partner was judged in this period yet.")
    judged, accepted = int(told["n"].sum()), int(told["x"].sum())
    said = ngettext(
        "%(x)s of %(n)s judged meeting accepted.", "%(x)s of %(n)s judged meetings accepted.", judged
    ) % {"x": words.number(accepted), "n": words.number(judged)}
    if len(told) < 2:
        return said
    worst, best = told.iloc[0], told.iloc[-1]
    if worst.high < best.low:
        return (
            said
            + " "
            + _("%(worst)s is accepted less often than %(best)s: %(low)s against %(high)s.")
            % {
                "worst": names[worst.engagement],
                "best": names[best.engagement],
                "low": words.percent(worst["mean"]),
                "high": words.percent(best["mean"]),
            }
        )
    return said + " " + _("The data cannot tell the engagements apart.")


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)
