"""Under /o/<organisation>/."""

from django.urls import path

from reporting.views import (
    actions,
    backtest,
    bands,
    cause_thresholds,
    causes,
    chain,
    closing,
    conversion,
    conversion_ageing,
    conversion_cohorts,
    conversion_deals,
    conversion_flow,
    conversion_tables,
    director,
    engagements,
    exports,
    landing,
    lever_rows,
    levers,
    looks,
    manager,
    my_place,
    next_cycle,
    rep,
    runs,
    scenarios,
    value,
    what_if,
)

app_name = "reporting"

page_urls = [
    path("director/", director.director, name="director"),
    path("director/objectives/<uuid:objective>/", director.objective_children, name="objective_children"),
    path("manager/", manager.manager, name="manager"),
    path("manager/conversion.csv", exports.conversion_csv, name="conversion_csv"),
    path("manager/gaps.csv", exports.gaps_csv, name="gaps_csv"),
    path("rep/", rep.rep, name="rep"),
]

# The last two are taken in by the pages of partners.
chain_urls = [
    path("chain/", chain.chain_page, name="chain"),
    path("chain/mine/", my_place.my_place, name="my_place"),
    path("partners/mine/<uuid:engagement>/objectives/", engagements.engagement_mine, name="engagement_mine"),
    path(
        "partners/<uuid:engagement>/objectives/", engagements.engagement_standing, name="engagement_standing"
    ),
]

cause_urls = [
    path("analysis/causes/", causes.causes, name="causes"),
    path("analysis/causes/limits/", cause_thresholds.cause_thresholds, name="cause_thresholds"),
    path(
        "analysis/causes/limits/reset/",
        cause_thresholds.cause_thresholds_reset,
        name="cause_thresholds_reset",
    ),
    path("analysis/causes/<uuid:cause>/", causes.cause, name="cause"),
]

run_urls = [
    path("runs/", runs.run_list, name="runs"),
    path("runs/recompute/", runs.recompute, name="recompute"),
    path("runs/<uuid:run>/", runs.run_detail, name="run"),
    path("runs/jobs/<uuid:job>/", runs.run_progress, name="run_progress"),
]

# Beside the cycle's own pages, which are those of the objectives.
cycle_urls = [
    path("objectives/bands/", bands.bands, name="bands"),
    path("objectives/<uuid:cycle>/closing/", closing.closing, name="closing"),
    path("objectives/<uuid:cycle>/close/", closing.close_cycle, name="close_cycle"),
    path("objectives/<uuid:cycle>/next/", next_cycle.next_cycle, name="next_cycle"),
]

scenario_urls = [
    path("analysis/what-if/", what_if.what_if, name="what_if"),
    path("analysis/what-if/keep/", scenarios.what_if_keep, name="what_if_keep"),
    path("analysis/what-if/<uuid:scenario>/", scenarios.scenario, name="scenario"),
    path("analysis/what-if/<uuid:scenario>/actions/", scenarios.scenario_actions, name="scenario_actions"),
]

action_urls = [
    path("analysis/actions/", actions.action_list, name="actions"),
    path("analysis/actions/new/", actions.action_new, name="action_new"),
    path("analysis/actions/<uuid:action>/", actions.action, name="action"),
]


landing_urls = [
    path("analysis/landing/", landing.landing, name="landing"),
    path("analysis/landing/landings.csv", landing.landing_csv, name="landing_csv"),
    path("analysis/landing/backtest/", backtest.backtest, name="backtest"),
    path("analysis/landing/backtest/compute/", backtest.compute, name="backtest_compute"),
]

conversion_urls = [
    path("analysis/conversion/", conversion.conversion, name="conversion"),
    path("analysis/conversion/cohorts/", conversion_cohorts.conversion_cohorts, name="conversion_cohorts"),
    path("analysis/conversion/time/", conversion_cohorts.conversion_lags, name="conversion_lags"),
    path("analysis/conversion/ageing/", conversion_ageing.conversion_ageing, name="conversion_ageing"),
    path("analysis/conversion/flow/", conversion_flow.conversion_flow, name="conversion_flow"),
    path("analysis/conversion/deals/", conversion_deals.conversion_deals, name="conversion_deals"),
    path("analysis/conversion/<slug:table>.csv", conversion_tables.conversion_table, name="conversion_table"),
]

lever_urls = [
    path("analysis/looks/<uuid:job>/", looks.look_progress, name="look_progress"),
    path("analysis/levers/", levers.levers, name="levers"),
    path("analysis/levers/deals/", lever_rows.lever_deals, name="lever_deals"),
    path("analysis/levers.csv", lever_rows.levers_csv, name="levers_csv"),
    path("analysis/value/", value.value_page, name="value"),
    path("analysis/value.csv", value.value_csv, name="value_csv"),
]

urlpatterns = [
    *page_urls,
    *chain_urls,
    *run_urls,
    *cycle_urls,
    *scenario_urls,
    *action_urls,
    *cause_urls,
    *landing_urls,
    *conversion_urls,
    *lever_urls,
]
