"""Through which channel somebody is reached, and what an activity was."""

from enum import StrEnum


class Channel(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    SOCIAL = "social"
    EVENT = "event"
    REFERRAL = "referral"
    INBOUND = "inbound"
    PARTNER = "partner"


class Activity(StrEnum):
    ATTEMPT = "attempt"  # a contact was tried: nobody answered yet
    CONTACT = "contact"  # the prospect was reached
    CONVERSATION = "conversation"  # and there was a talk about a need
    LEAD = "lead"  # marketing passed a lead on
