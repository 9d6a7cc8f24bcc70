"""Addresses of leads."""

from django.urls import path

from prospecting.views import leads

patterns = [
    path("leads/", leads.lead_list, name="leads"),
    path("leads/new/", leads.lead_pass, name="lead_pass"),
    path("leads/paste/", leads.lead_paste, name="lead_paste"),
    path("leads/<uuid:lead>/", leads.lead, name="lead"),
]
