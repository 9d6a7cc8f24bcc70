"""Under /o/<organisation>/: each area has a list of its own."""

from prospecting.urls_activities import patterns as activities
from prospecting.urls_leads import patterns as leads
from prospecting.urls_meetings import patterns as meetings
from prospecting.urls_partners import patterns as partners
from prospecting.urls_targets import patterns as targets

app_name = "prospecting"

urlpatterns = [*activities, *leads, *meetings, *partners, *targets]
