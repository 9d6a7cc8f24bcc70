"""Salespeople and their teams over time."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tenants.access import SYSTEM
from tenants.actions import people
from tenants.models import Membership, Organisation, Person, Team, TeamMembership
from tenants.scope import tenant_scope
from tests import factories

ClientOf = Callable[[Membership], Client]
MARCH, JUNE, SEPTEMBER = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)
FORM = {"name": "Léa Fontaine", "email": "", "profile": "senior", "fte": "0.8", "start_on": "", "end_on": ""}


def url(name: str, **kwargs: Any) -> str:
    return reverse(f"tenants:{name}", kwargs={"organisation": "atelier", **kwargs})


@pytest.fixture
def north(atelier: Organisation) -> Team:
    return factories.team(atelier, "North")


@pytest.fixture
def south(atelier: Organisation) -> Team:
    return factories.team(atelier, "South")


@pytest.fixture
def lea(atelier: Organisation, north: Team) -> Person:
    return factories.person(atelier, "Léa", team=north)


def stays(person: Person) -> list[tuple[str, date | None, date | None]]:
    with tenant_scope(person.organisation_id):
        known = TeamMembership.objects.filter(person=person).select_related("team")
        return sorted(
            ((stay.team.name, stay.start_on, stay.end_on) for stay in known),
            key=lambda stay: stay[1] or date.min,
        )


def move(person: Person, team: Team, start_on: date | None, end_on: date | None = None) -> None:
    with tenant_scope(person.organisation_id):
        people.move(person=person, team=team, start_on=start_on, end_on=end_on, by=SYSTEM)


def test_a_salesperson_is_added_in_a_team(
    atelier: Organisation, alice: Membership, north: Team, client_of: ClientOf
) -> None:
    client_of(alice).post(url("person_create"), {**FORM, "start_on": "2026-03-01", "team": north.id})
    with tenant_scope(atelier.id):
        person = Person.objects.get()
    assert (person.key, person.fte, person.profile) == ("leafontaine", Decimal("0.80"), "senior")
    assert stays(person) == [("North", MARCH, None)]


def test_a_decimal_comma_is_understood_in_french(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    alice.user.language = "fr"
    alice.user.save()
    client_of(alice).post(url("person_create"), {**FORM, "fte": "0,5"})
    with tenant_scope(atelier.id):
        assert Person.objects.get().fte == Decimal("0.50")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"fte": "0"}, "fte", id="no capacity"),
        pytest.param({"fte": "3"}, "fte", id="three people in one"),
        pytest.param({"start_on": "2026-03-01", "end_on": "2026-03-01"}, "end_on", id="ends as it starts"),
        pytest.param({"name": "lea FONTAINE"}, "name", id="name taken"),
        pytest.param({"email": "nothing"}, "email", id="no address"),
        pytest.param({"start_on": "31/02/2026"}, "start_on", id="no day"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    atelier: Organisation, alice: Membership, client_of: ClientOf, typed: dict[str, str], field: str
) -> None:
    factories.person(atelier, "Léa Fontaine")
    response = client_of(alice).post(url("person_create"), {**FORM, "name": "Somebody Else", **typed})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()


def test_details_are_changed(
    atelier: Organisation, alice: Membership, lea: Person, client_of: ClientOf
) -> None:
    client_of(alice).post(url("person", person=lea.id), {**FORM, "name": "Léa Petit"})
    with tenant_scope(atelier.id):
        lea.refresh_from_db()
    assert (lea.name, lea.key, lea.fte) == ("Léa Petit", "leapetit", Decimal("0.80"))


def test_a_move_ends_one_stay_and_begins_another(lea: Person, south: Team) -> None:
    move(lea, south, MARCH)
    assert stays(lea) == [("North", None, MARCH), ("South", MARCH, None)]


def test_a_move_from_the_page(alice: Membership, lea: Person, south: Team, client_of: ClientOf) -> None:
    client_of(alice).post(
        url("person_move", person=lea.id), {"team": south.id, "start_on": "2026-03-01", "end_on": ""}
    )
    assert stays(lea) == [("North", None, MARCH), ("South", MARCH, None)]


def test_a_later_stay_is_not_pushed_aside(
    alice: Membership, lea: Person, north: Team, south: Team, client_of: ClientOf
) -> None:
    move(lea, south, JUNE)
    typed = {"team": south.id, "start_on": "2026-03-01", "end_on": ""}
    response = client_of(alice).post(url("person_move", person=lea.id), typed)
    assert response.status_code == 422
    assert 'id="id_move_end_on_error"' in response.content.decode()
    assert stays(lea) == [("North", None, JUNE), ("South", JUNE, None)]


def test_a_stay_fits_before_a_later_one(atelier: Organisation, lea: Person, south: Team) -> None:
    west = factories.team(atelier, "West")
    move(lea, south, SEPTEMBER)
    move(lea, west, MARCH, SEPTEMBER)
    assert stays(lea) == [("North", None, MARCH), ("West", MARCH, SEPTEMBER), ("South", SEPTEMBER, None)]


@pytest.mark.parametrize(
    ("start_on", "end_on", "field"),
    [
        pytest.param(None, None, "start_on", id="since always over since always"),
        pytest.param(MARCH, MARCH, "end_on", id="ends as it starts"),
    ],
)
def test_a_move_that_cannot_be_names_its_field(
    lea: Person, south: Team, start_on: date | None, end_on: date | None, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        move(lea, south, start_on, end_on)
    assert list(refused.value.message_dict) == [field]


def test_a_move_to_the_present_team_is_refused(lea: Person, north: Team) -> None:
    with pytest.raises(ValidationError) as refused:
        move(lea, north, MARCH)
    assert list(refused.value.message_dict) == ["team"]


def test_a_second_move_on_the_same_day_is_refused(lea: Person, north: Team, south: Team) -> None:
    move(lea, south, MARCH)
    with pytest.raises(ValidationError) as refused:
        move(lea, north, MARCH)
    assert list(refused.value.message_dict) == ["start_on"]


def test_a_stay_entered_by_mistake_is_removed(
    atelier: Organisation, alice: Membership, lea: Person, south: Team, client_of: ClientOf
) -> None:
    move(lea, south, MARCH)
    with tenant_scope(atelier.id):
        stay = TeamMembership.objects.get(team=south)
    client_of(alice).post(url("stay_remove", person=lea.id, stay=stay.id))
    assert stays(lea) == [("North", None, MARCH)]


def test_the_list_leaves_out_those_who_left(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    factories.person(atelier, "Gone", end_on=date(2026, 1, 1))
    browser = client_of(alice)
    assert "Gone" not in browser.get(url("people")).content.decode()
    assert "Gone" in browser.get(url("people"), {"who": "everyone"}).content.decode()


def test_the_list_finds_a_part_of_a_name(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    for name in ("Hugo", "Inès"):
        factories.person(atelier, name)
    page = client_of(alice).get(url("people"), {"q": "hug"}).content.decode()
    assert "Hugo" in page
    assert "Inès" not in page


def test_a_person_of_another_organisation_is_not_found(
    rival: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    theirs = factories.person(rival, "Theirs")
    assert client_of(alice).get(url("person", person=theirs.id)).status_code == 404
