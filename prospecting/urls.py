"""Under /o/<organisation>/: each area has a list of its own."""

from prospecting.urls_activities import patterns as activities
from prospecting.urls_targets import patterns as targets

app_name = "prospecting"

urlpatterns = [*activities, *targets]
