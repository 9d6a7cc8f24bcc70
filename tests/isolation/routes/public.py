"""Addresses outside any organisation: opened by a stranger and by Atelier's people, who must see nothing of Rival."""

from __future__ import annotations

from tests.isolation.routes.route import Id, Route

ROUTES: dict[str, Route] = {
    "gallery": Route(),
    "healthz": Route(),
    "readyz": Route(get=None),
    "home": Route(get=302),
    "organisations": Route(),
    "preferences": Route(),
    "organisation_create": Route(post={"name": "New", "slug": "rival"}),
    "set_language": Route(get=None, post={"language": "en", "next": "/"}),
    "join": Route(kwargs={"slug": "rival", "token": "not-a-token"}, get=404),
    "calendar_feed": Route(
        kwargs={"slug": "rival", "feed": Id("prospecting.CalendarFeed"), "secret": "not-a-secret"}, get=404
    ),
}
