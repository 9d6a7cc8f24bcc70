"""Every code of a reason has its words, and a kept reason is said in the reader's language."""

import pytest
from django.utils.translation import override

from objectives.domain.evolution import BANDS, GUIDES
from objectives.domain.markets import Market
from objectives.domain.profiles import RULES as PROFILE_RULES
from objectives.domain.strategy import RULES as STRATEGY_RULES
from objectives.domain.strategy import Orientation
from objectives.wording_reasons import REASONS, reason_text, why_text
from objectives.wording_strategy import LEFT_OUT, MARKETS, ORIENTATIONS

CODES = {
    *(rule.reason for rule in STRATEGY_RULES),
    *(rule.reason for rules in PROFILE_RULES.values() for rule in rules),
    *(reason for guide in GUIDES.values() for _metric, reason in guide.metrics),
    *(guide.count_reason for guide in GUIDES.values()),
    *(guide.rhythm_reason for guide in GUIDES.values()),
    *(f"{how}_{band}" for how in ("reached", "missed") for band in BANDS),
    "revenue_is_the_ambition", "not_known", "not_at_this_stage", "one_too_many",
    "history_too_short", "no_win_before_last_year", "wins_grow", "wins_stand_still", "too_few_wins",
}  # fmt: skip


def test_every_code_has_its_words_and_every_words_their_code() -> None:
    assert set(REASONS) == CODES


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_reason_is_said_in_the_language_of_who_reads_it(code: str) -> None:
    with override("fr"):
        kept = reason_text(code)
    with override("en"):
        assert why_text(kept) == reason_text(code)
        assert kept != reason_text(code)


def test_what_a_person_typed_stays_as_it_is() -> None:
    assert why_text("Because Ann said so") == "Because Ann said so"


def test_parts_markets_and_what_is_left_out_have_names() -> None:
    assert set(ORIENTATIONS) == set(Orientation)
    assert set(MARKETS) == set(Market)
    assert {"no_data", "no_segment", "no_room"} == set(LEFT_OUT)
