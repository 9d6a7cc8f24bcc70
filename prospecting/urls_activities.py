"""Addresses of activities."""

from django.urls import path

from prospecting.views import activities, activity_week

patterns = [
    path("activities/", activities.activity_list, name="activities"),
    path("activities/activities.csv", activities.activities_csv, name="activities_csv"),
    path("activities/new/", activities.activity_log, name="activity_log"),
    path("activities/companies/", activities.companies, name="activity_companies"),
    path("activities/week/", activity_week.week, name="activity_week"),
    path("activities/<uuid:activity>/", activities.activity, name="activity"),
    path("activities/<uuid:activity>/delete/", activities.activity_delete, name="activity_delete"),
]
