from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from objectives.domain.reshare import Carrier, Move, due_by, moved, reshare


def test_the_worked_example_one_left_and_one_joined() -> None:
    team = [
        Carrier("Ann", "Ann", 9_000_000, due=4_500_000, kept=4_500_000),
        Carrier("Bea", "Bea", 9_000_000, due=4_500_000, weight=4),
        Carrier("Cai", "Cai", 9_000_000, due=4_500_000, weight=4),
        Carrier("Dora", "Dora", 0, weight=1),
    ]

    after = reshare(team)

    assert after.targets == {"Ann": 4_500_000, "Bea": 10_500_000, "Cai": 10_500_000, "Dora": 1_500_000}
    assert after.not_allotted == 0


def test_a_padlocked_share_neither_gives_nor_takes() -> None:
    after = reshare(
        [
            Carrier("Ann", "Ann", 100, kept=40),
            Carrier("Bea", "Bea", 100, due=50, weight=1, fixed=True),
            Carrier("Cai", "Cai", 100, due=50, weight=1),
        ]
    )

    assert after.targets == {"Ann": 40, "Bea": 100, "Cai": 160}


def test_a_bound_holds_and_the_rest_is_not_allotted() -> None:
    after = reshare(
        [Carrier("Ann", "Ann", 100, kept=40), Carrier("Cai", "Cai", 100, due=50, weight=1, high=120)]
    )

    assert (after.targets, after.not_allotted) == ({"Ann": 40, "Cai": 120}, 40)


def test_when_everybody_has_left_what_remains_is_not_allotted() -> None:
    after = reshare([Carrier("Ann", "Ann", 100, kept=40), Carrier("Bea", "Bea", 60, kept=60)])

    assert (after.targets, after.not_allotted) == ({"Ann": 40, "Bea": 60}, 60)


def test_a_joiner_alone_among_padlocks_takes_nothing() -> None:
    after = reshare([Carrier("Bea", "Bea", 100, weight=1, fixed=True), Carrier("Dora", "Dora", 0, weight=1)])

    assert (after.targets, after.not_allotted) == ({"Bea": 100, "Dora": 0}, 0)


def test_a_mover_takes_the_rest_of_the_share_along() -> None:
    eve = Move(target=60_000, due=20_000, teams_from=("North",), teams_to=("South",))

    assert moved([eve], {"North": 270_000, "South": 100_000}) == {"North": 230_000, "South": 140_000}


def test_a_mover_within_one_region_leaves_the_region_as_it_was() -> None:
    within = Move(target=60, due=20, teams_from=("Lille",), teams_to=("Lens",))

    assert "North" not in moved([within], {"North": 100, "Lille": 60, "Lens": 40})


def test_what_is_due_is_rounded_to_the_unit() -> None:
    assert [due_by(9, share) for share in (0.0, 0.5, 1.0, 1.2, -0.1)] == [0, 5, 9, 9, 0]


amounts = st.integers(0, 10**12)


@st.composite
def teams(draw: st.DrawFn) -> list[Carrier[int]]:
    found = []
    for key in range(draw(st.integers(1, 8))):
        target = draw(st.one_of(st.just(0), amounts))
        part = draw(st.floats(0, 1))
        left = draw(st.booleans())
        low, high = sorted(draw(st.tuples(amounts, amounts)))
        bounded = draw(st.booleans())
        found.append(
            Carrier(
                key,
                str(key),
                target,
                due=due_by(target, part),
                kept=due_by(target, draw(st.floats(0, 1))) if left else None,
                weight=draw(st.one_of(st.just(0.0), st.floats(0.01, 100))),
                fixed=draw(st.booleans()),
                low=low if bounded else None,
                high=high if bounded else None,
            )
        )
    return found


@given(teams())
def test_the_teams_shares_are_conserved_to_the_cent(team: list[Carrier[int]]) -> None:
    after = reshare(team)

    assert sum(after.targets.values()) + after.not_allotted == sum(one.target for one in team)


@given(teams())
def test_nobodys_past_moves(team: list[Carrier[int]]) -> None:
    after = reshare(team).targets

    for one in team:
        if one.kept is not None:
            assert after[one.key] == min(one.kept, one.target)
        elif one.fixed:
            assert after[one.key] == one.target
        else:
            assert after[one.key] >= min(one.due, one.target)


@given(teams())
def test_without_bounds_and_with_somebody_there_all_is_allotted(team: list[Carrier[int]]) -> None:
    free = unbounded(team)
    assume(any(one.kept is None and not one.fixed and one.weight > 0 for one in free))

    assert reshare(free).not_allotted == 0


def unbounded(team: list[Carrier[int]]) -> list[Carrier[int]]:
    return [Carrier(o.key, o.name, o.target, o.due, o.kept, o.weight, o.fixed) for o in team]


@given(teams())
def test_nobodys_share_falls_because_somebody_leaves(team: list[Carrier[int]]) -> None:
    stayers = [one for one in unbounded(team) if one.kept is not None or one.target]
    after = reshare(stayers).targets

    assert all(after[one.key] >= one.target for one in stayers if one.kept is None)


@given(teams())
def test_nobodys_share_rises_because_somebody_joins(team: list[Carrier[int]]) -> None:
    there = [one for one in unbounded(team) if one.kept is None]
    after = reshare(there).targets

    assert all(after[one.key] <= one.target for one in there if one.target)


@given(st.integers(0, 10**9), st.floats(0.1, 10), st.floats(0.1, 10))
def test_of_what_a_leaver_leaves_the_heavier_takes_no_less(rest: int, light: float, more: float) -> None:
    team = [
        Carrier("gone", "gone", rest, kept=0),
        Carrier("light", "light", 100, due=50, weight=light),
        Carrier("heavy", "heavy", 100, due=50, weight=light + more),
    ]
    after = reshare(team).targets

    assert after["heavy"] >= after["light"] - 1


@given(st.lists(st.tuples(amounts, st.floats(0, 1), st.booleans()), max_size=6), st.tuples(amounts, amounts))
def test_what_the_teams_carry_together_is_conserved_when_people_move(
    people: list[tuple[int, float, bool]], carried: tuple[int, int]
) -> None:
    now = dict(zip(("North", "South"), carried, strict=True))
    moves = [
        Move(target, due_by(target, part), *((("North",), ("South",)) if north else (("South",), ("North",))))
        for target, part, north in people
    ]
    after = now | moved(moves, now)

    assert sum(after.values()) == sum(carried)
    assert min(after.values()) >= 0
