"""Under /o/<organisation>/: each area has a list of its own."""

from prospecting.urls_activities import patterns as activities

app_name = "prospecting"

urlpatterns = [*activities]
