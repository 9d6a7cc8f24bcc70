"""Joiners, leavers and movers in the middle of a cycle: seen, proposed, and made only when the director says so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from objectives.actions import revisions
from objectives.models import Objective, Revision
from objectives.queries.changes import Proposal, proposal
from objectives.queries.effects import digest
from objectives.queries.staffing import staffing
from tenants.access import SYSTEM, Actor
from tenants.models import Membership, Organisation, TeamMembership
from tests import factories
from tests.objectives.promised import FROM, NOW, Promised, ask, promised

HALF = date(2026, 2, 15)


@pytest.fixture
def tree(in_scope: Organisation) -> Promised:
    return promised(in_scope)


def look(tree: Promised, day: date = HALF) -> Proposal:
    found = proposal(tree.fresh("company").cycle, day)
    assert found is not None
    return found


def propose(tree: Promised, day: date = HALF, by: Actor = SYSTEM) -> Revision:
    cycle = tree.fresh("company").cycle
    return revisions.propose_people(
        cycle=cycle,
        text="People changed.",
        effective_on=day,
        seen=digest(look(tree, day).shown),
        by=by,
        now=NOW,
    )


def leave(tree: Promised, name: str, day: date) -> None:
    tree.people[name].end_on = day
    tree.people[name].save()


def move(tree: Promised, name: str, team: str, day: date) -> None:
    TeamMembership.objects.filter(person=tree.people[name]).update(end_on=day)
    TeamMembership.objects.create(person=tree.people[name], team=tree.teams[team], start_on=day)


def people_of(parent: Objective) -> int:
    below = Objective.objects.filter(parent=parent).exclude(person=None)
    return sum(int(row.target or 0) for row in below)


def names(changes: list) -> list[str]:
    return [change.person.name for change in changes]


def test_nothing_is_said_while_everybody_is_where_they_were(tree: Promised) -> None:
    assert not staffing(tree.cycle, HALF)
    assert proposal(tree.fresh("company").cycle, HALF) is None


def test_who_joined_left_and_moved_is_seen_from_that_day_on(tree: Promised) -> None:
    leave(tree, "Ann", date(2026, 2, 1))
    move(tree, "Bea", "South", date(2026, 2, 10))
    dora = factories.person(tree.organisation, "Dora", start_on=date(2026, 2, 12))
    TeamMembership.objects.create(person=dora, team=tree.teams["North"], start_on=date(2026, 2, 12))

    seen = [staffing(tree.cycle, date(2026, *day)) for day in ((1, 31), (2, 1), (2, 10), (2, 12))]

    assert [(names(one.left), names(one.moved), names(one.joined)) for one in seen] == [
        ([], [], []),
        (["Ann"], [], []),
        (["Ann"], ["Bea"], []),
        (["Ann"], ["Bea"], ["Dora"]),
    ]


def test_a_manager_without_a_team_of_the_own_is_no_joiner(tree: Promised) -> None:
    boss = factories.person(tree.organisation, "Bob")
    tree.teams["North"].manager = boss
    tree.teams["North"].save()

    assert not staffing(tree.cycle, HALF)


def test_a_leaver_keeps_the_past_and_the_rest_goes_to_who_is_there(tree: Promised) -> None:
    leave(tree, "Ann", HALF)

    found = look(tree)
    revisions.approve(revision=propose(tree), by=SYSTEM, now=NOW)

    ann, bea = tree.target("Ann"), tree.target("Bea")
    assert 0 < ann < 25_000_000
    assert ann + bea == 40_000_000 == tree.target("North")
    assert found.not_allotted == 0
    # South has not moved, and the company neither.
    assert (tree.target("Cai"), tree.target("South"), tree.target("company")) == (
        20_000_000,
        20_000_000,
        60_000_000,
    )


def test_a_joiner_gets_a_ramped_share_of_what_remains_and_the_counts_that_go_with_it(tree: Promised) -> None:
    dora = factories.person(
        tree.organisation, "Dora", team=tree.teams["North"], profile="ramping", start_on=HALF
    )

    revisions.approve(revision=propose(tree), by=SYSTEM, now=NOW)

    made = {row.metric: row for row in Objective.objects.filter(person=dora)}
    assert set(made) == {"revenue_won", "deals_won"}
    share = made["revenue_won"]
    assert (share.state, share.parent_id) == ("active", tree.rows["North"].pk)
    assert 0 < (share.target or 0) < tree.target("Bea")
    assert people_of(tree.rows["North"]) == 40_000_000
    assert people_of(tree.rows["deals"]) == 60
    assert list(share.versions.values_list("number", "from_on", "target")) == [(1, HALF, share.target)]


def test_a_mover_takes_the_rest_along_and_nobody_elses_share_moves(tree: Promised) -> None:
    move(tree, "Bea", "South", date(2026, 2, 10))

    revisions.approve(revision=propose(tree), by=SYSTEM, now=NOW)

    north, south = tree.target("North"), tree.target("South")
    assert north + south == 60_000_000
    assert 25_000_000 < north < 40_000_000
    assert [tree.target(name) for name in ("Ann", "Bea", "Cai")] == [25_000_000, 15_000_000, 20_000_000]


def test_what_was_taken_up_is_not_proposed_again(tree: Promised) -> None:
    leave(tree, "Ann", date(2026, 2, 1))
    move(tree, "Cai", "North", date(2026, 2, 10))
    factories.person(tree.organisation, "Dora", team=tree.teams["North"], start_on=date(2026, 2, 12))

    revisions.approve(revision=propose(tree), by=SYSTEM, now=NOW)

    assert not staffing(tree.cycle, HALF)
    assert not staffing(tree.cycle, date(2026, 3, 20))


def test_when_a_whole_team_has_left_the_rest_is_shown_as_not_allotted(tree: Promised) -> None:
    leave(tree, "Cai", HALF)

    found = look(tree)
    revision = propose(tree)

    row = next(
        line
        for line in revision.preview["rows"]
        if line["owner"] == "Cai" and line["metric"] == "revenue_won"
    )
    assert found.not_allotted == 20_000_000 - int(row["after"] or 0) > 0
    assert revision.preview["not_allotted"] == str(found.not_allotted)
    south = next(line for line in revision.preview["rows"] if line["owner"] == "South")
    assert south["mismatch_after"] == str(-found.not_allotted)


def test_it_is_a_proposal_and_nothing_moves_before_it_is_approved(tree: Promised) -> None:
    leave(tree, "Ann", HALF)

    revision = propose(tree)

    assert (revision.state, revision.kind, tree.target("Ann")) == ("proposed", "scope", 25_000_000)


def test_two_proposals_for_the_same_joiner_do_not_make_two_objectives(tree: Promised) -> None:
    factories.person(tree.organisation, "Dora", team=tree.teams["North"], start_on=HALF)
    first, second = propose(tree), propose(tree)
    revisions.approve(revision=first, by=SYSTEM, now=NOW)

    with pytest.raises(revisions.StaleVersion):
        revisions.approve(revision=second, by=SYSTEM, now=NOW)


def test_after_a_leaver_a_later_revision_gives_nothing_to_who_is_gone(tree: Promised) -> None:
    leave(tree, "Ann", HALF)
    revisions.approve(revision=propose(tree), by=SYSTEM, now=NOW)
    kept = tree.target("Ann")

    raised = ask(tree, "North", 44_000_000, below=True, effective_on=date(2026, 3, 1))
    revisions.approve(revision=raised, by=SYSTEM, now=NOW)

    assert (tree.target("Ann"), tree.target("Bea")) == (kept, 44_000_000 - kept)


def test_only_the_director_proposes_it_and_not_without_a_change(tree: Promised, bob: Membership) -> None:
    cycle = tree.fresh("company").cycle
    wanted = {"cycle": cycle, "text": "x", "effective_on": FROM, "seen": "", "now": NOW}

    with pytest.raises(PermissionDenied):
        revisions.propose_people(**wanted, by=factories.actor(bob))
    with pytest.raises(ValidationError):
        revisions.propose_people(**wanted, by=SYSTEM)


def test_the_queries_do_not_grow_with_the_team(tree: Promised, django_assert_num_queries) -> None:
    for n in range(12):
        person = factories.person(tree.organisation, f"P{n}", team=tree.teams["South"])
        factories.objective(
            tree.cycle, target=Decimal(n), parent=tree.rows["South"], person=person, state="active"
        )
    leave(tree, "Ann", HALF)

    with django_assert_num_queries(4):
        staffing(tree.cycle, HALF)
