"""Under /o/<organisation>/."""

from django.urls import path

from reporting.views import (
    bands,
    chain,
    closing,
    director,
    engagements,
    exports,
    lever_rows,
    levers,
    manager,
    my_place,
    next_cycle,
    rep,
    runs,
    value,
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

lever_urls = [
    path("analysis/levers/", levers.levers, name="levers"),
    path("analysis/levers/deals/", lever_rows.lever_deals, name="lever_deals"),
    path("analysis/levers.csv", lever_rows.levers_csv, name="levers_csv"),
    path("analysis/value/", value.value_page, name="value"),
    path("analysis/value.csv", value.value_csv, name="value_csv"),
]

urlpatterns = [*page_urls, *chain_urls, *run_urls, *cycle_urls, *lever_urls]
