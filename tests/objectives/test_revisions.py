"""A revision: proposed with its effect on the tree, decided by the director, then true of every derived number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from objectives.actions import revisions
from objectives.actions.errors import StaleVersion
from objectives.domain.cascade import Infeasible
from objectives.domain.revising import BelowZero
from objectives.models import ObjectiveVersion, Revision
from objectives.queries.history import as_known_on, versions_of
from objectives.queries.revisions import stale_changes
from tenants.access import SYSTEM
from tenants.models import AuditEntry, Job, Membership, Organisation
from tests import factories
from tests.objectives.promised import FROM, NOW, Promised, ask, promised


@pytest.fixture
def tree(in_scope: Organisation) -> Promised:
    return promised(in_scope)


def approve(revision: Revision, by: Membership | None = None) -> Revision:
    return revisions.approve(revision=revision, by=factories.actor(by) if by else SYSTEM, now=NOW)


# Proposing ---------------------------------------------------------------------------------------------------


def test_a_proposal_changes_nothing_and_keeps_the_effect_as_it_was_shown(
    tree: Promised, alice: Membership
) -> None:
    revision = ask(tree, "North", 44_000_000, factories.actor(alice))

    assert (revision.state, revision.proposed_by, tree.target("North")) == ("proposed", alice.id, 40_000_000)
    rows = {(row["owner"], row["metric"]): row for row in revision.preview["rows"]}
    assert rows["North", "revenue_won"]["before"] == "40000000"
    assert rows["North", "revenue_won"]["after"] == "44000000"
    assert rows["North", "revenue_won"]["mismatch_after"] == "-4000000"
    assert rows["", "revenue_won"]["mismatch_after"] == "4000000"


def test_the_path_before_the_day_is_shown_unchanged_and_ends_at_the_new_target(tree: Promised) -> None:
    path = ask(tree, "North", 44_000_000).preview["path"]

    eve = path["dates"].index("2026-02-09")
    assert path["before"][: eve + 1] == path["after"][: eve + 1]
    assert (path["before"][-1], path["after"][-1]) == (40_000_000, 44_000_000)


def test_what_is_shared_below_keeps_padlocks_and_adds_up_to_the_cent(tree: Promised) -> None:
    revision = ask(tree, "company", 66_000_001, below=True)

    approve(revision)

    assert tree.target("North") + tree.target("South") == 66_000_001
    assert tree.target("Ann") + tree.target("Bea") == tree.target("North")
    assert tree.target("Cai") == tree.target("South")


def test_a_padlocked_share_stays_and_the_others_take_the_difference(in_scope: Organisation) -> None:
    tree = promised(in_scope)
    other = factories.cycle(
        in_scope, "Q2", start_on=date(2026, 4, 1), end_on=date(2026, 7, 1), state="active"
    )
    company = factories.objective(other, target=300, weight=9, state="active")
    fixed = factories.objective(
        other, target=200, weight=6, parent=company, team=tree.teams["North"], is_locked=True, state="active"
    )
    free = factories.objective(
        other, target=100, weight=3, parent=company, team=tree.teams["South"], state="active"
    )
    tree.cycle, tree.rows = other, {"company": company, "fixed": fixed, "free": free}

    approve(ask(tree, "company", 360, below=True, effective_on=date(2026, 5, 1)))

    assert (tree.target("fixed"), tree.target("free")) == (200, 160)
    with pytest.raises(Infeasible, match="North"):
        ask(tree, "company", 150, below=True, effective_on=date(2026, 5, 1))


def test_the_parent_moves_with_it_when_asked(tree: Promised) -> None:
    approve(ask(tree, "Ann", 27_000_000, above=True))

    assert [tree.target(name) for name in ("Ann", "North", "company", "Bea", "South")] == [
        27_000_000, 42_000_000, 62_000_000, 15_000_000, 20_000_000,
    ]  # fmt: skip


def test_nothing_above_falls_below_zero(tree: Promised) -> None:
    approve(ask(tree, "North", 1_000_000))

    with pytest.raises(BelowZero, match="North"):
        ask(tree, "Ann", 0, above=True)


def test_deals_to_win_follow_the_revenue(tree: Promised) -> None:
    approve(ask(tree, "company", 90_000_000, below=True))

    assert tree.target("deals") == 90
    assert [tree.target(f"deals {name}") for name in ("Ann", "Bea", "Cai")] == [38, 22, 30]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "behind"}, "kind"),
        ({"text": "  "}, "text"),
        ({"effective_on": date(2026, 4, 1)}, "effective_on"),
        ({"effective_on": date(2025, 12, 31)}, "effective_on"),
    ],
    ids=["being behind is no reason", "without a text", "after the cycle", "before the cycle"],
)
def test_a_proposal_without_a_reason_or_a_day_is_refused_at_the_field(
    tree: Promised, given: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        ask(tree, "North", 44_000_000, **given)

    assert list(refused.value.message_dict) == [field]


def test_the_present_target_is_no_revision(tree: Promised) -> None:
    with pytest.raises(ValidationError, match="already"):
        ask(tree, "North", 40_000_000)


def test_a_draft_is_not_revised(tree: Promised) -> None:
    draft = factories.cycle(tree.organisation, "Q2", start_on=date(2026, 4, 1), end_on=date(2026, 7, 1))
    tree.rows["draft"] = factories.objective(draft, state="active")

    with pytest.raises(ValidationError, match="active cycle"):
        ask(tree, "draft", 1, effective_on=date(2026, 5, 1))


def test_an_effect_that_is_another_one_by_now_is_to_be_looked_at_again(tree: Promised) -> None:
    with pytest.raises(revisions.Moved):
        ask(tree, "North", 44_000_000, seen="what was seen before")


# Who ---------------------------------------------------------------------------------------------------------


def test_a_manager_proposes_for_the_own_team_and_a_rep_for_oneself(
    tree: Promised, bob: Membership, carol: Membership
) -> None:
    boss = factories.person(tree.organisation, "Bob", membership=bob)
    tree.teams["North"].manager = boss
    tree.teams["North"].save()
    tree.people["Bea"].membership = carol
    tree.people["Bea"].save()
    manager, rep = factories.actor(bob), factories.actor(carol)

    assert ask(tree, "Ann", 26_000_000, manager).pk
    assert ask(tree, "North", 41_000_000, manager).pk
    assert ask(tree, "Bea", 16_000_000, rep).pk
    for name, by in (("Cai", manager), ("company", manager), ("Ann", rep), ("North", rep)):
        with pytest.raises(PermissionDenied):
            ask(tree, name, 1_000, by)


def test_only_the_director_decides_and_only_who_proposed_withdraws(
    tree: Promised, alice: Membership, bob: Membership
) -> None:
    revision = ask(tree, "North", 44_000_000)
    for act in (
        lambda: approve(revision, bob),
        lambda: revisions.refuse(revision=revision, text="No.", by=factories.actor(bob), now=NOW),
        lambda: revisions.withdraw(revision=revision, by=factories.actor(bob), now=NOW),
    ):
        with pytest.raises(PermissionDenied):
            act()

    assert approve(revision, alice).decided_by == alice.id


# Deciding ----------------------------------------------------------------------------------------------------


def test_approval_writes_the_target_its_version_the_trail_and_asks_for_figures(
    tree: Promised, alice: Membership
) -> None:
    revision = approve(ask(tree, "North", 44_000_000), alice)

    row = tree.fresh("North")
    assert (row.target, row.version, row.revision_id) == (44_000_000, 1, revision.pk)
    first, second = versions_of(row)
    assert [(one.number, one.target, one.difference) for one in (first, second)] == [
        (1, Decimal(40_000_000), None),
        (2, Decimal(44_000_000), Decimal(4_000_000)),
    ]
    assert (second.from_on, second.actor_id) == (FROM, alice.id)
    assert second.revision == revision
    assert list(AuditEntry.objects.filter(object_id=revision.pk).order_by("at", "id").values_list("verb", flat=True)) == [
        "revision.propose", "revision.approve",
    ]  # fmt: skip
    assert Job.objects.get().key == "2026-02-09"


def test_commitment_and_stretch_keep_their_distance(tree: Promised) -> None:
    wide = factories.objective(
        tree.cycle, "meetings_held", target=100, commitment=90, stretch=120, state="active"
    )
    tree.rows["wide"] = wide

    approve(ask(tree, "wide", 50))

    row = tree.fresh("wide")
    assert (row.target, row.commitment, row.stretch) == (50, 45, 60)


def test_a_refusal_says_why_and_a_withdrawal_ends_it(tree: Promised, alice: Membership) -> None:
    by = factories.actor(alice)
    with pytest.raises(ValidationError):
        revisions.refuse(revision=ask(tree, "North", 1), text=" ", by=by, now=NOW)

    refused = revisions.refuse(revision=ask(tree, "North", 2), text="Not now.", by=by, now=NOW)
    withdrawn = revisions.withdraw(revision=ask(tree, "North", 3, by), by=by, now=NOW)

    assert (refused.state, refused.decision, withdrawn.state) == ("refused", "Not now.", "withdrawn")
    for decided in (refused, withdrawn):
        with pytest.raises(revisions.Decided):
            approve(decided)
    assert tree.target("North") == 40_000_000


def test_what_no_longer_fits_is_told_with_the_others_change_and_stays_proposed(
    tree: Promised, alice: Membership
) -> None:
    late = ask(tree, "North", 30_000_000)
    approve(ask(tree, "North", 44_000_000), alice)

    with pytest.raises(StaleVersion) as stale:
        approve(late)

    late.refresh_from_db()
    assert (late.state, tree.target("North")) == ("proposed", 44_000_000)
    assert (stale.value.by, stale.value.detail["target"]) == (alice.id, "44000000.000000")
    assert [one.current for one in stale_changes(late)] == [tree.rows["North"]]


def test_an_objective_from_before_versions_were_kept_gets_its_first_one_too(tree: Promised) -> None:
    plain = factories.objective(tree.cycle, "meetings_held", target=100, state="active")
    tree.rows["plain"] = plain

    approve(ask(tree, "plain", 110))

    versions = ObjectiveVersion.objects.filter(objective=plain).values_list("number", "from_on", "target")
    assert list(versions) == [(1, date(2026, 1, 1), 100), (2, FROM, 110)]


# Any past day --------------------------------------------------------------------------------------------------


def test_any_past_day_shows_what_was_known_then(tree: Promised) -> None:
    approve(ask(tree, "North", 44_000_000))

    def on(day: date) -> Decimal | None:
        return as_known_on([tree.fresh("North")], day)[0].target

    assert on(date(2026, 1, 1)) == 40_000_000
    assert on(date(2026, 2, 9)) == 40_000_000
    assert on(date(2026, 2, 10)) == 44_000_000


def test_a_change_dated_back_shows_from_the_day_it_was_decided(tree: Promised) -> None:
    approve(ask(tree, "North", 44_000_000, effective_on=date(2026, 1, 15)))

    known = [as_known_on([tree.fresh("North")], date(2026, 2, day))[0].target for day in (9, 10)]
    assert known == [40_000_000, 44_000_000]
