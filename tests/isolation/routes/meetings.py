"""Pages about meetings, definitions and slots."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.isolation.routes.route import Id, Route, version
from tests.isolation.world import World


def uploaded_calendar(world: World) -> SimpleUploadedFile:
    return SimpleUploadedFile("mine.ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")


ROUTES: dict[str, Route] = {
    "prospecting:meetings": Route(
        query={"host": Id("tenants.Person"), "engagement": Id("prospecting.Engagement"), "q": "quagg"}
    ),
    "prospecting:meeting_new": Route(
        query={"engagement": Id("prospecting.Engagement"), "company": "quagg"},
        post={
            **{"company": "Brand new", "outcome": "booked", "day": "2027-03-01", "at": "10:00"},
            **{"minutes": "30", "channel": "phone", "engagement": Id("prospecting.Engagement")},
            **{"host": Id("tenants.Person"), "contact": Id("prospecting.Contact")},
        },
    ),
    "prospecting:meeting": Route(kwargs={"meeting": Id("prospecting.Meeting")}),
    "prospecting:meeting_say": Route(
        kwargs={"meeting": Id("prospecting.Meeting"), "verb": "cancel"},
        get=None,
        post={"version": version("prospecting.Meeting"), "reason": "No"},
    ),
    "prospecting:meeting_judge": Route(
        kwargs={"meeting": Id("prospecting.Meeting"), "verb": "refuse"},
        get=None,
        post={"version": version("prospecting.Meeting"), "unmet": Id("prospecting.Criterion")},
        posted=409,  # a meeting that is only booked is not judged
    ),
    "prospecting:definitions": Route(),
    "prospecting:definition_open": Route(get=None, post={"engagement": Id("prospecting.Engagement")}),
    "prospecting:definition": Route(kwargs={"definition": Id("prospecting.Definition")}),
    "prospecting:definition_draft": Route(
        kwargs={"definition": Id("prospecting.Definition")}, get=None, post={}
    ),
    # The draft is the partner's: the client's side does not write in it.
    "prospecting:definition_edit": Route(
        kwargs={"version": Id("prospecting.DefinitionVersion")},
        get=(200, 302),
        post={
            **{"version": version("prospecting.DefinitionVersion"), "demand": "need", "judge": "host"},
            **{"credit_days": "90", "rows": "1", "label-0": "A need", "kind-0": "required"},
        },
    ),
    "prospecting:definition_propose": Route(
        kwargs={"version": Id("prospecting.DefinitionVersion")},
        get=None,
        post={"version": version("prospecting.DefinitionVersion")},
        posted=(302, 403),
    ),
    "prospecting:definition_withdraw": Route(
        kwargs={"version": Id("prospecting.DefinitionVersion")},
        get=None,
        post={"version": version("prospecting.DefinitionVersion")},
        posted=(422, 403),
    ),
    "prospecting:definition_accept": Route(
        kwargs={"version": Id("prospecting.DefinitionVersion")},
        get=None,
        post={"version": version("prospecting.DefinitionVersion")},
        posted=(422, 403),  # nothing is proposed
    ),
    "prospecting:definition_reject": Route(
        kwargs={"version": Id("prospecting.DefinitionVersion")},
        get=None,
        post={"version": version("prospecting.DefinitionVersion"), "reason": "No"},
        posted=(422, 403),
    ),
    "prospecting:slots": Route(),
    # Who is no salesperson has no hours: that is said.
    "prospecting:hours": Route(
        post={"minutes": "30", "pause": "15", "opens-0-0": "09:00", "closes-0-0": "12:00"},
        posted=(302, 200),
    ),
    "prospecting:calendar": Route(get=None, post={"file": uploaded_calendar}),
    "prospecting:feed": Route(get=None, post={}, posted=(200, 302)),
    "prospecting:feed_end": Route(get=None, post={}),
}
