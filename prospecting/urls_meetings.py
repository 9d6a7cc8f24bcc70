"""Meetings, what both sides call a good one, and when somebody can be met."""

from django.urls import path

from prospecting.views import definitions, meeting_new, meeting_words, meetings, slots

meeting_urls = [
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/new/", meeting_new.meeting_new, name="meeting_new"),
    path("meetings/<uuid:meeting>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:meeting>/say/<slug:verb>/", meeting_words.say, name="meeting_say"),
    path("meetings/<uuid:meeting>/judge/<slug:verb>/", meeting_words.judge, name="meeting_judge"),
]

definition_urls = [
    path("definitions/", definitions.definition_list, name="definitions"),
    path("definitions/open/", definitions.definition_open, name="definition_open"),
    path("definitions/<uuid:definition>/", definitions.definition, name="definition"),
    path("definitions/<uuid:definition>/draft/", definitions.draft, name="definition_draft"),
    path("definitions/versions/<uuid:version>/", definitions.edit, name="definition_edit"),
    path("definitions/versions/<uuid:version>/propose/", definitions.propose, name="definition_propose"),
    path("definitions/versions/<uuid:version>/withdraw/", definitions.withdraw, name="definition_withdraw"),
    path("definitions/versions/<uuid:version>/accept/", definitions.accept, name="definition_accept"),
    path("definitions/versions/<uuid:version>/reject/", definitions.reject, name="definition_reject"),
]

slot_urls = [
    path("slots/", slots.slot_list, name="slots"),
    path("slots/hours/", slots.hours, name="hours"),
    path("slots/calendar/", slots.calendar, name="calendar"),
    path("slots/feed/", slots.feed, name="feed"),
    path("slots/feed/end/", slots.feed_end, name="feed_end"),
]

patterns = [*meeting_urls, *definition_urls, *slot_urls]
