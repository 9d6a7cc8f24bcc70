"""An active quarter with a small tree: the company 600 000.00; North (Ann, Bea) 400 000.00, South (Cai) 200 000.00."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from objectives.actions import revisions
from objectives.actions.versions import record_first
from objectives.models import Cycle, Objective, Plan, Revision
from objectives.queries.effects import digest
from objectives.queries.revisions import effect_of
from tenants.access import SYSTEM, Actor
from tenants.models import Organisation, Person, Team
from tests import factories

NOW = datetime(2026, 2, 10, 9, 0, tzinfo=UTC)
FROM = date(2026, 2, 10)
NO_CHAIN: dict[str, Any] = {"chain": [], "links": [], "wins": None}  # as of a house without history


@dataclass(slots=True)
class Promised:
    organisation: Organisation
    cycle: Cycle
    plan: Plan
    teams: dict[str, Team]
    people: dict[str, Person]
    rows: dict[str, Objective]

    def fresh(self, name: str) -> Objective:
        return Objective.objects.select_related("cycle__organisation", "team", "person").get(
            pk=self.rows[name].pk
        )

    def target(self, name: str) -> int:
        return int(self.fresh(name).target or 0)


def promised(organisation: Organisation) -> Promised:
    """Commits, or joins the scope that is open."""
    with factories.scope_of(organisation):
        teams = {name: factories.team(organisation, name) for name in ("North", "South")}
        people = {
            name: factories.person(organisation, name, team=teams[team])
            for name, team in (("Ann", "North"), ("Bea", "North"), ("Cai", "South"))
        }
        cycle = factories.cycle(organisation, state="active")
        plan = factories.plan(cycle, revenue_minor=60_000_000, result=NO_CHAIN)
        rows: dict[str, Objective] = {}

        def add(name: str, target: int, parent: str = "", metric: str = "revenue_won", **given: Any) -> None:
            above = rows[parent] if parent else None
            rows[name] = factories.objective(
                cycle, metric, target=target, parent=above, state="active", **given
            )

        add("company", 60_000_000, weight=900_000)
        add("North", 40_000_000, "company", team=teams["North"], weight=600_000)
        add("South", 20_000_000, "company", team=teams["South"], weight=300_000)
        add("Ann", 25_000_000, "North", person=people["Ann"], weight=375_000)
        add("Bea", 15_000_000, "North", person=people["Bea"], weight=225_000)
        add("Cai", 20_000_000, "South", person=people["Cai"], weight=300_000)
        add("deals", 60, "company", metric="deals_won")
        for name, count in (("Ann", 25), ("Bea", 15), ("Cai", 20)):
            add(f"deals {name}", count, "deals", metric="deals_won", person=people[name])
        record_first(cycle, SYSTEM, factories.NOON.replace(month=1))
    return Promised(organisation, cycle, plan, teams, people, rows)


def ask(made: Promised, name: str, target: int, by: Actor = SYSTEM, **given: Any) -> Revision:
    """Propose a target of this objective, having looked at the effect. In a scope."""
    wanted = {
        "objective": made.fresh(name), "target": Decimal(target), "effective_on": FROM, "below": False, "above": False,
        **{key: value for key, value in given.items() if key in ("effective_on", "below", "above")},
    }  # fmt: skip
    shown, _wanted = effect_of(**wanted)
    more = {"kind": "market_event", "text": "A competitor left.", "seen": digest(shown), "now": NOW}
    return revisions.propose(**{**wanted, **more, **given}, by=by)
