"""What the homes of people and managers show of the negotiation: what waits for them, and what they agreed on."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from objectives.domain.negotiation import Look
from objectives.models import Cycle
from objectives.queries.negotiations import Line, counts, of_person, of_team
from objectives.views.negotiations import reader_of, talk_card
from objectives.wording_negotiation import state_of, table_sentence
from tenants.access import TenantRequest
from tenants.views.answers import tenant_url

Card = dict[str, Any]  # of templates/objectives/_negotiation_cards.html


def person_cards(request: TenantRequest, person_id: UUID, day: date) -> list[Card]:
    """The talks about a person's share in the cycles that are not over on `day`. One query, two for a manager."""
    return [
        talk_card(request, line, timezone.localdate()) for line in _seen(request, of_person(person_id, day))
    ]


def team_cards(request: TenantRequest, team_id: UUID, day: date) -> list[Card]:
    """The talk about a team's share, and how far those with its people are, by cycle. One query, two for a manager."""
    found = _seen(request, of_team(team_id, day))
    cards = [
        talk_card(request, line, timezone.localdate()) for line in found if line.objective.team_id == team_id
    ]
    below: dict[UUID, list[Line]] = defaultdict(list)
    for line in found:
        if line.objective.team_id != team_id and line.objective.cycle.state == Cycle.State.DRAFT:
            below[line.objective.cycle_id].append(line)
    return cards + [_summary(request, lines) for lines in below.values()]


def _seen(request: TenantRequest, found: list[Line]) -> list[Line]:
    reader = reader_of(request)
    return [line for line in found if line.look != Look.WITHDRAWN and reader.sees(line.objective)]


def _summary(request: TenantRequest, lines: list[Line]) -> Card:
    """The talks with the people of a team, in a sentence; what waits for a decision comes first."""
    number = counts(lines)
    first = next((line for line in lines if line.look == Look.COUNTERED), lines[0])
    cycle = lines[0].objective.cycle
    return {
        "cycle": cycle.name,
        "owner": "",
        "sentence": table_sentence(number, None, request.organisation.currency),
        "state": state_of(first),
        "waits": first.look == Look.COUNTERED,
        "url": tenant_url(request, "objectives:negotiation", cycle=cycle.pk),
    }
