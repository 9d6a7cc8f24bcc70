"""Typing what no data measures yet: by whom, when, how much, and what stays readable."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from time_machine import travel

from objectives.actions import progress
from objectives.models import Objective, Progress
from tenants.models import AuditEntry, Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.prospecting import logged

pytestmark = pytest.mark.django_db

TODAY = date(2026, 2, 10)


@pytest.fixture
def house(atelier: Organisation, carol: Membership, bob: Membership) -> dict[str, Objective]:
    """Carol of North, which Bob manages, and Sofia of South, each with 40 meetings to hold in an active quarter."""
    with factories.scope_of(atelier):
        manager = factories.person(atelier, "Bob", membership=bob)
        north = factories.team(atelier, "North", manager=manager)
        seller = factories.person(atelier, "Carol", team=north, membership=carol)
        sofia = factories.person(atelier, "Sofia", team=factories.team(atelier, "South"))
        cycle = factories.cycle(atelier, state="active")
        made = {
            name: factories.objective(cycle, "meetings_held", person=person, target=40, state="active")
            for name, person in (("carol", seller), ("sofia", sofia))
        }
        made["revenue"] = factories.objective(cycle, person=seller, target=40, state="active")
        made["team"] = factories.objective(cycle, "meetings_held", team=north, target=80, state="active")
    return made


def say(objective: Objective, by: Membership, value: Any = 12, day: date = TODAY, **given: Any) -> Progress:
    with tenant_scope(by.organisation_id):
        return progress.type_value(
            objective=objective,
            value=Decimal(str(value)),
            day=day,
            today=TODAY,
            by=factories.actor(by),
            **given,
        )


def test_a_value_is_kept_with_who_typed_it_and_the_trail_tells(
    house: dict[str, Objective], carol: Membership
) -> None:
    typed = say(house["carol"], carol, 12, note=" Two fairs ")
    assert (int(typed.value), typed.day, typed.note, typed.actor_id) == (12, TODAY, "Two fairs", carol.id)
    with tenant_scope(carol.organisation_id):
        entry = AuditEntry.objects.get(verb="progress.type")
    assert entry.detail == {"day": "2026-02-10", "value": 12.0}


def test_a_value_may_be_corrected_downwards_and_both_stay(
    house: dict[str, Objective], carol: Membership
) -> None:
    say(house["carol"], carol, 12)
    say(house["carol"], carol, 11)
    with tenant_scope(carol.organisation_id):
        assert [row.value for row in Progress.objects.all()] == [12, 11]


@pytest.mark.parametrize(
    ("value", "day", "field", "message"),
    [
        (-1, TODAY, "value", "What was done is not less than nothing."),
        (1.5, TODAY, "value", "This is counted in whole numbers."),
        (10**9, TODAY, "value", "This is more than anybody does: is there a digit too many?"),
        (1, date(2026, 2, 11), "day", "This day is still to come."),
        (1, date(2025, 12, 31), "day", "The cycle goes from 1 Jan 2026 to 31 Mar 2026."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    house: dict[str, Objective], carol: Membership, value: float, day: date, field: str, message: str
) -> None:
    with pytest.raises(ValidationError) as error:
        say(house["carol"], carol, value, day)
    assert error.value.message_dict == {field: [message]}


def test_what_is_measured_is_not_typed(house: dict[str, Objective], carol: Membership) -> None:
    with pytest.raises(ValidationError, match="nobody types it"):
        say(house["revenue"], carol)


def test_prospecting_is_not_typed_any_more_once_something_is_logged_in_the_cycle(
    house: dict[str, Objective], atelier: Organisation, carol: Membership
) -> None:
    say(house["carol"], carol, 12)
    logged.meeting(atelier, date(2026, 1, 20))

    with pytest.raises(ValidationError, match="activities and meetings logged in this cycle"):
        say(house["carol"], carol, 13)
    page = factories.client_of(carol).get(address(house["carol"]))
    assert (page.context["is_logged"], page.context["progress_url"]) == (True, "")
    assert [line["value"] for line in page.context["typed"]] == ["12"]  # it stays readable
    assert "they count, and what was typed before stays readable" in page.text


def test_a_draft_or_a_closed_cycle_takes_no_values(atelier: Organisation, alice: Membership) -> None:
    with factories.scope_of(atelier):
        draft = factories.objective(factories.cycle(atelier), "meetings_held", target=40)
    with pytest.raises(ValidationError, match="while the cycle is active"):
        say(draft, alice)


def test_each_types_what_they_answer_for(
    house: dict[str, Objective], alice: Membership, bob: Membership, carol: Membership
) -> None:
    say(house["sofia"], alice)
    say(house["carol"], bob)
    say(house["team"], bob)
    for objective, member in (("sofia", bob), ("sofia", carol), ("team", carol)):
        with pytest.raises(PermissionDenied):
            say(house[objective], member)


@pytest.mark.parametrize("role", ["adviser", "marketing", "partner", "administrator"])
def test_other_roles_type_nothing(house: dict[str, Objective], atelier: Organisation, role: str) -> None:
    with pytest.raises(PermissionDenied):
        say(house["carol"], factories.member(atelier, role))


# The page -----------------------------------------------------------------------------------------------------


def address(objective: Objective) -> str:
    return f"/o/atelier/objectives/objective/{objective.pk}/progress/"


@travel("2026-02-10 09:00:00+00:00", tick=False)
def test_a_rep_types_and_goes_back_to_where_the_form_was(
    house: dict[str, Objective], carol: Membership
) -> None:
    browser = factories.client_of(carol)
    answer = browser.post(
        address(house["carol"]), {"value": "1 2", "day": "2026-02-09", "note": "", "next": "/o/atelier/rep/"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/o/atelier/rep/")

    page = browser.get(address(house["carol"]))
    (line,) = page.context["typed"]
    assert (line["value"], line["row"].who) == ("12", "Carol")


@travel("2026-02-10 09:00:00+00:00", tick=False)
def test_the_objectives_page_lists_what_was_typed_with_the_form(
    house: dict[str, Objective], alice: Membership, carol: Membership
) -> None:
    say(house["carol"], carol, 5, date(2026, 1, 20))
    say(house["carol"], carol, 12)

    page = factories.client_of(alice).get(f"/o/atelier/objectives/objective/{house['carol'].pk}/")

    assert [(line["value"], line["difference"]) for line in page.context["typed"]] == [
        ("12", "+7"),
        ("5", ""),
    ]
    assert page.context["progress_url"] == address(house["carol"])


@travel("2026-02-10 09:00:00+00:00", tick=False)
@pytest.mark.parametrize(
    ("typed", "field"),
    [({"value": "a dozen"}, "value"), ({"value": "-3"}, "value"), ({"day": "2026-03-01"}, "day")],
)
def test_what_is_wrong_is_said_at_the_field_and_stays(
    house: dict[str, Objective], carol: Membership, typed: dict[str, str], field: str
) -> None:
    sent = {"value": "12", "day": "2026-02-10", **typed}
    answer = factories.client_of(carol).post(address(house["carol"]), sent)
    assert answer.status_code == 422
    form = answer.context["progress_form"]
    assert list(form.errors) == [field]
    assert form[field].value() == sent[field]


def test_somebody_elses_objective_is_not_found(house: dict[str, Objective], carol: Membership) -> None:
    browser = factories.client_of(carol)
    assert browser.get(address(house["sofia"])).status_code == 404
    assert browser.get(address(house["revenue"])).status_code == 404  # nothing is typed of it


def test_what_was_typed_is_read_in_a_fixed_number_of_queries(
    house: dict[str, Objective], carol: Membership, django_assert_num_queries: Any
) -> None:
    browser = factories.client_of(carol)
    browser.get(address(house["carol"]))
    for count in (3, 30):
        for number in range(count):
            say(house["carol"], carol, number)
        with django_assert_num_queries(14):  # one asks whether anything is logged in the cycle
            browser.get(address(house["carol"]))
