"""Where a what-if begins: whose, from which run, and what a scenario answers there."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from objectives.domain import scenario as domain
from objectives.models import Cycle, Objective, Scenario
from reporting.domain.landing_noise import noise
from reporting.domain.scenario_answer import Answer, Wish, answers
from reporting.queries import what_if as queries
from reporting.queries.looking import Looking, RunMark
from reporting.queries.memo import of_run, remember
from reporting.queries.reach import Reach
from reporting.queries.what_if import Scope, Situation
from reporting.views.asked import asked_id
from reporting.views.manager import asked_team
from tenants.access import TenantRequest


@dataclass(frozen=True, slots=True)
class Start:
    """What a what-if of a scope is about; situation None: no deal was won yet."""

    looking: Looking
    cycle: Cycle
    run: RunMark
    scope: Scope
    objective: Objective | None
    situation: Situation | None


def asked_scope(request: TenantRequest, reach: Reach) -> Scope:
    """The person of the URL, else its team, else the reader's own. Http404 unknown, PermissionDenied out of reach."""
    person = asked_id(request, "person")
    if person is None:
        return Scope(team_id=asked_team(request, reach))
    if person not in reach.tree.people:
        raise Http404("person")
    if person not in reach.person_ids:
        raise PermissionDenied
    team = asked_id(request, "team")
    if team in reach.tree.teams and reach.tree.team_of.get(person) not in reach.tree.descendants(team):
        return Scope(team_id=asked_team(request, reach))  # another team was chosen since
    return Scope(person_id=person)


def scope_name(request: TenantRequest, reach: Reach, scope: Scope) -> str:
    if scope.person_id is not None:
        return reach.tree.people[scope.person_id].name
    return reach.tree.teams[scope.team_id].name if scope.team_id else request.organisation.name


def begin(looking: Looking, cycle: Cycle, run: RunMark, scope: Scope) -> Start:
    situation = queries.situation(cycle=cycle, run=run, scope=scope)
    return Start(looking, cycle, run, scope, queries.objective_of(cycle, scope), situation)


def answer_of(start: Start, document: domain.Scenario) -> tuple[Answer, Answer]:
    """Today's answer and that of a scenario; remembered, since scenarios are looked at again and again."""
    situation = start.situation
    assert situation is not None
    aim = target_of(start, document)
    own = None if start.objective is None or start.objective.target is None else float(start.objective.target)

    def work() -> tuple[Answer, Answer]:
        board = queries.board_of(situation)
        values = {
            key: one["value"]
            for key, one in document["levers"].items()
            if one["value"] is not None and key in board.keys
        }
        free = frozenset(key for key, one in document["levers"].items() if not one["locked"])
        wish = Wish(
            values,
            free,
            queries.mix_ratio(situation, document),
            aim if document["target"]["locked"] else None,
        )
        today, then = answers(board, situation.basis, situation.past, noise(), [wish], [own, aim])
        if situation.told is None:
            return today, then
        return situation.told.on(today, own), then if then.parts else situation.told.on(then, aim)

    asked = (start.scope.team_id, start.scope.person_id, start.cycle.pk, own, repr(document))
    return remember(work, name="what-if-answer", source=of_run(start.run), asked=asked)


def target_of(start: Start, document: domain.Scenario) -> float | None:
    typed = document["target"]["value"]
    if typed is not None:
        return float(typed)
    objective = start.objective
    return None if objective is None or objective.target is None else float(objective.target)


def scenarios_of(cycle: Cycle, scope: Scope) -> QuerySet[Scenario]:
    found: QuerySet[Scenario] = Scenario.objects.filter(
        cycle=cycle, team_id=scope.team_id, person_id=scope.person_id
    )
    return found.order_by("name")


def scope_options(request: TenantRequest, reach: Reach, scope: Scope) -> dict[str, Any]:
    """The teams, and the people of the chosen one."""
    team = reach.tree.team_of.get(scope.person_id) if scope.person_id else scope.team_id
    everyone = [{"value": "", "label": request.organisation.name, "selected": team is None}]
    teams = [
        {"value": one.id, "label": "\u2003" * depth + one.name, "selected": one.id == team}
        for depth, one in reach.teams
    ]
    _below, people = reach.below(team) if team else ([], [])
    whole = [{"value": "", "label": _("The whole team"), "selected": scope.person_id is None}]
    persons = [{"value": one.id, "label": one.name, "selected": one.id == scope.person_id} for one in people]
    return {
        "teams": (everyone if reach.sees_company else []) + teams,
        "persons": whole + persons if persons else [],
    }
