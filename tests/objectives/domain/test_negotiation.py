"""The talk about a share: what can be said when, by whom; and that nothing else ever can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from objectives.domain.negotiation import (
    NEXT,
    SIDE_OF,
    Act,
    Look,
    Refusal,
    Refused,
    Side,
    State,
    Talk,
    look,
    move,
    possible,
    why_not,
)

OFFER, WISH = 120_000, 100_000
SENT = Talk(State.SENT, offered=OFFER)
COUNTERED = Talk(State.COUNTERED, offered=OFFER, countered=WISH)
ACCEPTED = Talk(State.ACCEPTED, offered=OFFER, agreed=OFFER)
WITHDRAWN = Talk(State.WITHDRAWN, offered=OFFER)


def test_a_share_is_sent() -> None:
    assert move(Talk(), Act.SEND, Side.ABOVE, share=OFFER) == SENT


def test_what_is_offered_is_accepted() -> None:
    assert move(SENT, Act.ACCEPT, Side.OWNER, share=OFFER) == ACCEPTED


def test_a_counter_proposal_carries_its_amount() -> None:
    said = move(SENT, Act.COUNTER, Side.OWNER, share=OFFER, amount=WISH, reason="Two clients have left.")
    assert said == COUNTERED


def test_taking_a_counter_proposal_agrees_on_its_amount() -> None:
    taken = move(COUNTERED, Act.TAKE, Side.ABOVE, share=OFFER)
    assert taken == Talk(State.ACCEPTED, offered=OFFER, countered=WISH, agreed=WISH)


def test_after_a_refusal_the_offer_stands() -> None:
    assert move(COUNTERED, Act.REFUSE, Side.ABOVE, share=OFFER, reason="The market is there.") == SENT


def test_a_counter_proposal_may_be_corrected_before_it_is_answered() -> None:
    again = move(COUNTERED, Act.COUNTER, Side.OWNER, share=OFFER, amount=110_000, reason="Recounted.")
    assert again.countered == 110_000


def test_the_offer_may_be_accepted_after_all() -> None:
    assert move(COUNTERED, Act.ACCEPT, Side.OWNER, share=OFFER) == ACCEPTED


def test_an_open_proposal_is_withdrawn() -> None:
    assert move(COUNTERED, Act.WITHDRAW, Side.ABOVE, share=OFFER) == WITHDRAWN


def test_another_share_answers_a_counter_proposal() -> None:
    assert move(COUNTERED, Act.SEND, Side.ABOVE, share=110_000) == Talk(State.SENT, offered=110_000)


def test_what_was_agreed_outlives_a_new_proposal() -> None:
    sent = move(ACCEPTED, Act.SEND, Side.ABOVE, share=150_000)
    assert (sent.state, sent.offered, sent.agreed) == (State.SENT, 150_000, OFFER)


@pytest.mark.parametrize(
    ("talk", "act", "side", "share", "refusal"),
    [
        (SENT, Act.ACCEPT, Side.ABOVE, OFFER, Refusal.SIDE),
        (COUNTERED, Act.TAKE, Side.OWNER, OFFER, Refusal.SIDE),
        (SENT, Act.TAKE, Side.ABOVE, OFFER, Refusal.STATE),
        (ACCEPTED, Act.COUNTER, Side.OWNER, OFFER, Refusal.STATE),
        (ACCEPTED, Act.WITHDRAW, Side.ABOVE, OFFER, Refusal.STATE),
        (WITHDRAWN, Act.ACCEPT, Side.OWNER, OFFER, Refusal.STATE),
        (Talk(), Act.SEND, Side.ABOVE, None, Refusal.NO_AMOUNT),
        (SENT, Act.SEND, Side.ABOVE, OFFER, Refusal.SENT_ALREADY),
        (COUNTERED, Act.SEND, Side.ABOVE, OFFER, Refusal.ANSWER_FIRST),
        (ACCEPTED, Act.SEND, Side.ABOVE, OFFER, Refusal.AGREED_ALREADY),
        (SENT, Act.ACCEPT, Side.OWNER, 130_000, Refusal.SHARE_MOVED),
    ],
)
def test_what_cannot_be_said_is_refused_with_its_reason(
    talk: Talk, act: Act, side: Side, share: int | None, refusal: Refusal
) -> None:
    with pytest.raises(Refused) as refused:
        move(talk, act, side, share=share, amount=WISH, reason="Because.")
    assert refused.value.refusal == refusal


@pytest.mark.parametrize(
    ("amount", "reason", "refusal"),
    [
        (WISH, "", Refusal.NO_REASON),
        (WISH, "   ", Refusal.NO_REASON),
        (None, "Because.", Refusal.NO_AMOUNT),
        (-1, "Because.", Refusal.NEGATIVE),
        (2**51, "Because.", Refusal.TOO_LARGE),
        (OFFER, "Because.", Refusal.SAME_AMOUNT),
    ],
)
def test_a_counter_proposal_needs_another_amount_and_a_reason(
    amount: int | None, reason: str, refusal: Refusal
) -> None:
    with pytest.raises(Refused) as refused:
        move(SENT, Act.COUNTER, Side.OWNER, share=OFFER, amount=amount, reason=reason)
    assert refused.value.refusal == refusal


def test_a_refusal_needs_a_reason() -> None:
    with pytest.raises(Refused) as refused:
        move(COUNTERED, Act.REFUSE, Side.ABOVE, share=OFFER)
    assert refused.value.refusal == Refusal.NO_REASON


@pytest.mark.parametrize(
    ("talk", "share", "seen"),
    [
        (Talk(), OFFER, Look.UNSENT),
        (SENT, OFFER, Look.WAITING),
        (SENT, 130_000, Look.OUTDATED),
        (COUNTERED, OFFER, Look.COUNTERED),
        (ACCEPTED, OFFER, Look.AGREED),
        (ACCEPTED, 130_000, Look.CHANGED),
        (WITHDRAWN, OFFER, Look.WITHDRAWN),
    ],
)
def test_a_share_that_moves_shows(talk: Talk, share: int, seen: Look) -> None:
    assert look(talk, share=share) == seen


@given(st.sampled_from(State), st.sampled_from(Act), st.sampled_from(Side))
def test_only_drawn_moves_by_the_right_side_are_possible(state: State, act: Act, side: Side) -> None:
    talk = Talk(state, offered=1, countered=2, agreed=3)
    can = why_not(talk, act, side, share=1) is None
    assert can <= ((state, act) in NEXT and SIDE_OF[act] == side)
    assert can == (act in possible(talk, side, share=1))


AMOUNTS = st.integers(0, 3)  # few, so that the same amount comes back
REASONS = st.sampled_from(["", " ", "Because."])


class Negotiating(RuleBasedStateMachine):
    """Random talks, beside a model that only remembers what each side has on the table."""

    @initialize(share=AMOUNTS)
    def begin(self, share: int) -> None:
        self.talk, self.share = Talk(), share
        self.offer: int | None = None  # on the table, by who proposes
        self.wish: int | None = None  # on the table, by the owner
        self.pact: int | None = None  # holds, until something new is offered
        self.promises: list[int] = []

    @rule(share=AMOUNTS)
    def the_draft_changes(self, share: int) -> None:
        self.share = share

    def _say(self, expected: bool, act: Act, side: Side, amount: int | None = None, reason: str = "") -> bool:
        before = self.talk
        try:
            self.talk = move(self.talk, act, side, share=self.share, amount=amount, reason=reason)
        except Refused:
            assert not expected
            assert self.talk is before
            return False
        assert expected
        return True

    @rule(side=st.sampled_from(Side))
    def send(self, side: Side) -> None:
        news = self.share != (self.pact if self.pact is not None else self.offer)
        if self._say(side == Side.ABOVE and news, Act.SEND, side):
            self.offer, self.wish, self.pact = self.share, None, None

    @rule(side=st.sampled_from(Side))
    def accept(self, side: Side) -> None:
        fits = self.pact is None and self.offer is not None and self.offer == self.share
        if self._say(side == Side.OWNER and fits, Act.ACCEPT, side):
            self.pact = self.offer
            self.promises.append(self.share)

    @rule(side=st.sampled_from(Side), amount=AMOUNTS | st.none() | st.just(-1), reason=REASONS)
    def counter(self, side: Side, amount: int | None, reason: str) -> None:
        words = bool(reason.strip()) and amount is not None and amount >= 0 and amount != self.offer
        open_offer = self.offer is not None and self.pact is None
        if self._say(side == Side.OWNER and open_offer and words, Act.COUNTER, side, amount, reason):
            self.wish = amount

    @rule(side=st.sampled_from(Side))
    def take(self, side: Side) -> None:
        asked = self.wish is not None and self.pact is None
        if self._say(side == Side.ABOVE and asked, Act.TAKE, side):
            self.pact = self.share = self.wish or 0  # taking it puts it into the draft
            self.promises.append(self.pact)

    @rule(side=st.sampled_from(Side), reason=REASONS)
    def refuse(self, side: Side, reason: str) -> None:
        asked = self.wish is not None and self.pact is None and bool(reason.strip())
        if self._say(side == Side.ABOVE and asked, Act.REFUSE, side, reason=reason):
            self.wish = None

    @rule(side=st.sampled_from(Side))
    def withdraw(self, side: Side) -> None:
        open_offer = self.offer is not None and self.pact is None
        if self._say(side == Side.ABOVE and open_offer, Act.WITHDRAW, side):
            self.offer = self.wish = None

    @invariant()
    def the_talk_says_what_the_model_remembers(self) -> None:
        talk = self.talk
        if self.pact is not None:
            assert (talk.state, talk.agreed) == (State.ACCEPTED, self.pact)
        elif self.offer is None:
            assert talk.state in (State.UNSENT, State.WITHDRAWN)
        else:
            assert talk.offered == self.offer
            assert talk.state == (State.SENT if self.wish is None else State.COUNTERED)
            assert talk.countered == self.wish
        assert talk.agreed == (self.promises[-1] if self.promises else None)

    @invariant()
    def a_change_since_the_agreement_shows(self) -> None:
        if self.pact is not None:
            assert (look(self.talk, share=self.share) == Look.CHANGED) == (self.pact != self.share)


TestNegotiating = Negotiating.TestCase
