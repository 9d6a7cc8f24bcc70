"""The API, version 1: one organisation per key."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from config import api_security  # noqa: F401  (tells the OpenAPI document about keys)
from prospecting.api import activities, contacts, meetings
from reporting.api import by_dimension, lever_actions, lists, opportunities, promises
from tenants.api import OrganisationView

urlpatterns = [
    path(
        "schema/",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api_schema",
    ),
    path("organisation", OrganisationView.as_view(), name="api_organisation"),
    path("strategies", promises.StrategyList.as_view(), name="api_strategies"),
    path("cycles", promises.CycleList.as_view(), name="api_cycles"),
    path("objectives", promises.ObjectiveList.as_view(), name="api_objectives"),
    path("revisions", promises.RevisionList.as_view(), name="api_revisions"),
    path("gaps", lists.GapList.as_view(), name="api_gaps"),
    path("landings", lists.LandingList.as_view(), name="api_landings"),
    path("conversion", lists.ConversionList.as_view(), name="api_conversion"),
    path("lever-actions", lever_actions.LeverActions.as_view(), name="api_lever_actions"),
    path(
        "lever-actions/<uuid:action>/wording",
        lever_actions.LeverActionWording.as_view(),
        name="api_lever_action_wording",
    ),
    path(
        "lever-actions/<uuid:action>/move",
        lever_actions.LeverActionMove.as_view(),
        name="api_lever_action_move",
    ),
    path(
        "lever-actions/<uuid:action>/steps",
        lever_actions.LeverActionSteps.as_view(),
        name="api_lever_action_steps",
    ),
    path("causes", lists.CauseList.as_view(), name="api_causes"),
    path("conversion/by", by_dimension.ConversionByDimension.as_view(), name="api_conversion_by"),
    path("facts", lists.FactList.as_view(), name="api_facts"),
    path("opportunities", opportunities.OpportunityList.as_view(), name="api_opportunities"),
    path("activities", activities.Activities.as_view(), name="api_activities"),
    path("activities/batch", activities.ActivitiesBatch.as_view(), name="api_activities_batch"),
    path("contacts", contacts.Contacts.as_view(), name="api_contacts"),
    path("meetings", meetings.Meetings.as_view(), name="api_meetings"),
    path("meetings/<uuid:meeting>/outcome", meetings.MeetingOutcome.as_view(), name="api_meeting_outcome"),
    path("meetings/<uuid:meeting>/answer", meetings.MeetingAnswer.as_view(), name="api_meeting_answer"),
    path("runs", lists.RunList.as_view(), name="api_runs"),
]
