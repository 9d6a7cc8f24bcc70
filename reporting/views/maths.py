"""The math to see: what each computed number is made of, as templates/_components/math.html takes it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from objectives.domain.catalogue import CATALOGUE, Unit
from reporting.domain.week import Week
from reporting.queries.conversion import Transition
from reporting.queries.gaps import Line
from reporting.views.asked import address
from reporting.views.figures import Writer

Math = dict[str, Any]

# Units of what a metric divides by what, where they are not both counts.
PARTS = {
    "average_deal_value": (Unit.MONEY, Unit.COUNT),
    "margin_rate": (Unit.MONEY, Unit.MONEY),
    "recurring_share": (Unit.MONEY, Unit.MONEY),
    "contract_months": (Unit.MONTHS, Unit.COUNT),
    "top_customers_share": (Unit.MONEY, Unit.MONEY),
}


@dataclass(frozen=True, slots=True)
class Maths:
    """engine: version of the calculation that made the run, "" without one. definitions: address of the catalogue."""

    writer: Writer
    engine: str
    definitions: str

    @classmethod
    def of(cls, slug: str, writer: Writer, engine: str) -> "Maths":
        return cls(writer, engine, address(slug, "objectives:metrics"))

    def actual(self, line: Line) -> Math:
        gap, unit = line.gap, line.metric.unit
        lines = []
        if gap is not None and gap.numerator is not None and line.metric.denominator_en:
            top, bottom = PARTS.get(line.metric.key, (Unit.COUNT, Unit.COUNT))
            lines += [
                (self._numerator(line.metric.key), self.writer.figure(gap.numerator, top)),
                (self._denominator(line.metric.key), self.writer.figure(gap.denominator, bottom)),
            ]
        elif gap is not None and unit == Unit.DAYS:
            lines.append((_("Deals won"), self.writer.number(gap.numerator)))
        else:
            lines.append((self._numerator(line.metric.key), self.writer.figure(line.actual, unit)))
        if gap is not None and "wins" in gap.inputs:
            lines.append((_("Deals won"), self.writer.number(gap.inputs["wins"])))
        interval = self.writer.interval(gap.low, gap.high, unit) if gap else ""
        note = (
            ""
            if not line.metric.is_shared_out or not interval
            else _("The interval is that of the pace: what the same activity could have given by chance.")
        )
        return self._math(line.metric.key, lines=lines, interval=interval, note=note)

    def path(self, line: Line) -> Math:
        unit = line.metric.unit
        lines = [(_("Target"), self.writer.figure(line.target, unit))]
        if line.target and line.path is not None and line.path != line.target:
            lines.append((_("Part of the path so far"), self.writer.percent(line.path / line.target)))
        lines.append((_("Path"), self.writer.figure(line.path, unit)))
        return self._math("path", lines=lines)

    def target(self, line: Line) -> Math:
        """A target is set, not computed: what it was computed from, when it was."""
        unit, objective = line.metric.unit, line.objective
        lines = [(_("Target"), self.writer.figure(line.target, unit))]
        if objective.computed_target is not None:
            lines.append(
                (_("Computed by the plan"), self.writer.figure(float(objective.computed_target), unit))
            )
        return self._math(line.metric.key, lines=lines, note=objective.reason, formula=False)

    def gap_to_path(self, line: Line) -> Math:
        unit = line.metric.unit
        lines = [
            (_("Actual"), self.writer.figure(line.actual, unit)),
            (_("Path"), self.writer.figure(line.path, unit)),
            (_("Gap"), self.writer.figure(line.gap_to_path, unit, signed=True)),
        ]
        if line.gap is not None and line.gap.p_below is not None:
            lines.append((_("Probability of being behind"), self.writer.percent(line.gap.p_below)))
        return self._math("gap_to_path", lines=lines, note=self._rule() if line.gap else "")

    def gap_to_target(self, line: Line) -> Math:
        unit = line.metric.unit
        return self._math(
            "gap_to_target",
            lines=[
                (_("Actual"), self.writer.figure(line.actual, unit)),
                (_("Target"), self.writer.figure(line.target, unit)),
                (_("Gap"), self.writer.figure(line.gap_to_target, unit, signed=True)),
            ],
        )

    def levers(self, line: Line) -> Math:
        lines = [(_("Gap to path"), self.writer.figure(line.gap_to_path, line.metric.unit, signed=True))]
        return self._math("lever_contribution", lines=lines)

    def transition(self, one: Transition) -> Math:
        write = self.writer
        lines = [
            (_("Entered"), write.number(one.entered)),
            (_("Advanced"), write.number(one.advanced)),
            (_("Lost"), write.number(one.lost)),
            (_("Still open"), write.number(one.open)),
        ]
        if one.unknown:
            lines.append((_("Cannot be known from the file"), write.number(one.unknown)))
        if one.eventual_rate is not None:
            lines.append((_("Eventual rate, from these data alone"), write.percent(one.eventual_rate)))
        if one.inputs.get("n_eff") is not None:
            lines += [
                (_("Effective count"), write.number(one.inputs["n_eff"])),
                (_("of which advanced"), write.number(one.inputs["x_eff"])),
                (_("Prior (a, b)"), _pair(one.inputs, write)),
                (_("Estimate with the prior"), write.percent(one.mean)),
            ]
        if one.snapshot_rate is not None:
            lines.append((_("Advanced ÷ closed, today's snapshot"), write.percent(one.snapshot_rate)))
        if one.median_days is not None:
            lines.append((_("Median time to advance"), write.days(one.median_days)))
        if one.p_below is not None:
            lines.append((_("Probability of being behind"), write.percent(one.p_below)))
        return self._math(
            "stage_conversion_rate",
            title=f"{one.from_stage.name} → {one.to_stage.name}",
            lines=lines,
            interval=write.interval(one.low, one.high, Unit.RATE),
            note=self._rule() if one.objective_rate is not None else "",
        )

    def share(self, line: Line, parent_target: float | None, cover: float | None) -> Math:
        """Why a person's target is what it is."""
        unit = line.metric.unit
        lines = [
            (_("Own target"), self.writer.figure(line.target, unit)),
            (_("Target above"), self.writer.figure(parent_target, unit)),
        ]
        if cover is not None:
            lines.append((CATALOGUE["cover_ratio"].name(self.writer.language), self.writer.percent(cover)))
        return self._math("cover_ratio", lines=lines)

    def week(self, line: Line, week: Week) -> Math:
        unit, write = line.metric.unit, self.writer
        lines = [
            (_("Week"), f"{write.day(week.monday)} – {write.day(week.sunday)}"),
            (_("Path from Sunday to Sunday"), write.figure(week.asked, unit)),
            (_("Done since Monday"), write.figure(week.done, unit)),
            (_("Left"), write.figure(week.left, unit)),
            (_("Behind the path before Monday"), write.figure(week.behind, unit)),
        ]
        return self._math(line.metric.key, lines=lines, formula=False)

    def landing(self, lines: list[tuple[str, str]], *, title: str, interval: str) -> Math:
        return self._math("landing", lines=lines, title=title, interval=interval, note=self._chance_rule())

    def metric(self, key: str) -> Math:
        """The definition alone."""
        return self._math(key, lines=[])

    def _math(
        self, key: str, *, lines: list[tuple[str, str]], title: str = "", interval: str = "", note: str = "",
        formula: bool = True,
    ) -> Math:  # fmt: skip
        metric, language = CATALOGUE[key], self.writer.language
        if self.engine and lines:
            lines = [*lines, (_("Version of the definition"), self.engine)]
        return {
            "title": title or metric.name(language),
            "definition": metric.definition(language),
            "formula": metric.formula(language) if formula else "",
            "lines": [{"label": label, "value": value} for label, value in lines],
            "interval": interval,
            "note": note,
            "definition_url": f"{self.definitions}#{key}",
            "rows_url": "",  # a template looks twice for what is absent
        }

    def _numerator(self, key: str) -> str:
        metric = CATALOGUE[key]
        return _capital(metric.numerator_fr if self.writer.language.startswith("fr") else metric.numerator_en)

    def _denominator(self, key: str) -> str:
        metric = CATALOGUE[key]
        return _capital(
            metric.denominator_fr if self.writer.language.startswith("fr") else metric.denominator_en
        )

    def _chance_rule(self) -> str:
        return _(
            "Behind, or on and above, is said when the target is at most 10%, or at least 90% likely, after two nights;"
            " otherwise the data cannot tell."
        )

    def _rule(self) -> str:
        return _(
            "Behind, or on and above, is said from a probability of 90% on, after two nights; otherwise the data"
            " cannot tell."
        )


def _pair(inputs: dict[str, Any], write: Writer) -> str:
    """The two parameters of the Beta prior; a semicolon, as the comma is a decimal mark in French."""
    return f"{write.number(inputs.get('prior_a'))} ; {write.number(inputs.get('prior_b'))}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
