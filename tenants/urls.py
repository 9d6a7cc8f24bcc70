"""Under /o/<organisation>/."""

from django.urls import path

from tenants.views import home, members, people, settings, teams

app_name = "tenants"

member_urls = [
    path("members/", members.member_list, name="members"),
    path("members/invite/", members.invite, name="invite"),
    path("members/<uuid:member>/", members.member, name="member"),
    path("members/<uuid:member>/deactivate/", members.member_deactivate, name="member_deactivate"),
    path("members/<uuid:member>/reactivate/", members.member_reactivate, name="member_reactivate"),
    path("invitations/<uuid:invitation>/resend/", members.invitation_resend, name="invitation_resend"),
    path("invitations/<uuid:invitation>/revoke/", members.invitation_revoke, name="invitation_revoke"),
]

people_urls = [
    path("people/", people.person_list, name="people"),
    path("people/new/", people.person_create, name="person_create"),
    path("people/<uuid:person>/", people.person, name="person"),
    path("people/<uuid:person>/move/", people.person_move, name="person_move"),
    path("people/<uuid:person>/teams/<uuid:stay>/remove/", people.stay_remove, name="stay_remove"),
]

team_urls = [
    path("teams/", teams.team_list, name="teams"),
    path("teams/new/", teams.team_create, name="team_create"),
    path("teams/<uuid:team>/", teams.team, name="team"),
]

settings_urls = [
    path("settings/", settings.settings, name="settings"),
    path("settings/api-keys/", settings.api_keys, name="api_keys"),
    path("settings/api-keys/<uuid:key>/revoke/", settings.api_key_revoke, name="api_key_revoke"),
    path("settings/audit/", settings.audit, name="audit"),
]

urlpatterns = [
    path("", home.organisation_home, name="home"),
    path("welcome/", home.welcome, name="welcome"),
    *member_urls,
    *people_urls,
    *team_urls,
    *settings_urls,
]
