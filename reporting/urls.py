"""Under /o/<organisation>/."""

from django.urls import path

from reporting.views import director, exports, manager, rep, runs

app_name = "reporting"

page_urls = [
    path("director/", director.director, name="director"),
    path("director/objectives/<uuid:objective>/", director.objective_children, name="objective_children"),
    path("manager/", manager.manager, name="manager"),
    path("manager/conversion.csv", exports.conversion_csv, name="conversion_csv"),
    path("manager/gaps.csv", exports.gaps_csv, name="gaps_csv"),
    path("rep/", rep.rep, name="rep"),
]

run_urls = [
    path("runs/", runs.run_list, name="runs"),
    path("runs/recompute/", runs.recompute, name="recompute"),
    path("runs/<uuid:run>/", runs.run_detail, name="run"),
    path("runs/jobs/<uuid:job>/", runs.run_progress, name="run_progress"),
]

urlpatterns = [*page_urls, *run_urls]
