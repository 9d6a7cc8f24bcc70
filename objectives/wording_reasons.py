"""Why an objective is proposed, in words: the codes of strategy, profiles and evolution.

The sentence is kept with the objective as its director read it; to another reader it is said in that reader's language.
"""

from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

REASONS: dict[str, Promise] = {
    # The strategy
    "growth_opportunities": _("Growth begins with more of the right opportunities."),
    "quality_beside_volume": _("More opportunities are worth something only when they are won as often."),
    "growth_meetings": _("Opportunities come from meetings held with the right people."),
    "profitability_value": _("Worth more per deal, the same effort earns more."),
    "profitability_margin": _("Revenue that leaves no margin does not pay for growth."),
    "profitability_cycle": _("A shorter cycle frees time for other deals."),
    "profitability_quality": _(
        "Deals that stall hide what the pipeline is worth, and take the time of the others."
    ),
    "new_markets_opportunities": _(
        "A new market opens with conversations: this segment has to have its own."
    ),
    "new_markets_revenue": _("The first wins in a segment prove that it wants the offer."),
    "new_markets_meetings": _(
        "In a market that does not know the company, meetings come before everything else."
    ),
    "retention_revenue": _("Customers who know the offer buy more, sooner, at a better price."),
    "retention_customers": _("A customer who comes back costs less than one to be found."),
    "retention_recurring": _("Recurring revenue is won once and earned every year."),
    # Profiles
    "ramping_learns": _(
        "Who begins learns first: each milestone is something shown, not something attended."
    ),
    "ramping_structures_activity": _("Regular activity builds the right habits; the share follows the ramp."),
    "ramping_practises": _("Meetings are where the trade is learnt."),
    "confirmed_feeds_own_pipeline": _("Who is confirmed feeds the own pipeline, in proportion to the share."),
    "confirmed_holds_the_standard": _("The common level of conversion is the standard that everybody holds."),
    "confirmed_defends_value": _("Value is defended in every deal, not only in the large ones."),
    "senior_raises_value": _("Who knows the customers best can raise what a deal is worth."),
    "senior_shows_the_way": _("Who masters the trade shows the others how far conversion can go."),
    "senior_defends_margin": _("Negotiating without giving the margin away is a senior’s craft."),
    "senior_shortens_the_cycle": _("Who knows the decision-makers gets to the decision sooner."),
    # The company's stage
    "revenue_is_the_ambition": _("Revenue is what the strategy asks for; everything else serves it."),
    "pipeline_is_the_limit": _("What is not opened cannot be won."),
    "founders_sell_by_meeting": _("With few people, every meeting counts and teaches."),
    "message_is_being_found": _("The win rate tells whether the offer and the message meet."),
    "same_way_of_selling": _("From five people on, everybody has to sell the same way: the win rate tells."),
    "discounts_appear": _("With more people, discounts appear: the average value keeps watch."),
    "pipeline_grows_old": _("Nobody knows every deal any more: those that stall have to be seen."),
    "frictions_can_be_told": _("There are enough deals to tell in which stage they are lost."),
    "growth_must_pay": _("At this size growth has to pay for itself."),
    "capacity_is_costly": _("Capacity is the largest cost: a shorter cycle is capacity won."),
    "base_is_an_asset": _("The customers won so far are an asset of their own."),
    "dependence_is_a_risk": _("A few customers must not decide over the whole."),
    "few_people_few_objectives": _("Few people, few objectives: one figure more is one conversation less."),
    "one_a_lever": _("One objective for each lever, so that nobody has to choose between figures."),
    "roles_differ": _("Roles differ: prospecting, conversion and value each have their own."),
    "learn_fast": _("Everything is still being learnt: look every week."),
    "one_manager_one_team": _("One manager sees every deal in a weekly review."),
    "several_managers": _("Teams review every week; the whole every two weeks is enough."),
    "teams_review_weekly": _("Teams review every week; what the whole tells moves by the month."),
    # Markets
    "history_too_short": _("Less than two years are known: a trend cannot be told from the season."),
    "no_win_before_last_year": _("Nothing was won here before the last four quarters."),
    "wins_grow": _("More is won here than a year ago, and more than chance explains."),
    "wins_stand_still": _("What is won here has not grown in a year."),
    "too_few_wins": _("Too few wins to tell."),
    # The next cycle
    "reached_comfortable": _("Reached, and it was comfortable: there is room."),
    "reached_stretch": _("Reached, and it was a stretch: a little more."),
    "reached_unknown": _("Reached; how hard it was is not known: a little more."),
    "reached_hard": _("Reached although it was hard: one good cycle proves little, so it stays."),
    "reached_out_of_reach": _("Reached although it seemed out of reach: before raising it, find out why."),
    "missed_comfortable": _("Missed although it was comfortable: the levers move, not the objective."),
    "missed_stretch": _("Missed as a stretch: the levers move, not the objective."),
    "missed_hard": _("Missed, and it was hard: not raised; the levers move first."),
    "missed_unknown": _("Missed; how hard it was is not known: the levers move first."),
    "missed_out_of_reach": _(
        "It was out of reach: a little above what was done is a path that can be walked."
    ),
    "not_known": _("How it ended is not known: it stays."),
    "not_at_this_stage": _("At the present size of the company other figures say more."),
    "one_too_many": _("More objectives than can be followed at this size of the company."),
}


def reason_text(code: str) -> str:
    """The sentence of a code, in the language in force."""
    return str(REASONS[code])


def why_text(kept: str) -> str:
    """What was kept as the reason of an objective: a sentence of this table in the reader's language, else as typed."""
    code = _codes().get(kept)
    return kept if code is None else reason_text(code)


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Code by sentence, in both languages."""
    found: dict[str, str] = {}
    for language in ("en", "fr"):
        with override(language):
            found |= {str(text): code for code, text in REASONS.items()}
    return found
