"""Probable causes in the reader's words: what each rule is called, what it found, and what could be done about it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from reporting.domain.causes import BY_KEY, Family

FAMILIES: dict[Family, Promise] = {
    Family.TARGETING: pgettext_lazy("cause", "Targeting"),
    Family.QUALIFICATION: pgettext_lazy("cause", "Qualification"),
    Family.MESSAGE: pgettext_lazy("cause", "Message"),
    Family.FOLLOW_UP: pgettext_lazy("cause", "Follow-up"),
    Family.PRIORITISATION: pgettext_lazy("cause", "Priorities"),
    Family.OVERLOAD: pgettext_lazy("cause", "Overload"),
    Family.VALUE: pgettext_lazy("cause", "Value"),
}

# After "Probable cause:" too, hence without a capital.
NAMES: dict[str, Promise] = {
    "off_target_share": gettext_lazy("contacts outside the target"),
    "segment_mix": gettext_lazy("deals in segments that win less"),
    "acceptance_rate": gettext_lazy("meetings that are not accepted"),
    "first_stage_loss": gettext_lazy("deals lost at the first stage"),
    "contact_rate": gettext_lazy("contacts in the target that do not become meetings"),
    "silent_deals": gettext_lazy("open deals without a sign of life"),
    "slipped_closes": gettext_lazy("closes that slip"),
    "effort_on_small": gettext_lazy("effort on the deals worth least"),
    "load": gettext_lazy("more open deals than people can carry"),
    "activity_load": gettext_lazy("more activities than people can carry"),
    "average_value": gettext_lazy("smaller deals"),
    "discount": gettext_lazy("discounts"),
    "margin_rate": gettext_lazy("margin given away"),
}

# What the limit of each rule is, beside the field that sets it.
SETTINGS: dict[str, Promise] = {
    "off_target_share": gettext_lazy("Contacts outside the target among all contacts, at most (%)"),
    "segment_mix": gettext_lazy("Win rate lost to the mix of segments, at most (points)"),
    "acceptance_rate": gettext_lazy("Meetings accepted among those judged, at least (%)"),
    "first_stage_loss": gettext_lazy("Rise of the loss at the first stage, at most (points)"),
    "contact_rate": gettext_lazy("Contact → meeting rate against the own past, at least (%)"),
    "silent_deals": gettext_lazy("Silent deals among the open ones, at most (%)"),
    "slipped_closes": gettext_lazy("Open deals past their first expected close, at most (%)"),
    "effort_on_small": gettext_lazy("Effort on the half of the deals worth least, at most (%)"),
    "load": gettext_lazy("Open deals per person against the own past, at most (%)"),
    "activity_load": gettext_lazy("Activities per person against the own past, at most (%)"),
    "average_value": gettext_lazy("Average value against the own past, at least (%)"),
    "discount": gettext_lazy("Discount on the list price, at most (%)"),
    "margin_rate": gettext_lazy("Margin rate lost, at most (points)"),
}

SUGGESTIONS: dict[str, Promise] = {
    "off_target_share": gettext_lazy("Take the accounts outside the target off the lists, and fill the week from the target."),
    "segment_mix": gettext_lazy("Give the segments that win best their share of the new opportunities back."),
    "acceptance_rate": gettext_lazy("Go through the refused meetings with whoever books them, criterion by criterion."),
    "first_stage_loss": gettext_lazy("Tighten what lets a deal in: need, decision-maker and timing known before the first stage."),
    "contact_rate": gettext_lazy("Rework the first message for the target, and try two versions on two halves of it."),
    "silent_deals": gettext_lazy("Give every silent deal a next step with a date, or close it."),
    "slipped_closes": gettext_lazy("Have each close date come from a step that the customer agreed to; close what has none."),
    "effort_on_small": gettext_lazy("Plan the week by expected value: the half worth most first."),
    "load": gettext_lazy("Close or hand over what cannot be followed, until each person is back at the usual load."),
    "activity_load": gettext_lazy("Drop or hand over the activities that bring least, until each person is back at the usual pace."),
    "average_value": gettext_lazy("Qualify the budget earlier, and offer the larger scope first."),
    "discount": gettext_lazy("Ask for something in return for each discount, and have the large ones agreed to."),
    "margin_rate": gettext_lazy("Look at the margin before the offer leaves, not after the signature."),
}  # fmt: skip


def name(rule: str) -> str:
    """A rule that is no more keeps its key."""
    return str(NAMES.get(rule, rule))


def family(rule: str) -> str:
    return str(FAMILIES[BY_KEY[rule].family])


def confidence(p: float) -> str:
    """How sure the signal is beyond its limit."""
    if p >= 0.99:
        return _("almost certain")
    if p >= 0.95:
        return _("very likely")
    if p >= 0.9:
        return _("likely")
    if p > 0.1:
        return _("cannot be told")
    return _("unlikely")


def evidence(rule: str, said: dict[str, str]) -> str:
    """What was found. said: signal, limit, reference, some, all, days, all in the reader's figures."""
    return EVIDENCE[rule] % said


EVIDENCE: dict[str, Promise] = {
    "off_target_share": gettext_lazy("%(some)s of %(all)s prospects contacted are outside the target: %(signal)s, for %(limit)s at most."),
    "segment_mix": gettext_lazy("The deals that closed come from segments that win less: that alone moved the win rate by %(signal)s, for %(limit)s at most. No segment needs to sell worse for that."),
    "acceptance_rate": gettext_lazy("%(some)s of %(all)s meetings judged were accepted: %(signal)s, for %(limit)s at least."),
    "first_stage_loss": gettext_lazy("%(some)s of %(all)s deals that closed were lost at the first stage. Within the same segments that is %(signal)s against the year before, for %(limit)s at most."),
    "contact_rate": gettext_lazy("In the target, %(all)s contacts brought %(some)s meetings: %(signal)s, for %(reference)s over the year before and %(limit)s at least."),
    "silent_deals": gettext_lazy("%(some)s of %(all)s open deals have been silent for more than %(days)s, which nine in ten won deals never were: %(signal)s, for %(limit)s at most."),
    "slipped_closes": gettext_lazy("%(some)s of %(all)s open deals are past the close that was first expected: %(signal)s, for %(limit)s at most."),
    "effort_on_small": gettext_lazy("%(signal)s of the effort on open deals goes to the half of them with the least expected value, for %(limit)s at most."),
    "load": gettext_lazy("%(signal)s open deals per full-time person, for %(reference)s over the year before and %(limit)s at most; and fewer deals advance in the months with many open."),
    "activity_load": gettext_lazy("%(signal)s activities per full-time person in the quarter, for %(reference)s in one of the year before and %(limit)s at most; and fewer deals advance in the months with many activities."),
    "average_value": gettext_lazy("%(all)s deals won are worth %(signal)s on average, for %(reference)s over the year before and %(limit)s at least."),
    "discount": gettext_lazy("Deals were won at %(signal)s under the list price, for %(limit)s at most."),
    "margin_rate": gettext_lazy("The margin rate moved by %(signal)s against the year before (%(reference)s then), for %(limit)s at most."),
}  # fmt: skip

ROWS: dict[str, Promise] = {
    "off_target_share": gettext_lazy("Contacts outside the target"),
    "segment_mix": gettext_lazy("Deals closed, with their segments"),
    "acceptance_rate": gettext_lazy("Meetings that were refused"),
    "first_stage_loss": gettext_lazy("Deals lost at the first stage"),
    "contact_rate": gettext_lazy("Prospects contacted in the target"),
    "silent_deals": gettext_lazy("Open deals that are silent"),
    "slipped_closes": gettext_lazy("Open deals past their first expected close"),
    "effort_on_small": gettext_lazy("Deals worth least that took effort"),
    "load": gettext_lazy("Open deals"),
    "activity_load": gettext_lazy("Activities of the quarter"),
    "average_value": gettext_lazy("Deals won"),
    "discount": gettext_lazy("Deals won, with their list prices"),
    "margin_rate": gettext_lazy("Deals won, with their margins"),
}
