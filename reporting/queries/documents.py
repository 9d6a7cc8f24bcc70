"""A run as one document: what `manage.py recompute --json` prints and the API gives, from the same rows as the pages."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from objectives.domain.catalogue import CATALOGUE, Unit
from pipeline.models import Stage
from reporting.models import ConversionResult, GapResult, Run
from reporting.queries.conversion import stages
from reporting.queries.levers import lever_lines
from tenants.models import Organisation
from tenants.money import to_decimal

KINDS = ("company", "team", "person")
# What documents and the API say of a row.
RATES = ("scope_kind", "entered", "advanced", "lost", "open", "unknown", "eventual_rate", "mean", "low", "high",
         "objective_rate", "state", "run")  # fmt: skip
FIGURES = ("run", "objective", "target", "path", "actual", "gap_to_path", "gap_to_target", "state", "levers")


def run_document(run: Run) -> dict[str, Any]:
    """The results of a run, ready for JSON. Four queries.

    Money as decimal strings with the currency's digits, counts and rates as numbers; None where it cannot be known.
    Company first, then teams, then people, by name; transitions in the order of the stages.
    """
    organisation = Organisation.objects.get(id=run.organisation_id)
    rows = conversions().filter(run=run)
    gaps_of_run = gaps().filter(run=run)
    known = stages()
    return {
        "organisation": organisation.slug,
        "as_of": run.as_of.isoformat(),
        "conversion": [conversion_document(row, organisation) for row in sorted(rows, key=_conversion_order)],
        "gaps": [gap_document(gap, organisation, known) for gap in sorted(gaps_of_run, key=_gap_order)],
    }


def conversions() -> QuerySet[ConversionResult]:
    """With the names of what each is about, and no more of them."""
    related = ("team", "person", "from_stage", "to_stage")
    names = (*(f"{name}__name" for name in related), "from_stage__position")
    found: QuerySet[ConversionResult] = ConversionResult.objects.select_related(*related)
    return found.only(*RATES, *related, *names)


def gaps() -> QuerySet[GapResult]:
    """With the objective and the names of its owner, and no more of them: its documents are long."""
    owners = ("objective__team", "objective__person", "objective__engagement")
    related = ("objective", *owners, "objective__stage")
    names = (*(f"{name}__name" for name in owners), "objective__stage__position")
    found: QuerySet[GapResult] = GapResult.objects.select_related(*related)
    return found.only(*FIGURES, *related[1:], *names, "objective__cycle", "objective__metric")


def conversion_document(row: ConversionResult, organisation: Organisation) -> dict[str, Any]:
    return {
        "from": row.from_stage.name,
        "to": row.to_stage.name,
        "scope": str(row.person or row.team or organisation),
        "scope_kind": row.scope_kind,
        "entered": row.entered,
        "advanced": row.advanced,
        "lost": row.lost,
        "open": row.open,
        "eventual_rate": row.eventual_rate,
        "low": row.low,
        "high": row.high,
        "objective_rate": row.objective_rate,
        "state": row.state,
    }


def gap_document(gap: GapResult, organisation: Organisation, stages: Sequence[Stage]) -> dict[str, Any]:
    objective = gap.objective
    unit, currency = CATALOGUE[objective.metric].unit, organisation.currency
    return {
        "objective": str(objective.id),
        "metric": objective.metric,
        "owner": str(objective.owner or organisation),
        "target": amount(gap.target, unit, currency),
        "path": amount(gap.path, unit, currency),
        "actual": amount(gap.actual, unit, currency),
        "gap_to_path": amount(gap.gap_to_path, unit, currency),
        "levers": [
            {"lever": line.key, "contribution": amount(line.contribution, unit, currency)}
            for line in lever_lines(gap.levers, stages)
        ],
    }


def amount(value: float | None, unit: Unit, currency: str) -> str | float | int | None:
    """Money (minor units) as a decimal string, whole counts as integers, anything else as it is."""
    if value is None:
        return None
    if unit == Unit.MONEY:
        return str(to_decimal(round(value), currency))
    return int(value) if unit == Unit.COUNT and value == int(value) else value


def _conversion_order(row: ConversionResult) -> tuple[int, str, int]:
    owner = row.person or row.team
    return KINDS.index(row.scope_kind), str(owner or "").casefold(), row.from_stage.position


def _gap_order(gap: GapResult) -> tuple[int, str, str, int]:
    objective = gap.objective
    owner = objective.owner
    kind = 0 if owner is None else 1 if objective.team_id else 2 if objective.person_id else 3
    return (
        kind,
        str(owner or "").casefold(),
        objective.metric,
        objective.stage.position if objective.stage else 0,
    )
