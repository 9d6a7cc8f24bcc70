"""The demo's partners: one firm is good, the other weakly qualified, and the figures make it visible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.generator import Tables
from demo.organisations import DEMOS
from demo.partners import engage
from demo.quarters import House
from demo.stories import STORIES
from pipeline.domain.importing.keys import normalise_key
from prospecting.domain.meetings import MOVES, State
from prospecting.domain.partner_figures import Rate
from prospecting.models import DefinitionVersion, Engagement, Meeting, MeetingEvent, Partner
from prospecting.queries import handover
from prospecting.queries.partners import report
from prospecting.views.partner_words import Words, comparison_sentence
from tenants.domain.roles import Role
from tenants.models import Organisation, Person, Team, TeamMembership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 17)


@dataclass(slots=True)
class Engaged:
    house: House
    asked: list[str]  # the statements that it took


@kept
def engaged() -> dict[str, Engaged]:
    """The partners of both demo organisations."""
    made = {}
    for slug in ("nordalys", "brightpath"):
        house = _house(slug)
        with tenant_scope(house.organisation.id), CaptureQueriesContext(connection) as asked:
            engage(house, password="for the demo")
        made[slug] = Engaged(house, [one["sql"] for one in asked])
    return made


@pytest.fixture(params=["nordalys", "brightpath"])
def loaded(request: pytest.FixtureRequest, engaged: dict[str, Engaged]) -> Iterator[Engaged]:
    one = engaged[request.param]
    with tenant_scope(one.house.organisation.id):
        yield one


def _house(slug: str) -> House:
    """A demo organisation without its imports: people, companies and opportunities of the last months."""
    demo = next(one for one in DEMOS if one.slug == slug)
    organisation: Organisation = factories.organisation(demo.slug, name=demo.name, currency=demo.currency)
    director = factories.member(organisation, Role.DIRECTOR)
    with tenant_scope(organisation.id):
        team = Team.objects.create(name="North", key="north")
        people = Person.objects.bulk_create(
            Person(name=one.name, key=normalise_key(one.name)) for one in demo.company.sellers
        )
        TeamMembership.objects.bulk_create(TeamMembership(person=one, team=team) for one in people)
        stages = factories.stages(organisation)
        for number in range(60):
            company = factories.company(organisation, f"Company {number}")
            kind = ("Prospecting", "Won", "Lost")[number % 3]
            factories.opportunity(
                organisation, f"D{number}", company=company, stage=stages[kind],
                created_on=TODAY - timedelta(days=3 * number),
            )  # fmt: skip
    return House(
        organisation, demo.company, Tables(*[None] * 5), TODAY, factories.actor(director), STORIES[demo.slug]  # type: ignore[list-item]
    )  # fmt: skip


def test_six_months_of_meetings_are_written_in_a_few_statements(loaded: Engaged) -> None:
    # Every action has its savepoint; what is counted is what it asks for.
    statements = [sql for sql in loaded.asked if not sql.startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= 205
    assert sum("prospecting_meeting" in one for one in statements) <= 36
    assert Meeting.objects.count() > 150
    first = Meeting.objects.order_by("starts_at").first()
    assert first is not None
    assert first.starts_at < datetime(2026, 1, 5, tzinfo=UTC)


def test_one_firm_is_good_and_the_other_visibly_not(loaded: Engaged) -> None:
    good, weak = Engagement.objects.order_by("monthly_accepted")
    told = report(loaded.house.organisation, [good, weak], first=None, as_of=TODAY - timedelta(days=1))
    acceptance = told.rates[told.rates["rate"] == Rate.ACCEPTANCE].set_index("engagement")
    assert acceptance.loc[weak.id, "high"] < acceptance.loc[good.id, "low"]
    said = comparison_sentence(told.rates, {good.id: "Good", weak.id: "Weak"}, Words("EUR", "en"))
    assert "Weak is accepted less often than Good" in said
    assert told.figures.loc[weak.id, "log_p50"] > told.figures.loc[good.id, "log_p50"]
    assert told.figures.loc[good.id, "won_minor"] > 0
    assert next(count for one, _label, count in told.unmet if one == weak.id) > 10


def test_the_house_prospects_too_by_its_own_definition(loaded: Engaged) -> None:
    own = list(Meeting.objects.filter(engagement=None).select_related("definition_version__definition"))
    assert {one.definition_version.definition.engagement_id for one in own} == {None}
    assert {one.price_minor for one in own} == {0}
    assert all(one.booked_by_id not in (None, one.host_id) for one in own)
    handed = handover.meetings(since=TODAY - timedelta(days=90), as_of=TODAY - timedelta(days=1)).own()
    assert handed.judged > 20
    assert 0.5 < handed.accepted / handed.judged < 0.95


def test_every_meeting_is_where_its_events_led(loaded: Engaged) -> None:
    last = {one.meeting_id: one for one in MeetingEvent.objects.order_by("at", "recorded_at")}
    assert {one.id: one.state for one in Meeting.objects.all()} == {
        meeting: event.after for meeting, event in last.items()
    }
    legal = {(one.verb, one.before, one.after) for one in MOVES} | {("book", "", State.BOOKED)}
    said = set(MeetingEvent.objects.values_list("verb", "before", "after"))
    assert said <= legal


def test_the_next_definition_waits_and_a_second_load_changes_nothing(loaded: Engaged) -> None:
    assert DefinitionVersion.objects.filter(state="proposed").count() == 1
    meetings = Meeting.objects.count()
    engage(loaded.house, password="for the demo")
    assert (Partner.objects.count(), Meeting.objects.count()) == (2, meetings)
