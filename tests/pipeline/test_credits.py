"""Who is credited with a deal that several people made: what may be agreed, and by whom."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from pipeline.actions import credits
from pipeline.domain.credit import UnfairShares, owners_rest, parts
from pipeline.models import CreditShare, Opportunity, OpportunityEvent
from pipeline.queries.credit import shares_of
from tenants.access import SYSTEM
from tenants.models import AuditEntry, Membership, Organisation, Person
from tenants.scope import tenant_scope
from tests import factories

TODAY = date(2026, 2, 10)
pytestmark = pytest.mark.django_db


@pytest.fixture
def carol_sells(atelier: Organisation, carol: Membership, bob: Membership) -> dict[str, Any]:
    """A deal of 10 000.00 that Carol owns in North, which Bob manages; Sofia is of South."""
    with factories.scope_of(atelier):
        manager = factories.person(atelier, "Bob", membership=bob)
        north = factories.team(atelier, "North", manager=manager)
        seller = factories.person(atelier, "Carol", team=north, membership=carol)
        sofia = factories.person(atelier, "Sofia", team=factories.team(atelier, "South"))
        deal = factories.opportunity(atelier, "D1", owner=seller, team=north)
        other = factories.opportunity(atelier, "D2", owner=sofia)
    return {"carol": seller, "sofia": sofia, "bob": manager, "deal": deal, "other": other}


def told(deal: Opportunity) -> dict[str, Decimal]:
    return {part.person.name if part.person else "owner": part.share for part in shares_of(deal)}


# What it comes to ---------------------------------------------------------------------------------------------


@given(
    amount=st.integers(-(10**12), 10**12),
    cuts=st.lists(st.integers(1, 10**6 - 1), unique=True, max_size=6).map(sorted),
)
def test_split_credit_adds_to_100_percent_to_the_cent(amount: int, cuts: list[int]) -> None:
    ends = [0, *cuts, 10**6]
    shares = {n: Decimal(b - a) / 10**6 for n, (a, b) in enumerate(pairwise(ends))}

    found = parts(amount, shares)

    assert sum(found.values()) == amount
    assert all(abs(found[n] - amount * share) < 1 for n, share in shares.items())


def test_the_cent_that_is_left_goes_to_the_largest_remainder() -> None:
    thirds = {"Carol": Decimal("0.333334"), "Sofia": Decimal("0.333333"), "Bob": Decimal("0.333333")}
    assert parts(100, thirds) == {"Carol": 34, "Sofia": 33, "Bob": 33}


@pytest.mark.parametrize("shares", [["0.6", "0.5"], ["0"], ["-0.1"], ["1.1"]])
def test_shares_that_are_no_fair_whole_are_refused(shares: list[str]) -> None:
    with pytest.raises(UnfairShares):
        owners_rest([Decimal(share) for share in shares])


# Agreeing -----------------------------------------------------------------------------------------------------


def test_the_owner_keeps_the_rest_when_nothing_is_said(carol_sells: dict[str, Any]) -> None:
    factories.shared(carol_sells["deal"], shares={carol_sells["sofia"]: "0.4"})

    with factories.scope_of(carol_sells["deal"].organisation):
        assert told(carol_sells["deal"]) == {"owner": Decimal("0.6"), "Sofia": Decimal("0.4")}


def test_the_last_agreement_is_in_force_and_the_others_are_kept(carol_sells: dict[str, Any]) -> None:
    deal, sofia, bob = carol_sells["deal"], carol_sells["sofia"], carol_sells["bob"]
    factories.shared(deal, shares={sofia: "0.4"})
    factories.shared(deal, shares={sofia: "0.25", bob: "0.25"}, owner=Decimal("0.5"))
    with factories.scope_of(deal.organisation):
        assert told(deal) == {"owner": Decimal("0.5"), "Bob": Decimal("0.25"), "Sofia": Decimal("0.25")}

    factories.shared(deal)

    with factories.scope_of(deal.organisation):
        assert told(deal) == {}
        assert CreditShare.objects.count() == 2 + 3 + 1


def test_an_agreement_is_an_event_of_the_deal_and_an_audit_row_with_before_and_after(
    carol_sells: dict[str, Any],
) -> None:
    deal, sofia = carol_sells["deal"], carol_sells["sofia"]
    factories.shared(deal, shares={sofia: "0.4"})
    factories.shared(deal, shares={sofia: "0.4"})  # nothing new: nothing written

    with factories.scope_of(deal.organisation):
        event = OpportunityEvent.objects.get(opportunity=deal)
        entry = AuditEntry.objects.get(verb="credit.share")
    assert (event.kind, event.changed, event.owner_id) == ("change", "credit", carol_sells["carol"].id)
    assert entry.detail == {"shares_before": {}, "shares": {str(sofia.id): 40.0, "owner": 60.0}}


def test_what_is_said_must_be_the_whole_deal(carol_sells: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as error:
        factories.shared(carol_sells["deal"], shares={carol_sells["sofia"]: "0.4"}, owner=Decimal("0.5"))
    assert error.value.message_dict["owner"] == [
        "The shares add up to 90%, not to the whole deal. Leave the owner's part empty to give the rest."
    ]


def test_a_manager_shares_the_deals_of_own_teams_only(carol_sells: dict[str, Any], bob: Membership) -> None:
    by = factories.actor(bob)
    with tenant_scope(bob.organisation_id):
        credits.share(
            opportunity=carol_sells["deal"], shares={carol_sells["sofia"]: Decimal("0.1")}, on=TODAY, by=by
        )
        with pytest.raises(PermissionDenied):
            credits.share(
                opportunity=carol_sells["other"],
                shares={carol_sells["carol"]: Decimal("0.1")},
                on=TODAY,
                by=by,
            )


def test_a_rep_shares_nothing(carol_sells: dict[str, Any], carol: Membership) -> None:
    with tenant_scope(carol.organisation_id), pytest.raises(PermissionDenied):
        credits.share(
            opportunity=carol_sells["deal"], shares={carol_sells["sofia"]: Decimal("0.1")}, on=TODAY,
            by=factories.actor(carol),
        )  # fmt: skip


# The page -----------------------------------------------------------------------------------------------------


def page(deal: Opportunity, member: Membership) -> Any:
    return factories.client_of(member).get(f"/o/atelier/opportunities/{deal.id}/")


def send(deal: Opportunity, member: Membership, **typed: str) -> Any:
    browser: Client = factories.client_of(member)
    return browser.post(f"/o/atelier/opportunities/{deal.id}/credit/", typed, follow=True)


def test_a_director_shares_a_deal_on_its_page(carol_sells: dict[str, Any], alice: Membership) -> None:
    answer = send(
        carol_sells["deal"], alice, owner="", person_0=str(carol_sells["sofia"].id), share_0="33,34 %"
    )

    assert answer.redirect_chain
    assert [(part["name"], part["amount_minor"]) for part in answer.context["credit"]] == [
        ("Carol", 666_600), ("Sofia", 333_400),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"share_0": "110"}, "share_0", "A share is more than nothing and at most the whole deal."),
        ({"share_0": "forty"}, "share_0", "This is not a percentage. Write it like 25, 25 % or 7,5."),
        ({"share_0": ""}, "share_0", "Say how much, in percent."),
        ({"person_0": "", "share_0": "40"}, "person_0", "Say whose share this is."),
        (
            {"share_0": "40", "owner": "40"},
            "owner",
            "The shares add up to 80%, not to the whole deal. Leave the owner's part empty to give the rest.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(
    carol_sells: dict[str, Any], alice: Membership, typed: dict[str, str], field: str, message: str
) -> None:
    sofia = str(carol_sells["sofia"].id)
    answer = send(carol_sells["deal"], alice, **{"owner": "", "person_0": sofia, **typed})

    form = answer.context["form"]
    assert answer.status_code == 422
    assert form.errors[field] == [message]
    assert all(form[name].value() == value for name, value in typed.items())


def test_who_may_not_share_sees_no_form_and_is_refused(
    carol_sells: dict[str, Any], carol: Membership, bob: Membership
) -> None:
    assert page(carol_sells["deal"], carol).context["form"] is None
    assert page(carol_sells["other"], bob).context["form"] is None
    assert send(carol_sells["deal"], carol).status_code == 403
    typed = {"person_0": str(carol_sells["carol"].id), "share_0": "10"}
    assert send(carol_sells["other"], bob, **typed).status_code == 403


def test_who_shares_a_deal_may_look_at_it(
    carol_sells: dict[str, Any], atelier: Organisation, carol: Membership
) -> None:
    assert page(carol_sells["other"], carol).status_code == 404

    factories.shared(carol_sells["other"], shares={carol_sells["carol"]: "0.5"})

    assert page(carol_sells["other"], carol).status_code == 200


def test_the_api_tells_who_is_credited(carol_sells: dict[str, Any], atelier: Organisation) -> None:
    factories.shared(carol_sells["deal"], shares={carol_sells["sofia"]: "0.4"})

    rows = factories.api_client(atelier).get("/api/v1/opportunities").json()["results"]

    found = {row["external_id"]: row["credit"] for row in rows}
    assert found["D2"] == []
    assert found["D1"] == [
        {"person": str(carol_sells["carol"].id), "share": "0.600000"},
        {"person": str(carol_sells["sofia"].id), "share": "0.400000"},
    ]


def test_sharing_with_oneself_is_not_sharing(carol_sells: dict[str, Any]) -> None:
    owner: Person = carol_sells["carol"]
    with factories.scope_of(owner.organisation), pytest.raises(ValidationError):
        credits.share(opportunity=carol_sells["deal"], shares={owner: Decimal("0.5")}, on=TODAY, by=SYSTEM)
