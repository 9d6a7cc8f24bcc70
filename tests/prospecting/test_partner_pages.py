"""The client's pages about its partners, the statement, and the partner's own home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from time_machine import travel

from pipeline.models import Company, Stage
from prospecting.actions import definitions, engagements, prices
from prospecting.actions.definitions import CriterionLine
from prospecting.actions.engagements import Terms
from prospecting.models import Definition, DefinitionVersion, Engagement, Meeting, Partner, Segment
from tenants.domain.roles import Role
from tests import factories
from tests.kept import kept
from tests.prospecting.room import Room
from tests.prospecting.room import room as furnished

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 2, 20, 9, tzinfo=UTC)
WINDOW = {"period": "3", "as_of": "2026-02-19"}


@kept
def standing() -> Room:
    with travel(LATER, tick=False):
        return furnished(factories.organisation())


@pytest.fixture
def room(standing: Room) -> Iterator[Room]:
    with travel(LATER, tick=False):
        yield standing


def url(name: str, **kwargs: object) -> str:
    return reverse(f"prospecting:{name}", kwargs={"organisation": "atelier", **kwargs})


def judged(room: Room) -> None:
    """Two accepted, one refused because nobody decides, one that waits, one whose host did not come."""
    hours = (timedelta(hours=hour) for hour in range(5))
    for verb in ("accept", "accept", "refuse"):
        unmet = {"unmet_id": room.criterion("Decides").id} if verb == "refuse" else {}
        room.say("rep", verb, room.held(starts_at=room.now + next(hours)), **unmet)
    room.held(starts_at=room.now + next(hours))
    room.say("partner", "no_show", room.book(starts_at=room.now + next(hours)), whose="host")


# The client's pages -----------------------------------------------------------------------------------------


def test_the_page_says_how_many_were_accepted_and_why_not_the_others(room: Room) -> None:
    judged(room)
    page = factories.client_of(room.members[Role.MANAGER]).get(
        url("engagement", engagement=room.engagement.id), WINDOW
    )
    assert page.context["sentence"].startswith(
        "Cold calls: 2 of 3 judged meetings accepted, estimated at 62% ("
    )
    assert page.context["unmet"] == [("Decides", 1)]
    acceptance, show, *_rest = page.context["cards"]
    assert (acceptance["count"], show["count"]) == (
        "2 of 3",
        "4 of 4",
    )  # the host's absence is not the partner's


def test_the_cost_of_an_accepted_meeting_is_its_price_and_the_part_of_the_month(room: Room) -> None:
    judged(room)
    with room.scope():
        prices.set_price(
            engagement=room.engagement, from_on=datetime(2026, 2, 6).date(), meeting_minor=0, month_minor=28_000,
            by=room.by("director"),
        )  # fmt: skip
    page = factories.client_of(room.members[Role.DIRECTOR]).get(
        url("engagement", engagement=room.engagement.id), WINDOW
    )
    # 2 × 300.00 and 14 days of February at 280.00 a month: 740.00.
    assert page.context["cards"][4]["value"] == "€370"


def test_the_figures_of_a_day_are_those_that_were_known_then(room: Room) -> None:
    judged(room)
    browser = factories.client_of(room.members[Role.DIRECTOR])
    before = browser.get(
        url("engagement", engagement=room.engagement.id), {"period": "3", "as_of": "2026-02-10"}
    )
    assert before.context["cards"][0]["count"] == "0 of 0"


def test_an_address_without_period_and_day_is_completed(room: Room) -> None:
    page = factories.client_of(room.members[Role.DIRECTOR]).get(url("partners"))
    assert page.url == url("partners") + "?period=6&as_of=2026-02-19"


def test_engagements_that_cannot_be_told_apart_are_not_ranked(room: Room) -> None:
    judged(room)
    with room.scope():
        engagements.create(
            partner=Partner.objects.get(),
            terms=Terms(name="Other", starts_on=LATER.date()),
            by=room.by("director"),
        )
    page = factories.client_of(room.members[Role.DIRECTOR]).get(url("partners"), WINDOW)
    assert page.context["sentence"] == "2 of 3 judged meetings accepted."
    assert len(page.context["rows"]) == 2


@pytest.mark.parametrize("role", [Role.REP, Role.PARTNER])
def test_salespeople_and_partners_do_not_see_what_partners_cost(room: Room, role: Role) -> None:
    browser = factories.client_of(room.members[role])
    assert browser.get(url("partners"), WINDOW).status_code == 403
    assert browser.get(url("engagement", engagement=room.engagement.id), WINDOW).status_code == 403


# The statement ----------------------------------------------------------------------------------------------


def statement(room: Room, role: Role, form: str) -> bytes:
    name = "partner_statement" if role is Role.PARTNER else "statement"
    answer = factories.client_of(room.members[role]).get(
        url(name, engagement=room.engagement.id, month="2026-02", form=form)
    )
    assert answer.status_code == 200
    return bytes(answer.content)


def test_client_and_partner_read_the_same_statement(room: Room) -> None:
    judged(room)
    text = statement(room, Role.DIRECTOR, "csv").decode()
    assert text == statement(room, Role.PARTNER, "csv").decode()
    assert text.count('"300.00","EUR"') == 2
    assert '"Monthly price"' in text


def test_a_company_name_that_is_a_formula_runs_nowhere(room: Room) -> None:
    with room.scope():
        evil = Company.objects.create(name="=1+1", key="11")
    room.say("rep", "accept", room.held(company=evil))
    assert '"\'=1+1"' in statement(room, Role.DIRECTOR, "csv").decode()


def test_the_pdf_is_one_with_names_of_every_kind(room: Room) -> None:
    with room.scope():
        odd = Company.objects.create(name="Ærø & Søn <b>Żółć</b>", key="aero")
    room.say("rep", "accept", room.held(company=odd))
    assert statement(room, Role.PARTNER, "pdf").startswith(b"%PDF-")


@pytest.mark.parametrize(("month", "form"), [("2026-13", "pdf"), ("february", "csv"), ("2026-02", "exe")])
def test_there_is_no_other_statement(room: Room, month: str, form: str) -> None:
    address = url("statement", engagement=room.engagement.id, month=month, form=form)
    assert factories.client_of(room.members[Role.DIRECTOR]).get(address).status_code == 404


# The partner's home -----------------------------------------------------------------------------------------


def test_the_partner_lands_on_the_month_against_its_path(room: Room) -> None:
    judged(room)
    with room.scope():
        Engagement.objects.update(monthly_accepted=10)
        Meeting.objects.update(in_target=True)
    browser = factories.client_of(room.members[Role.PARTNER])
    page = browser.get(browser.get("/o/atelier/").url)
    # February 2026 has 20 working days, 15 of them until Friday the 20th.
    assert page.context["sentence"] == "2 accepted of 10 this month, path 7.5. 1 refused: Decides."
    assert [line["meeting"].company_name for line in page.context["waiting"]] == ["Acme"]


def test_what_was_accepted_off_target_does_not_count(room: Room) -> None:
    with room.scope():  # Without any segment in use nothing is off target.
        Segment.objects.create(name="Elsewhere", key="elsewhere", rules=[])
    judged(room)
    with room.scope():
        Engagement.objects.update(monthly_accepted=10)
    page = factories.client_of(room.members[Role.PARTNER]).get(url("partner_home"))
    assert (page.context["home"].month.accepted, page.context["home"].month.off) == (0, 2)


def test_a_proposed_definition_is_shown_with_its_answers(room: Room) -> None:
    with room.scope():
        made = Definition.objects.get()
        draft = definitions.draft(definition=made, by=room.by("director"))
        definitions.edit(
            draft=draft, criteria=[CriterionLine("A budget")], demand="need", judge="host", credit_days=90,
            version=None, by=room.by("director"),
        )  # fmt: skip
        definitions.propose(draft=draft, version=None, by=room.by("director"), now=LATER)
    page = factories.client_of(room.members[Role.PARTNER]).get(url("partner_home"))
    assert page.context["home"].proposed.state == DefinitionVersion.State.PROPOSED
    assert "A budget" in page.content.decode()


@pytest.mark.parametrize(("setting", "steps"), [("nothing", 2), ("outcome", 4)])
def test_the_quality_loop_ends_where_disclosure_does(room: Room, setting: str, steps: int) -> None:
    meeting = room.say("rep", "accept", room.held())
    with room.scope():
        stage = Stage.objects.get(kind="won")
        deal = factories.opportunity(room.organisation, "D1", stage=stage, amount_minor=7_777_700)
        Meeting.objects.filter(pk=meeting.pk).update(opportunity=deal)
        engagements.change(
            engagement=room.engagement,
            terms=Terms(name="Cold calls", starts_on=room.engagement.starts_on, disclosure=setting),
            version=None,
            by=room.by("director"),
        )
    page = factories.client_of(room.members[Role.PARTNER]).get(url("partner_home"))
    assert len(page.context["loop"]["lines"]) == steps
    assert "77,777" not in page.content.decode()


def test_the_home_says_what_is_agreed(room: Room) -> None:
    with room.scope():
        food = Segment.objects.create(kind="segment", name="Food", key="food")
        Engagement.objects.update(segments=[food.id], channels=["phone", "email"])
    html = factories.client_of(room.members[Role.PARTNER]).get(url("partner_home")).content.decode()
    for said in (
        "300.00 for an accepted meeting",
        "Food",
        "Phone, e-mail",
        "2 working days; then it is accepted tacitly",
    ):
        assert said in html


def test_a_partner_without_an_engagement_reads_what_happens_next(room: Room) -> None:
    newcomer = factories.member(room.organisation, Role.PARTNER, name="Nina")
    page = factories.client_of(newcomer).get(url("partner_home"))
    assert "You work on no engagement here yet" in page.content.decode()


def test_the_home_asks_a_fixed_number_of_questions(room: Room, django_assert_max_num_queries: object) -> None:
    judged(room)
    browser = factories.client_of(room.members[Role.PARTNER])
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        browser.get(url("partner_home"))
