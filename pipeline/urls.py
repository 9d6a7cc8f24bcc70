"""Under /o/<organisation>/."""

from django.urls import path

from pipeline.views import imports, opportunities, stages

app_name = "pipeline"

import_urls = [
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.upload, name="import_upload"),
    path("imports/<uuid:run>/", imports.detail, name="import_detail"),
    path("imports/<uuid:run>/columns/", imports.columns, name="import_columns"),
    path("imports/<uuid:run>/start/", imports.start, name="import_start"),
    path("imports/<uuid:run>/progress/", imports.progress, name="import_progress"),
    path("imports/<uuid:run>/refused.csv", imports.refused, name="import_refused"),
]

opportunity_urls = [
    path("opportunities/", opportunities.opportunity_list, name="opportunity_list"),
    path("opportunities/<uuid:opportunity>/", opportunities.opportunity, name="opportunity"),
    path("opportunities/<uuid:opportunity>/credit/", opportunities.credit, name="credit"),
]

stage_urls = [
    path("settings/stages/", stages.stage_list, name="stages"),
    path("settings/stages/<uuid:stage>/", stages.rename, name="stage_rename"),
    path("settings/stages/<uuid:stage>/move/", stages.move, name="stage_move"),
    path("settings/stages/<uuid:stage>/delete/", stages.delete, name="stage_delete"),
]

urlpatterns = [*import_urls, *opportunity_urls, *stage_urls]
