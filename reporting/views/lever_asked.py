"""What the pages of levers were asked: a place in the gap, what it is compared with, and by what it is opened."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from reporting.queries.lever_gap import BEFORE, PATH, TARGET, TEAM, Asked
from reporting.queries.lever_nodes import CHANNEL, OWNER, SEGMENT, Node
from reporting.queries.looking import Looking
from reporting.queries.reach import Reach, reach_of
from reporting.views.asked import asked_id, here, looking_at, state_query
from reporting.views.manager import asked_team
from tenants.access import TenantRequest

NONE_OF_THEM = "~"  # in a URL: the deals without segment or channel


@dataclass(frozen=True, slots=True)
class Question:
    """other: the team that `against` TEAM compares with. by: OWNER, SEGMENT or CHANNEL, "" for the first that opens."""

    looking: Looking
    reach: Reach
    node: Node
    against: str = PATH
    other: UUID | None = None
    by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether there is anything that the reader may see."""
        return self.reach.sees_company or self.node.team is not None or self.node.person is not None

    @property
    def asked(self) -> Asked:
        return Asked(self.against, self.node.team, self.other)

    @property
    def place(self) -> Node:
        """The node among the leaves: a comparison of two teams has leaves of its own."""
        return replace(self.node, team=None, person=None) if self.against == TEAM else self.node

    def query(self, **more: Any) -> str:
        """The query string of this question; of another one with other values (node, against, other, by), or more of them."""
        asked = replace(
            self, **{name: more.pop(name) for name in ("node", "against", "other", "by") if name in more}
        )
        node = asked.node
        values = {
            "team": node.team,
            "person": node.person,
            "segment": _written(node.segment),
            "channel": _written(node.channel),
            "against": str(asked.other) if asked.against == TEAM else asked.against,
            "by": asked.by,
        }
        return state_query(self.looking, **values, **more)


def question(request: TenantRequest, looking: Looking | None = None) -> Question:
    """Http404 for what does not exist, PermissionDenied for what is out of reach."""
    looking = looking or looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    person = _person(request, reach)
    team = asked_team(request, reach)
    against, other = _against(request, reach)
    if against == TEAM:
        team = team or _another(reach, other)
        against, other = (TEAM, other) if team is not None and team != other else (PATH, None)
    node = Node(
        team, person if against != TEAM else None, _market(request, "segment"), _market(request, "channel")
    )
    by = request.GET.get("by", "")
    return Question(looking, reach, node, against, other, by if by in (OWNER, SEGMENT, CHANNEL) else "")


def deals_urls(request: TenantRequest, asked: Question, node: Node) -> Callable[[str], str]:
    """Where the deals behind a lever of a place are, by lever."""
    place = here(request, "lever_deals") + asked.query(node=node, by="")
    return lambda lever: f"{place}&lever={quote_plus(lever)}"


def _person(request: TenantRequest, reach: Reach) -> UUID | None:
    person = asked_id(request, "person")
    if person is not None and person not in reach.tree.people:
        raise Http404("person")
    if person is not None and person not in reach.person_ids:
        raise PermissionDenied
    return person


def _against(request: TenantRequest, reach: Reach) -> tuple[str, UUID | None]:
    text = request.GET.get("against", PATH)
    if text in (PATH, TARGET, BEFORE):
        return text, None
    other = asked_id(request, "against")
    if other is None:
        return PATH, None
    if other not in reach.tree.teams:
        raise Http404("team")
    if other not in reach.team_ids:
        raise PermissionDenied
    return TEAM, other


def _another(reach: Reach, other: UUID | None) -> UUID | None:
    return next((team for team in comparable(reach, other)), None)


def comparable(reach: Reach, team: UUID | None) -> list[UUID]:
    """The teams within reach that share nobody with this one, in the order of the lists."""
    if team is None:
        return [one.id for _depth, one in reach.teams]
    mine = reach.tree.descendants(team) | {*reach.tree.ancestors(team)}
    return [one.id for _depth, one in reach.teams if one.id not in mine]


def _market(request: TenantRequest, name: str) -> str | None:
    text = request.GET.get(name, "")
    return None if not text else "" if text == NONE_OF_THEM else text


def _written(text: str | None) -> str | None:
    return NONE_OF_THEM if text == "" else text
