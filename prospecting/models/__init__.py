"""What feeds the pipeline: targets, prospects, activities, definitions of a good meeting, meetings, partners."""

from prospecting.models.activities import Activity
from prospecting.models.costs import Cost
from prospecting.models.meetings import Meeting, MeetingEvent, MeetingEvidence
from prospecting.models.partners import Engagement, EngagementInvitation, EngagementMember, Partner, Price
from prospecting.models.people import Contact, Disclosure, Lead, Merge
from prospecting.models.qualification import Criterion, Definition, DefinitionVersion
from prospecting.models.slots import Availability, BusyTime, CalendarFeed
from prospecting.models.targeting import CompanyTarget, DoNotContact, Maturity, Segment

__all__ = [
    "Activity",
    "Availability",
    "BusyTime",
    "CalendarFeed",
    "CompanyTarget",
    "Contact",
    "Cost",
    "Criterion",
    "Definition",
    "DefinitionVersion",
    "Disclosure",
    "DoNotContact",
    "Engagement",
    "EngagementInvitation",
    "EngagementMember",
    "Lead",
    "Maturity",
    "Meeting",
    "MeetingEvent",
    "MeetingEvidence",
    "Merge",
    "Partner",
    "Price",
    "Segment",
]
