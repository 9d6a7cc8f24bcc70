"""What both sides call a good meeting: one side proposes, the other accepts, and then it never changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from prospecting.actions import definitions
from prospecting.actions.definitions import CriterionLine
from prospecting.actions.errors import StaleVersion
from prospecting.models import Criterion, DefinitionVersion
from tenants.domain.roles import Role
from tenants.models import AuditEntry
from tests import factories
from tests.factories import NOON
from tests.kept import kept
from tests.prospecting.room import CRITERIA, Room, definition, room

SOON = NOON + timedelta(hours=1)
ANSWERS: dict[str, Any] = {"demand": "timing", "judge": "manager", "credit_days": 60}


@kept
def house() -> Room:
    return room(factories.organisation())


def draft(house: Room, role: str = "manager") -> DefinitionVersion:
    with house.scope(role):
        return definitions.draft(definition=house.agreed.definition, by=house.by(role))


def propose(house: Room, role: str = "manager") -> DefinitionVersion:
    made = draft(house, role)
    with house.scope(role):
        definitions.edit(
            draft=made, criteria=CRITERIA[:2], version=made.version, by=house.by(role), **ANSWERS
        )
        return definitions.propose(draft=made, version=None, by=house.by(role), now=SOON)


def answer(house: Room, role: str, word: str, proposal: DefinitionVersion, **given: Any) -> DefinitionVersion:
    values = {"proposal": proposal, "version": None, "by": house.by(role), **given}
    with house.scope(role):
        said: DefinitionVersion = getattr(definitions, word)(**values)
    return said


def state(house: Room, version: DefinitionVersion) -> str:
    with house.scope():
        return str(DefinitionVersion.objects.get(pk=version.pk).state)


def test_a_draft_begins_as_a_copy_of_what_is_in_force(house: Room) -> None:
    made = draft(house)

    with house.scope():
        copied = [
            (one.label, one.is_required)
            for one in Criterion.objects.filter(definition_version=made).order_by("position")
        ]
    assert (made.number, made.demand, made.judge) == (2, "need", "host")
    assert copied == [("Has a need", True), ("Decides", True), ("Has a date", False)]


def test_one_version_is_in_the_making_at_a_time(house: Room) -> None:
    assert draft(house).pk == draft(house, "director").pk
    with pytest.raises(ValidationError, match="other side"):
        draft(house, "partner")


def test_what_one_side_proposes_the_other_accepts_and_it_takes_the_place_of_the_former(house: Room) -> None:
    proposal = propose(house)

    accepted = answer(house, "partner", "accept", proposal, now=SOON)

    assert (accepted.client_accepted_by, accepted.source_accepted_by) == (
        house.members[Role.MANAGER].id,
        house.members[Role.PARTNER].id,
    )
    assert (state(house, accepted), state(house, house.agreed)) == ("accepted", "superseded")
    with house.scope():
        verbs = set(AuditEntry.objects.filter(object_id=accepted.pk).values_list("verb", flat=True))
    assert verbs == {"definition.draft", "definition.edit", "definition.propose", "definition.accept"}


def test_a_partner_proposes_and_the_client_accepts(house: Room) -> None:
    proposal = propose(house, "partner")

    assert answer(house, "manager", "accept", proposal, now=SOON).state == "accepted"


@pytest.mark.parametrize(
    ("proposer", "other"), [("manager", "director"), ("manager", "rep"), ("partner", "partner")]
)
def test_nobody_accepts_for_the_other_side(house: Room, proposer: str, other: str) -> None:
    proposal = propose(house, proposer)

    with pytest.raises(PermissionDenied):
        answer(house, other, "accept", proposal, now=SOON)


@pytest.mark.parametrize(("proposer", "other"), [("manager", "partner"), ("partner", "director")])
def test_a_proposal_that_is_sent_back_is_a_draft_with_the_reason(
    house: Room, proposer: str, other: str
) -> None:
    proposal = propose(house, proposer)
    with pytest.raises(ValidationError, match="Say why"):
        answer(house, other, "reject", proposal, reason=" ")

    answer(house, other, "reject", proposal, reason="Too many criteria")

    with house.scope(proposer):
        back = DefinitionVersion.objects.get(pk=proposal.pk)
    assert (back.state, back.rejection, back.client_accepted_at) == ("draft", "Too many criteria", None)


def test_a_partner_sees_no_draft_of_the_client(house: Room) -> None:
    made = draft(house)

    with house.scope("partner"):
        assert set(DefinitionVersion.objects.values_list("number", flat=True)) == {1}
    assert made.number == 2


def test_who_proposed_takes_it_back_to_change_it(house: Room) -> None:
    proposal = propose(house)
    with pytest.raises(ValidationError, match="Only a draft"), house.scope():
        definitions.edit(draft=proposal, criteria=CRITERIA, version=None, by=house.by("manager"), **ANSWERS)

    assert answer(house, "manager", "withdraw", proposal).state == "draft"


def test_the_internal_definition_is_accepted_by_somebody_who_books(house: Room) -> None:
    with house.scope("manager"):
        made = definitions.open_definition(engagement=None, name="Own", by=house.by("manager"))
        version = definitions.draft(definition=made, by=house.by("manager"))
        definitions.edit(draft=version, criteria=CRITERIA, version=None, by=house.by("manager"), **ANSWERS)
        definitions.propose(draft=version, version=None, by=house.by("manager"), now=SOON)

    for role in ("manager", "partner", "marketing"):
        with pytest.raises((PermissionDenied, DefinitionVersion.DoesNotExist)):
            answer(house, role, "accept", version, now=SOON)
    assert answer(house, "rep", "accept", version, now=SOON).state == "accepted"


def test_what_was_read_before_somebody_changed_it_is_refused(house: Room) -> None:
    made = draft(house)
    with house.scope():
        by = house.by("director")
        definitions.edit(draft=made, criteria=CRITERIA, version=0, by=by, **ANSWERS)
        with pytest.raises(StaleVersion):
            definitions.edit(draft=made, criteria=CRITERIA, version=0, by=by, **ANSWERS)


@pytest.mark.parametrize(
    "criteria",
    [
        pytest.param([CriterionLine(" ")], id="without words"),
        pytest.param([CriterionLine("Need"), CriterionLine("need ")], id="twice the same"),
        pytest.param([CriterionLine(f"C{n}") for n in range(21)], id="too many"),
    ],
)
def test_criteria_that_cannot_be_judged_are_refused(house: Room, criteria: list[CriterionLine]) -> None:
    made = draft(house)
    with pytest.raises(ValidationError), house.scope():
        definitions.edit(draft=made, criteria=criteria, version=None, by=house.by("manager"), **ANSWERS)


def test_a_proposal_needs_a_required_criterion(house: Room) -> None:
    made = draft(house)
    bonus = [CriterionLine("A date", is_required=False)]
    with house.scope():
        definitions.edit(draft=made, criteria=bonus, version=None, by=house.by("manager"), **ANSWERS)
    with house.scope(), pytest.raises(ValidationError, match="required"):
        definitions.propose(draft=made, version=None, by=house.by("manager"), now=SOON)


def test_the_database_keeps_what_was_agreed(house: Room) -> None:
    attacks = (
        lambda: DefinitionVersion.objects.filter(pk=house.agreed.pk).update(credit_days=1),
        lambda: Criterion.objects.filter(definition_version=house.agreed).update(label="Else"),
        lambda: Criterion.objects.create(definition_version=house.agreed, position=9, label="More"),
        lambda: Criterion.objects.filter(definition_version=house.agreed).delete(),
    )
    with house.scope():
        for attack in attacks:
            with pytest.raises(DatabaseError), transaction.atomic():
                attack()


# The pages ---------------------------------------------------------------------------------------------------


def post(house: Room, role: str, path: str, **data: Any) -> Any:
    client = factories.client_of(house.members[Role(role)])
    return client.post(f"/o/atelier/definitions/{path}", data)


def test_a_manager_writes_and_proposes_and_the_partner_accepts_on_its_page(house: Room) -> None:
    began = post(house, "manager", f"{house.agreed.definition_id}/draft/")
    form = {
        **{
            "version": "0",
            "demand": "need",
            "judge": "host",
            "credit_days": "90",
            "rows": "2",
            "propose": "1",
        },
        **{"label-0": "Second", "kind-0": "bonus", "order-0": "2"},
        **{"label-1": "First", "kind-1": "required", "order-1": "1", "evidence-1": "A mail"},
    }
    made = began.url.rstrip("/").rsplit("/", 1)[1]
    assert post(house, "manager", f"versions/{made}/", **form).status_code == 302

    client = factories.client_of(house.members[Role.PARTNER])
    html = client.get(f"/o/atelier/definitions/{house.agreed.definition_id}/").content.decode()
    assert html.index("First") < html.index("Second")
    assert f"versions/{made}/accept/" in html
    with house.scope():
        read = DefinitionVersion.objects.get(pk=made).version
    assert post(house, "partner", f"versions/{made}/accept/", version=read).status_code == 302
    with house.scope():
        assert DefinitionVersion.objects.get(pk=made).state == "accepted"


def test_a_stale_page_shows_how_it_stands(house: Room) -> None:
    proposal = propose(house)

    response = post(house, "partner", f"versions/{proposal.pk}/accept/", version=0)

    assert response.status_code == 409
    assert "Somebody else was quicker" in response.content.decode()


def test_the_list_says_what_is_in_force_and_what_is_missing(house: Room) -> None:
    with house.scope():
        definition(None)
    client = factories.client_of(house.members[Role.DIRECTOR])
    html = client.get("/o/atelier/definitions/").content.decode()
    assert html.count("version 1") == 2
    assert "Write it for" not in html
