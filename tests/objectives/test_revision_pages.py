"""The pages of revisions: what may be proposed and by whom, what is shown, what is kept."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from objectives.actions import revisions
from objectives.models import Objective, Revision
from tenants.access import SYSTEM
from tenants.models import Membership, Organisation, User
from tenants.scope import tenant_scope
from tests import factories
from tests.objectives.promised import NO_CHAIN, NOW, Promised, ask, promised

REASON = {"kind": "market_event", "effective_on": "2026-02-10", "text": "A competitor left."}


@pytest.fixture
def tree(atelier: Organisation) -> Promised:
    return promised(atelier)


@pytest.fixture
def browser(alice: Membership) -> Client:
    return factories.client_of(alice)


def at(made: Promised, name: str = "North", page: str = "revise/") -> str:
    return f"/o/atelier/objectives/objective/{made.rows[name].pk}/{page}"


def of(revision: Revision, act: str = "") -> str:
    return f"/o/atelier/objectives/revisions/{revision.pk}/{act}"


def listed(made: Promised) -> str:
    return f"/o/atelier/objectives/{made.cycle.pk}/revisions/"


def seen(text: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', text)
    assert found
    return found.group(1)


def proposal(made: Promised, name: str, target: int, **given: Any) -> Revision:
    with tenant_scope(made.organisation.id):
        return ask(made, name, target, **given)


def target_of(made: Promised, name: str) -> int:
    with tenant_scope(made.organisation.id):
        return made.target(name)


def everything() -> list[Revision]:
    with tenant_scope(UUID(str(Organisation.objects.get(slug="atelier").pk))):
        return list(Revision.objects.all())


def test_the_effect_is_looked_at_first_then_proposed_then_approved(tree: Promised, browser: Client) -> None:
    page = browser.get(at(tree))
    assert "€400,000" in page.text

    looked = browser.post(at(tree), {**REASON, "target": "440k", "below": "on", "step": "look"})
    assert looked.status_code == 200
    assert everything() == []
    for amount in ("€440,000", "+€25,000", "+€15,000", "€275,000", "€165,000"):
        assert amount in looked.text

    data = {**REASON, "target": "440k", "below": "on", "step": "propose", "seen": seen(looked.text)}
    made = browser.post(at(tree), data, follow=True)
    (revision,) = everything()
    assert made.redirect_chain == [(of(revision), 302)]
    assert "A competitor left." in made.text
    assert target_of(tree, "North") == 40_000_000

    done = browser.post(of(revision, "approve/"), {"text": "Agreed."}, follow=True)
    assert "Agreed." in done.text
    assert (target_of(tree, "North"), target_of(tree, "Ann")) == (44_000_000, 27_500_000)


def test_what_is_proposed_without_the_look_is_shown_first(tree: Promised, browser: Client) -> None:
    answer = browser.post(at(tree), {**REASON, "target": "440k", "step": "propose"})

    assert answer.status_code == 409
    assert everything() == []
    assert seen(answer.text)
    assert "A competitor left." in answer.text


def test_being_behind_proposes_nothing_and_leads_to_the_levers(tree: Promised, browser: Client) -> None:
    places = {
        "company": f"?cycle={tree.cycle.pk}",
        "North": f"?cycle={tree.cycle.pk}&team={tree.teams['North'].pk}",
        "Ann": f"?cycle={tree.cycle.pk}&person={tree.people['Ann'].pk}",
    }
    for name, place in places.items():
        answer = browser.post(at(tree, name), {"kind": "behind", "step": "look"})
        assert answer.status_code == 302
        page, query = answer["Location"].split("?")
        assert (page.startswith("/o/atelier/analysis/"), f"?{query}") == (True, place)

    assert "not the ambition" in browser.get(answer["Location"], follow=True).text
    assert everything() == []


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"target": "-5"}, "not negative"),
        ({"target": "a lot"}, "not an amount"),
        ({"target": "9999999999999"}, "too large"),
        ({"target": "400000"}, "already"),
        ({"target": ""}, "required"),
        ({"effective_on": "2026-04-01"}, "day of the cycle"),
        ({"text": ""}, "required"),
        ({"kind": ""}, "required"),
        ({"target": "1", "above": "moves", "below": "on"}, "A competitor left."),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(
    tree: Promised, browser: Client, typed: dict[str, str], message: str
) -> None:
    data = {**REASON, "target": "440k", "step": "propose", "seen": "x", **typed}
    answer = browser.post(at(tree), data)

    assert answer.status_code in (409, 422)
    assert message in answer.text
    assert everything() == []


def test_what_would_fall_below_zero_is_named(tree: Promised, browser: Client) -> None:
    with tenant_scope(tree.organisation.id):
        revisions.approve(revision=ask(tree, "North", 1_000_000), by=SYSTEM, now=NOW)

    answer = browser.post(at(tree, "Ann"), {**REASON, "target": "0", "above": "moves", "step": "look"})

    assert answer.status_code == 422
    assert "North would fall below zero" in answer.text


def test_a_stale_approval_shows_the_others_change_and_keeps_the_revision(
    tree: Promised, browser: Client
) -> None:
    late = proposal(tree, "North", 30_000_000)
    with tenant_scope(tree.organisation.id):
        revisions.approve(revision=ask(tree, "North", 44_000_000), by=SYSTEM, now=NOW)

    answer = browser.post(of(late, "approve/"), {"text": "Yes, do it."})

    assert answer.status_code == 409
    assert "€440,000 by now" in answer.text
    assert "Yes, do it." in answer.text
    assert [one.state for one in everything() if one.pk == late.pk] == ["proposed"]
    again = browser.get(f"{at(tree)}?again={late.pk}").text
    assert "A competitor left." in again
    assert 'value="300,000"' in again


def test_a_refusal_needs_its_reason(tree: Promised, browser: Client) -> None:
    revision = proposal(tree, "North", 44_000_000)

    assert browser.post(of(revision, "refuse/"), {"text": ""}).status_code == 422
    assert "Not now." in browser.post(of(revision, "refuse/"), {"text": "Not now."}, follow=True).text


def test_what_was_decided_meanwhile_is_said(tree: Promised, browser: Client) -> None:
    revision = proposal(tree, "North", 44_000_000)
    browser.post(of(revision, "refuse/"), {"text": "No."})

    assert "decided meanwhile" in browser.post(of(revision, "approve/"), {}, follow=True).text


def test_who_proposed_takes_it_back(tree: Promised, browser: Client, alice: Membership) -> None:
    own = proposal(tree, "North", 44_000_000, by=factories.actor(alice))
    other = proposal(tree, "North", 45_000_000)

    browser.post(of(own, "withdraw/"))
    browser.post(of(other, "withdraw/"))

    assert {one.pk: one.state for one in everything()} == {own.pk: "withdrawn", other.pk: "proposed"}


def test_the_list_begins_with_what_waits(tree: Promised, browser: Client) -> None:
    waits = proposal(tree, "North", 44_000_000)
    refused = proposal(tree, "South", 21_000_000)
    browser.post(of(refused, "refuse/"), {"text": "No."})

    text = browser.get(listed(tree)).text
    assert text.index(of(waits)) < text.index(of(refused))
    assert "1 revision of Q1 2026" in browser.get("/o/atelier/director/", follow=True).text


def test_a_rep_sees_and_proposes_the_own_and_nobody_elses(tree: Promised, carol: Membership) -> None:
    with tenant_scope(tree.organisation.id):
        tree.people["Ann"].membership = carol
        tree.people["Ann"].save()
    rep = factories.client_of(carol)
    everybodys = proposal(tree, "company", 66_000_000, below=True)
    others = proposal(tree, "South", 21_000_000)

    page = rep.get(of(everybodys)).text
    assert "Ann" in page
    assert "Bea" not in page
    assert "the sales director sees them" in page
    assert rep.get(of(others)).status_code == 404
    assert rep.get(at(tree, "Bea")).status_code == 404
    assert rep.get(at(tree, "Ann")).status_code == 200
    assert rep.post(of(everybodys, "approve/"), {}).status_code == 403
    text = rep.get(listed(tree)).text
    assert of(everybodys) in text
    assert of(others) not in text
    assert at(tree, "Ann") in text


def test_a_manager_proposes_for_the_own_team(tree: Promised, bob: Membership) -> None:
    with tenant_scope(tree.organisation.id):
        boss = factories.person(tree.organisation, "Bob", membership=bob)
        tree.teams["North"].manager = boss
        tree.teams["North"].save()
    manager = factories.client_of(bob)

    assert manager.get(at(tree, "Bea")).status_code == 200
    assert manager.get(at(tree, "North")).status_code == 200
    assert manager.get(at(tree, "Cai")).status_code == 404
    assert manager.get(at(tree, "company")).status_code == 404


def test_an_adviser_reads_and_does_not_propose(tree: Promised) -> None:
    adviser = factories.client_of(factories.member(tree.organisation, "adviser"))

    assert adviser.get(at(tree)).status_code == 200
    assert adviser.post(at(tree), {**REASON, "target": "1"}).status_code == 403
    assert adviser.get(listed(tree)).status_code == 200


def test_a_draft_has_no_revision(tree: Promised, browser: Client) -> None:
    with tenant_scope(tree.organisation.id):
        draft = factories.cycle(tree.organisation, "Q2", start_on=date(2026, 4, 1), end_on=date(2026, 7, 1))
        tree.rows["draft"] = factories.objective(draft)

    assert browser.get(at(tree, "draft")).status_code == 302


def test_it_reads_in_french(tree: Promised, browser: Client, alice: Membership) -> None:
    User.objects.filter(pk=alice.user_id).update(language="fr")

    looked = browser.post(at(tree), {**REASON, "target": "440 000", "step": "look"}).text

    for words in ("Proposer cette révision", "Avant", "Après", "440 000"):
        assert words in " ".join(looked.split())


# Any past day --------------------------------------------------------------------------------------------------


def test_a_past_day_is_shown_as_it_was_with_every_version(tree: Promised, browser: Client) -> None:
    with tenant_scope(tree.organisation.id):
        revisions.approve(revision=ask(tree, "North", 44_000_000), by=SYSTEM, now=NOW)

    now = browser.get(at(tree, page="")).text
    then = browser.get(at(tree, page="") + "?as_of=2026-01-31").text

    assert "€440,000" in now
    assert "+€40,000" in now
    assert "As it was on 31 January 2026." in then
    assert '<p class="stat-value">€400,000</p>' in then
    review = f"/o/atelier/objectives/{tree.cycle.pk}/review/"
    assert "€440,000" in browser.get(review).text
    past = browser.get(review + "?as_of=2026-01-31").text
    assert "€440,000" not in past
    assert f"{tree.rows['North'].pk}/?as_of=2026-01-31" in past
    rows = browser.get(at(tree, "company", "children/") + "?as_of=2026-01-31").text
    assert "€400,000" in rows


@pytest.mark.parametrize("day", ["2025-12-31", "2999-01-01", "yesterday", "2026-02-31"])
def test_a_day_that_cannot_be_shown_gives_the_present(tree: Promised, browser: Client, day: str) -> None:
    answer = browser.get(at(tree, page="") + f"?as_of={day}")

    assert answer.status_code == 200
    assert "As it was on 3" not in answer.text


# People ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def running(atelier: Organisation) -> Promised:
    """The tree in a cycle that runs today; Ann has left, Dora has joined North."""
    made = promised(atelier)
    today = timezone.localdate()
    with tenant_scope(atelier.id):
        later = factories.cycle(
            atelier,
            "Now",
            start_on=today - timedelta(days=30),
            end_on=today + timedelta(days=30),
            state="active",
        )
        factories.plan(later, revenue_minor=60_000_000, result=NO_CHAIN)
        rows: dict[str, Objective] = {}
        for name, parent in (("company", ""), ("North", "company"), ("Ann", "North"), ("Bea", "North")):
            old = made.rows[name]
            rows[name] = factories.objective(
                later, target=old.target, parent=rows[parent] if parent else None, team=old.team,
                person=old.person, weight=old.weight, state="active",
            )  # fmt: skip
        made.cycle, made.rows = later, rows
        made.people["Cai"].end_on = later.start_on
        made.people["Cai"].save()
        made.people["Ann"].end_on = today - timedelta(days=3)
        made.people["Ann"].save()
        factories.person(atelier, "Dora", team=made.teams["North"], start_on=today - timedelta(days=2))
    return made


def test_who_joined_and_left_is_told_and_taken_up_by_a_proposal(running: Promised, browser: Client) -> None:
    address = f"/o/atelier/objectives/{running.cycle.pk}/revisions/people/"
    for place in (
        "/o/atelier/director/",
        f"/o/atelier/objectives/{running.cycle.pk}/review/",
        listed(running),
    ):
        text = browser.get(place, follow=True).text
        assert "1 person joined, 1 left" in text, place
        assert address in text

    page = browser.get(address)
    assert "Dora" in page.text
    data = {
        "text": "Ann left, Dora joined.",
        "effective_on": timezone.localdate().isoformat(),
        "step": "propose",
    }
    # Whoever forgot the reason goes on from the effect that was shown.
    forgotten = browser.post(address, {**data, "text": "", "seen": seen(page.text)})
    assert forgotten.status_code == 422
    assert "Dora" in forgotten.text
    made = browser.post(address, {**data, "seen": seen(forgotten.text)}, follow=True)
    (revision,) = everything()
    assert revision.kind == "scope"
    assert "Ann left, Dora joined." in made.text
    browser.post(of(revision, "approve/"), {})

    assert "1 person joined" not in browser.get(listed(running)).text
    with tenant_scope(running.organisation.id):
        assert sum(int(o.target or 0) for o in running.rows["North"].children.all()) == 40_000_000


def test_without_a_change_there_is_nothing_to_propose(tree: Promised, browser: Client) -> None:
    address = f"/o/atelier/objectives/{tree.cycle.pk}/revisions/people/"

    assert "nobody has left" in browser.get(address).text
    answer = browser.post(address, {"text": "x", "effective_on": "2026-02-10", "step": "propose"})
    assert answer.status_code == 302


# Queries ---------------------------------------------------------------------------------------------------------

FRAME = 7  # of any page


@pytest.mark.parametrize(("page", "own"), [("list", 3), ("revision", 2), ("revise", 1)])
def test_a_page_asks_for_the_same_few_queries_whatever_the_size(
    tree: Promised, browser: Client, page: str, own: int, django_assert_num_queries: Any
) -> None:
    first = proposal(tree, "company", 61_000_000, below=True)
    address = {"list": listed(tree), "revision": of(first), "revise": at(tree)}[page]
    browser.get(address)
    with django_assert_num_queries(FRAME + own):
        browser.get(address)
    for number in range(8):
        proposal(tree, "North", 41_000_000 + number, below=True)
    with django_assert_num_queries(FRAME + own):
        browser.get(address)
