"""Any past day in the API: what there was, and how it stood, by what was told or decided by then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from objectives.models import Cycle, Objective, Revision, RevisionChange, Strategy
from reporting.actions import lever_actions
from reporting.domain.lever_actions import Verb
from tenants.access import SYSTEM
from tenants.models import Organisation
from tests import factories
from tests.reporting.builders import Quarter
from tests.reporting.test_lever_actions import planned

JANUARY, FEBRUARY, MARCH = (date(2026, month, 10) for month in (1, 2, 3))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def api(atelier: Organisation) -> Client:
    return factories.api_client(atelier)


def rows(api: Client, path: str, day: date | None = None, **query: Any) -> list[dict[str, Any]]:
    answer = api.get(f"/api/v1/{path}", query | ({} if day is None else {"as_of": day.isoformat()}))
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]  # type: ignore[no-any-return]


def test_an_opportunity_stands_where_it_stood_and_its_end_is_not_known_yet(
    atelier: Organisation, api: Client
) -> None:
    """Given a deal that was lost in February, with 0 as its value, then in January it is open at its old amount."""
    stages = factories.stages(atelier)
    lost = factories.opportunity(
        atelier, stage=stages["Lost"], amount_minor=0, closed_on=FEBRUARY, lost_reason="Too dear"
    )
    factories.event(lost, stages["Prospecting"], JANUARY, amount_minor=9_000_00)
    factories.event(lost, stages["Lost"], FEBRUARY)
    names = ("state", "stage_name", "amount", "closed_on", "lost_reason")

    [then], [at_the_close] = (rows(api, "opportunities", day) for day in (JANUARY, FEBRUARY))

    assert [then[name] for name in names] == ["open", "Prospecting", "9000.00", None, ""]
    assert [at_the_close[name] for name in names] == ["lost", "Lost", "9000.00", "2026-02-10", "Too dear"]
    assert [rows(api, "opportunities")[0][name] for name in names[:2]] == ["lost", "Lost"]


def test_the_pages_of_a_day_go_on_behind_their_cursor(atelier: Organisation, api: Client) -> None:
    for number in range(7):
        factories.event(factories.opportunity(atelier, f"OPP-{number}"), occurred_on=JANUARY)
    factories.event(factories.opportunity(atelier, "OPP-7"), occurred_on=MARCH)
    seen, url = [], f"/api/v1/opportunities?page_size=3&as_of={FEBRUARY}"
    while url:
        answer = api.get(url).json()
        seen += [row["external_id"] for row in answer["results"]]
        url = answer["next"]
    assert seen == [f"OPP-{number}" for number in range(7)]


def test_credit_is_that_agreed_by_the_day(atelier: Organisation, api: Client) -> None:
    sofia = factories.person(atelier, "Sofia")
    deal = factories.opportunity(atelier)
    factories.event(deal, occurred_on=JANUARY)
    factories.shared(deal, on=FEBRUARY, shares={sofia: "0.4"})  # recorded now
    assert rows(api, "opportunities")[0]["credit"] != []
    assert rows(api, "opportunities", MARCH)[0]["credit"] == []


def test_a_cycle_is_in_its_state_of_the_day(atelier: Organisation, api: Client) -> None:
    factories.cycle(
        atelier, state=Cycle.State.CLOSED, created_at=noon(date(2025, 12, 1)), activated_at=noon(date(2025, 12, 20)),
        closed_at=noon(MARCH), end_on=date(2026, 3, 1),
    )  # fmt: skip
    told = [
        [
            (row["state"], row["activated_at"] is None, row["closed_at"] is None)
            for row in rows(api, "cycles", day)
        ]
        for day in (date(2025, 11, 30), date(2025, 12, 19), FEBRUARY, MARCH)
    ]
    assert told == [[], [("draft", True, True)], [("active", False, True)], [("closed", False, False)]]
    assert rows(api, "cycles", FEBRUARY, state="closed") == []


def test_an_outcome_is_not_known_before_the_close(atelier: Organisation, api: Client) -> None:
    cycle = factories.cycle(
        atelier,
        state=Cycle.State.CLOSED,
        activated_at=noon(JANUARY),
        closed_at=noon(MARCH),
        end_on=date(2026, 3, 1),
    )
    outcome = {"actual": 1.0, "attainment": 0.5, "hit": False, "as_of": "2026-02-28"}
    made = factories.objective(cycle, state=Objective.State.CLOSED, outcome=outcome)
    factories.objective(cycle, "deals_won", target=3)  # a draft, whose past nothing tells
    with factories.scope_of(atelier):
        made.versions.create(organisation=atelier, number=1, from_on=cycle.start_on, target=made.target)

    told = [
        (row["state"], row["outcome"] is None)
        for day in (FEBRUARY, MARCH)
        for row in rows(api, "objectives", day)
    ]

    assert told == [("active", True), ("closed", False)]


def test_a_revision_is_proposed_until_it_is_decided(atelier: Organisation, api: Client) -> None:
    cycle = factories.cycle(atelier, state=Cycle.State.ACTIVE)
    parent = factories.objective(cycle, state=Objective.State.ACTIVE)
    carol = factories.person(atelier, "Carol")
    made = factories.objective(cycle, parent=parent, person=carol, state=Objective.State.ACTIVE)
    with factories.scope_of(atelier):
        revision = Revision.objects.create(
            cycle=cycle,
            kind=Revision.Kind.SCOPE,
            text="A newcomer",
            effective_on=FEBRUARY,
            proposed_at=noon(FEBRUARY),
        )
        RevisionChange.objects.create(
            revision=revision, objective=made, parent=parent, person=carol, after=1_000
        )
        revision.state, revision.decided_at, revision.decision = "approved", noon(MARCH), "Yes"
        revision.save()

    def told(day: date) -> list[Any]:
        return [
            (row["state"], row["decision"], row["changes"][0]["objective"])
            for row in rows(api, "revisions", day)
        ]

    assert told(JANUARY) == []
    assert told(FEBRUARY) == [("proposed", "", None)]
    assert told(MARCH) == [("approved", "Yes", str(made.id))]
    assert rows(api, "revisions", FEBRUARY, state="approved") == []


def test_a_version_of_the_strategy_is_there_once_it_is_written_or_has_begun(
    atelier: Organisation, api: Client
) -> None:
    with factories.scope_of(atelier):
        for number, starts_on, written in ((1, JANUARY, MARCH), (2, MARCH, FEBRUARY)):
            Strategy.objects.create(
                number=number,
                starts_on=starts_on,
                horizon_on=date(2028, 1, 1),
                created_at=noon(written),
                growth=100,
            )
    assert [[row["number"] for row in rows(api, "strategies", day)] for day in (JANUARY, FEBRUARY)] == [
        [1],
        [1, 2],
    ]


def test_a_lever_action_is_in_its_state_of_the_day(quarter: Quarter, api: Client) -> None:
    """Given one written in January, begun in February and abandoned in March, and one that never began."""
    with travel(noon(JANUARY), tick=False):
        begun, never = planned(quarter), planned(quarter)
    with factories.scope_of(quarter.organisation):
        for action, verb, day in (
            (begun, Verb.START, FEBRUARY),
            (begun, Verb.ABANDON, MARCH),
            (never, Verb.ABANDON, MARCH),
        ):
            with travel(noon(day), tick=False):
                lever_actions.move(action=action, verb=verb, today=day, by=SYSTEM, conclusion="Enough")

    def told(day: date, **query: Any) -> list[Any]:
        found = rows(api, "lever-actions", day, **query)
        return sorted(tuple(row[name] or "" for name in ("state", "over_on", "conclusion")) for row in found)

    assert told(date(2026, 1, 9)) == []
    assert told(JANUARY) == [("planned", "", "")] * 2
    assert told(date(2026, 3, 9)) == [("planned", "", ""), ("running", "", "")]
    assert told(date(2026, 3, 9), state="abandoned") == []
    assert told(MARCH) == [("abandoned", "2026-03-10", "Enough")] * 2


def test_facts_go_up_to_the_day(quarter: Quarter, api: Client) -> None:
    assert api.get("/api/v1/facts", {"as_of": "2026-01-05", "start": "2026-01-06"}).json()["results"] == []
